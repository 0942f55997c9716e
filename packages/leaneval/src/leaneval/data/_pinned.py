"""Files of public repositories, pinned by commit and by SHA-256, fetched once into the cache.

Invariant: a path that leaves this module holds exactly the pinned bytes: they are checked when
they arrive and again whenever they are read from the cache. Downloads are written beside their
place and moved there whole, so that a killed process or two at once leave no half file.
`LEANEVAL_MIRROR` names another host with the same layout (`BASE/owner/name/commit/path` for files
and `BASE/owner/name/tar.gz/commit` for archives). Out of scope: what the files mean.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import tarfile
import tempfile
import time
import zlib
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx

from leaneval.errors import DataError, UnavailableError
from leaneval.store import lasting_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

logger = logging.getLogger("lm_eval.leaneval")

MIRROR = "LEANEVAL_MIRROR"
_FILES = "https://raw.githubusercontent.com"
_ARCHIVES = "https://codeload.github.com"
_TRIES = 3
_LARGEST = 256 * 2**20
_TIMEOUT = httpx.Timeout(60.0, connect=15.0)


@dataclass(frozen=True, slots=True)
class Source:
    """One file of a public GitHub repository.

    Attributes:
        repository: `owner/name`.
        revision: Full commit hash.
        path: Within the repository.
        sha256: Of the file's bytes, in hexadecimal.
    """

    repository: str
    revision: str
    path: str
    sha256: str

    @property
    def url(self) -> str:
        """Where the bytes come from."""
        base = os.environ.get(MIRROR, _FILES).rstrip("/")
        return f"{base}/{self.repository}/{self.revision}/{quote(self.path)}"


@dataclass(frozen=True, slots=True)
class Archive:
    """Some files of a public GitHub repository, taken from its archive in one download.

    GitHub does not promise that an archive's own bytes stay the same, so the digest is over the
    files: see `tree_digest`.

    Attributes:
        repository: `owner/name`.
        revision: Full commit hash.
        members: Patterns (as `fnmatch`) of the paths wanted.
        sha256: `tree_digest` of those files, in hexadecimal.
    """

    repository: str
    revision: str
    members: tuple[str, ...]
    sha256: str

    @property
    def url(self) -> str:
        """Where the bytes come from."""
        base = os.environ.get(MIRROR, _ARCHIVES).rstrip("/")
        return f"{base}/{self.repository}/tar.gz/{self.revision}"


def pinned_file(source: Source) -> Path:
    """The path of a local copy of `source`, fetched if need be.

    Raises:
        UnavailableError: It is not in the cache and cannot be fetched.
        DataError: What arrived is not the pinned file.
    """
    target = place_of(source)
    if target.is_file() and _digest(target) == source.sha256:
        return target
    with _scratch_beside(target) as scratch:
        arrived = scratch / "file"
        _download(source.url, arrived)
        _require(source.url, _digest(arrived), source.sha256)
        arrived.replace(target)
    return target


def pinned_archive(source: Archive) -> Path:
    """A local folder with the wanted files of `source`, at their paths, fetched if need be.

    Raises:
        UnavailableError: It is not in the cache and cannot be fetched.
        DataError: What arrived is not the pinned set of files.
    """
    target = place_of(source)
    if target.is_dir() and tree_digest(target) == source.sha256:
        return target
    with _scratch_beside(target) as scratch:
        packed, unpacked = scratch / "archive", scratch / "files"
        _download(source.url, packed)
        _unpack(packed, unpacked, source)
        _require(source.url, tree_digest(unpacked), source.sha256)
        _settle(unpacked, target, source.sha256)
    return target


def tree_digest(folder: Path) -> str:
    """SHA-256 over the lines `path TAB sha256-of-bytes` of all files in `folder`, sorted."""
    files = (path for path in folder.rglob("*") if path.is_file())
    lines = sorted(f"{path.relative_to(folder).as_posix()}\t{_digest(path)}\n" for path in files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def data_folder() -> Path:
    """Where fetched data lives: `LEANEVAL_CACHE` unless it is `off`, else the user's cache."""
    return lasting_folder(os.environ.get("LEANEVAL_CACHE")) / "data"


