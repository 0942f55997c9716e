"""The store keeps what it was given through kills, rivals, damage and a full disk."""

from __future__ import annotations

import json
import logging
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.store import Store, digest

WRITER = """
import sys
from leaneval.store import Store
store, name = Store(sys.argv[1]), sys.argv[2]
for number in range(int(sys.argv[3])):
    store.put(f"{name}-{number}", '{"n": %d}' % number)
    print(number, flush=True)
"""


def writer(path: Path, name: str, count: int, **options: object) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(path), name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, **options)  # type: ignore[call-overload,no-any-return]


def test_gives_back_what_was_put_also_after_reopening(tmp_path: Path) -> None:
    with Store(tmp_path / "deep" / "cache.sqlite") as store:
        assert store.get("a") is None
        store.put("a", "1")
        store.put("a", "2")
        assert store.get("a") == "2"
    with Store(tmp_path / "deep" / "cache.sqlite") as store:
        assert store.get("a") == "2"


def test_kill_at_any_moment_keeps_every_acknowledged_write(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    for round_, delay in enumerate((0.0, 0.01, 0.05)):
        child = writer(path, f"r{round_}", 10**6)
        assert child.stdout is not None
        child.stdout.readline()
        time.sleep(delay)
        child.send_signal(signal.SIGKILL)
        acknowledged = [line for line in child.stdout.read().splitlines(keepends=False) if line]
        child.stdout.close()
        child.wait()
        with Store(path) as store:
            assert store.get(f"r{round_}-0") == '{"n": 0}'
            # the last line may be cut by the kill
            for number in map(int, acknowledged[:-1]):
                assert json.loads(store.get(f"r{round_}-{number}") or "")["n"] == number


def test_two_processes_write_at_once(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    children = [writer(path, name, 300) for name in "ab"]
    for child in children:
        out, _ = child.communicate(timeout=60)
        assert len(out.splitlines()) == 300
    with Store(path) as store:
        assert all(store.get(f"{name}-{n}") for name in "ab" for n in range(300))


@pytest.mark.parametrize("damage", [b"this was never a database" * 100, b"SQLite format 3\0junk"])
def test_corrupt_file_is_reported_and_set_aside(
    tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "cache.sqlite"
    path.write_bytes(damage)
    with caplog.at_level(logging.WARNING), Store(path) as store:
        store.put("a", "1")
        assert store.get("a") == "1"
    assert "corrupt" in caplog.text
    assert [p.read_bytes() for p in tmp_path.glob("cache.sqlite.corrupt-*")] == [damage]


def test_damage_under_an_open_store_is_survived(tmp_path: Path) -> None:
    path = tmp_path / "cache.sqlite"
    with Store(path) as store:
        for number in range(2000):
            store.put(str(number), "x" * 200)
    content = bytearray(path.read_bytes())
    content[4096:60000] = b"\xff" * (60000 - 4096)
    path.write_bytes(content)
    with Store(path) as store:
        store.put("new", "1")
        assert store.get("new") == "1"
    assert list(tmp_path.glob("cache.sqlite.corrupt-*"))


def test_full_disk_stops_writing_with_one_warning(tmp_path: Path) -> None:
    script = (
        "import sys, logging; logging.basicConfig()\n"
        "from leaneval.store import Store\n"
        "s = Store(sys.argv[1]); s.put('early', '1')\n"
        "for n in range(500): s.put(str(n), 'x' * 4000)\n"
        "print(s.get('early'), s.writing)"
    )

    def small_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path / "cache.sqlite")],
        preexec_fn=small_files, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["1", "False"]
    assert done.stderr.count("going on without") == 1


def test_folder_that_cannot_be_made_costs_the_cache_only(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    store = Store(tmp_path / "file" / "cache.sqlite")
    store.put("a", "1")
    assert store.get("a") is None
    assert "LEANEVAL_CACHE" in caplog.text


@given(st.lists(st.text()), st.lists(st.text()))
def test_digest_tells_sequences_apart(left: list[str], right: list[str]) -> None:
    assert (digest(*left) == digest(*right)) == (left == right)


def test_digest_takes_lone_surrogates() -> None:
    assert digest("\ud800") != digest("?")
