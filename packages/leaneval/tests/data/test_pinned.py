"""Pinned files over real HTTP: fetched once, checked always, whole or not at all."""

from __future__ import annotations

import hashlib
import io
import tarfile
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from leaneval.data import Archive, Source, pinned_archive, pinned_file
from leaneval.data._pinned import tree_digest
from leaneval.errors import DataError, UnavailableError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Host

REVISION = "0123456789abcdef0123456789abcdef01234567"
BODY = b'{"id": "a"}\n'
PATH = "data/set#/rows#.jsonl"
URL = f"/owner/name/{REVISION}/data/set%23/rows%23.jsonl"


def source(body: bytes = BODY) -> Source:
    return Source("owner/name", REVISION, PATH, hashlib.sha256(body).hexdigest())


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        for name, body in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            archive.addfile(member, io.BytesIO(body))
    return buffer.getvalue()


def test_fetched_once_then_read_from_the_cache(host: Host) -> None:
    host.files[URL] = BODY
    first = pinned_file(source())
    assert first.read_bytes() == BODY
    assert pinned_file(source()) == first
    assert host.asked == [URL]


def test_a_cache_that_cannot_be_written_is_named_with_the_remedy(
    host: Host, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("LEANEVAL_CACHE", str(tmp_path / "file"))
    with pytest.raises(UnavailableError, match=r"must be a folder that can be written.*_CACHE"):
        pinned_file(source())
    assert host.asked == []


@pytest.mark.parametrize("mirror", ["http://[::1", "nowhere", "http://host:port"])
def test_a_mirror_that_is_no_address_is_named(
    host: Host, monkeypatch: pytest.MonkeyPatch, mirror: str
) -> None:
    monkeypatch.setenv("LEANEVAL_MIRROR", mirror)
    monkeypatch.setattr("time.sleep", lambda _: None)
    with pytest.raises(UnavailableError, match="LEANEVAL_MIRROR"):
        pinned_file(source())


def test_spoilt_cache_is_fetched_again(host: Host) -> None:
    host.files[URL] = BODY
    pinned_file(source()).write_bytes(b"half a fi")
    assert pinned_file(source()).read_bytes() == BODY
    assert len(host.asked) == 2


def test_other_bytes_are_refused_and_leave_nothing(host: Host, tmp_path: Path) -> None:
    host.files[URL] = b"changed upstream"
    with pytest.raises(DataError, match=r"rows%23\.jsonl is not the pinned file.*SHA-256 must be"):
        pinned_file(source())
    assert [path for path in (tmp_path / "cache").rglob("*") if path.is_file()] == []


def test_a_passing_outage_is_retried(host: Host) -> None:
    host.files[URL] = BODY
    host.failures[URL] = [503, 429]
    assert pinned_file(source()).read_bytes() == BODY
    assert len(host.asked) == 3


def test_a_refusal_is_final_and_says_what_to_do(host: Host) -> None:
    with pytest.raises(UnavailableError, match=r"answered 404.*LEANEVAL_DATA"):
        pinned_file(source())
    assert len(host.asked) == 1


def test_no_host_says_what_to_do(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEANEVAL_MIRROR", "http://127.0.0.1:1")
    with pytest.raises(UnavailableError, match=r"could not be fetched in 3 tries.*LEANEVAL_MIRROR"):
        pinned_file(source())


def test_many_at_once_get_whole_files(host: Host) -> None:
    body = b"x" * 1_000_000
    host.files[URL] = body
    with ThreadPoolExecutor(8) as pool:
        paths = list(pool.map(lambda _: pinned_file(source(body)), range(8)))
    assert {path.read_bytes() == body for path in paths} == {True}


def archive_of(files: dict[str, bytes], folder: Path) -> Archive:
    for name, body in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    return Archive("owner/name", REVISION, ("src/*.lean",), tree_digest(folder))


def test_archive_gives_the_wanted_files_only(host: Host, tmp_path: Path) -> None:
    wanted = {"src/a.lean": b"theorem a", "src/b.lean": b"theorem b"}
    archive = archive_of(wanted, tmp_path / "expected")
    others = {"README.md": b"no", "src/../../../escaped.lean": b"no", "/src/absolute.lean": b"no"}
    host.files[f"/owner/name/tar.gz/{REVISION}"] = packed(
        {f"name-{REVISION}/{name}": body for name, body in (wanted | others).items()}
    )
    folder = pinned_archive(archive)
    found = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert found == set(wanted)
    assert not list(tmp_path.rglob("escaped.lean"))
    assert pinned_archive(archive) == folder
    assert len(host.asked) == 1


def test_archive_with_a_missing_or_spoilt_file_is_mended(host: Host, tmp_path: Path) -> None:
    wanted = {"src/a.lean": b"theorem a"}
    archive = archive_of(wanted, tmp_path / "expected")
    host.files[f"/owner/name/tar.gz/{REVISION}"] = packed({"top/src/a.lean": b"theorem a"})
    (pinned_archive(archive) / "src/a.lean").write_bytes(b"theorem spoilt")
    assert (pinned_archive(archive) / "src/a.lean").read_bytes() == b"theorem a"


@pytest.mark.parametrize(
    "body",
    [b"<html>sign in</html>", packed({"top/src/a.lean": b"x"})[:40]],
    ids=["a page", "cut off"],  # a gzip header holds the time: no two workers would name it alike
)
def test_what_is_no_archive_is_refused(host: Host, tmp_path: Path, body: bytes) -> None:
    archive = archive_of({"src/a.lean": b"x"}, tmp_path / "expected")
    host.files[f"/owner/name/tar.gz/{REVISION}"] = body
    with pytest.raises(DataError, match=r"not a readable tar\.gz archive"):
        pinned_archive(archive)


def test_archive_with_other_files_is_refused(host: Host, tmp_path: Path) -> None:
    archive = archive_of({"src/a.lean": b"theorem a"}, tmp_path / "expected")
    host.files[f"/owner/name/tar.gz/{REVISION}"] = packed({"top/src/a.lean": b"theorem other"})
    with pytest.raises(DataError, match="not the pinned file"):
        pinned_archive(archive)