def place_of(source: Source | Archive) -> Path:
    """Where the file or folder of a source is kept once it is fetched."""
    folder = data_folder() / source.repository.replace("/", "--") / source.revision[:12]
    if isinstance(source, Source):
        return folder / source.path
    return folder / f"files-{source.sha256[:16]}"


@contextmanager
def _scratch_beside(target: Path) -> Iterator[Path]:
    """A folder on the disk of `target`, gone at the end.

    Raises:
        UnavailableError: The disk does not take what is to be kept.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".fetch-") as scratch:
            yield Path(scratch)
    except OSError as error:
        raise UnavailableError(
            f"{target.parent} must be a folder that can be written, got {error}. Free space, or "
            "name another folder with LEANEVAL_CACHE."
        ) from error


def _settle(unpacked: Path, target: Path, digest: str) -> None:
    """Move a folder into place; another process may have done so first, or left a spoilt one."""
    try:
        unpacked.replace(target)
    except OSError:
        if tree_digest(target) == digest:
            return
        target.replace(unpacked.with_name("spoilt"))
        unpacked.replace(target)


def _unpack(packed: Path, folder: Path, source: Archive) -> None:
    folder.mkdir()
    try:
        with tarfile.open(packed, "r:gz") as archive:
            for member, name in _wanted(archive, source.members):
                content = archive.extractfile(member)
                assert content is not None, "only regular files are wanted"
                place = folder / name
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_bytes(content.read())
    except (tarfile.TarError, gzip.BadGzipFile, zlib.error, EOFError) as error:
        raise DataError(
            f"{source.url} is not a readable tar.gz archive ({error}). {_REMEDY}"
        ) from error


def _wanted(
    archive: tarfile.TarFile, patterns: tuple[str, ...]
) -> Iterable[tuple[tarfile.TarInfo, str]]:
    """Regular files that match, under their path without the archive's own top folder."""
    for member in archive:
        name = member.name.partition("/")[2]
        safe = ".." not in name.split("/") and not name.startswith("/")
        if member.isfile() and safe and any(fnmatchcase(name, pattern) for pattern in patterns):
            yield member, name


_REMEDY = (
    "Try again, set LEANEVAL_MIRROR to a host with the same layout, or set LEANEVAL_DATA to a "
    "folder that holds the benchmarks as JSON lines."
)


def _download(url: str, target: Path) -> None:
    """Fetch with a few tries; a refusal (4xx) is final."""
    logger.info("fetching %s", url)
    for attempt in range(_TRIES):
        try:
            _stream(url, target)
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            if status < 500 and status != 429:
                raise UnavailableError(f"{url} answered {status}. {_REMEDY}") from error
            failure: Exception = error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = error
        else:
            return
        if attempt + 1 < _TRIES:
            time.sleep(0.5 * 2**attempt)
    raise UnavailableError(
        f"{url} could not be fetched in {_TRIES} tries: {failure or type(failure).__name__}. "
        f"{_REMEDY}"
    ) from failure


def _stream(url: str, target: Path) -> None:
    with ExitStack() as opened:
        try:
            asked = httpx.stream("GET", url, follow_redirects=True, timeout=_TIMEOUT)
            response = opened.enter_context(asked)
        except OSError as error:  # certificates that cannot be read; the disk has no part in it
            raise UnavailableError(f"{url} could not be fetched: {error}. {_REMEDY}") from error
        file = opened.enter_context(target.open("wb"))
        response.raise_for_status()
        for block in response.iter_bytes():
            file.write(block)
            if file.tell() > _LARGEST:
                raise DataError(f"{url} is larger than {_LARGEST:,} bytes, so it is not our file.")


def _require(url: str, found: str, wanted: str) -> None:
    if found != wanted:
        raise DataError(
            f"{url} is not the pinned file: its SHA-256 must be {wanted}, got {found}. "
            "The upstream or a mirror changed it; do not measure with it."
        )


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
