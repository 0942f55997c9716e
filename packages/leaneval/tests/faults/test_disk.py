"""A full disk under the cache: a real one, a few pages of memory in a mount of its own."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.lean, pytest.mark.slow]

ON_A_SMALL_DISK = """
set -e
mount -t tmpfs -o size={size}k tmpfs {folder}
if [ -d {seed} ]; then cp -r {seed}/. {folder}/; fi
status=0; "$@" || status=$?
cp -r {folder}/. {kept}/
exit $status
"""


@pytest.fixture
def small_disk(tmp_path: Path) -> Any:
    """Command prefix that puts a disk of some KiB under a folder and saves what it held at last."""
    folder, kept = tmp_path / "disk", tmp_path / "kept"
    folder.mkdir()
    kept.mkdir()
    unshare = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    probe = subprocess.run(
        [*unshare, f"mount -t tmpfs tmpfs {folder}"], capture_output=True, text=True, check=False
    )
    if probe.returncode:
        pytest.skip(f"this system grants no mount of one's own: {probe.stderr.strip()}")

    def make(size: int, seed: Path = tmp_path / "none") -> tuple[Path, Path, tuple[str, ...]]:
        script = ON_A_SMALL_DISK.format(size=size, folder=folder, kept=kept, seed=seed)
        return folder, kept, (*unshare, script, "sh")

    return make


@pytest.mark.parametrize(
    "size",
    [
        pytest.param(4, id="from the first byte"),
        pytest.param(160, id="once the library is compiled"),
    ],
)
def test_a_full_disk_costs_the_cache_and_nothing_else(
    scoring: Any, undisturbed: Any, warnings_in: Any, small_disk: Any, size: int
) -> None:
    folder, _, prefix = small_disk(size)
    run = scoring.start(f"disk-{size}", cache=folder, prefix=prefix)
    found = scoring.finish(f"disk-{size}", run)
    assert found == undisturbed
    stderr = found.info["stderr"]
    assert warnings_in(stderr, r"verdicts\.sqlite cannot be \w+") == 1, stderr
    assert "Traceback" not in stderr


def test_a_disk_that_fills_in_mid_run_keeps_what_it_had(
    scoring: Any, undisturbed: Any, warnings_in: Any, small_disk: Any, tmp_path: Path
) -> None:
    seed = tmp_path / "seed"
    scoring.finish("seed", scoring.start("seed", cache=seed))
    everything = entries(seed)
    with closing(sqlite3.connect(seed / "verdicts.sqlite", isolation_level=None)) as base:
        base.execute(HALF)
        base.execute("VACUUM")
    before = entries(seed)
    assert 0 < len(before) < len(everything)

    size = sum(file.stat().st_size for file in seed.rglob("*") if file.is_file()) // 1024 + 60
    folder, kept, prefix = small_disk(size, seed)
    found = scoring.finish("filling", scoring.start("filling", cache=folder, prefix=prefix))
    assert found == undisturbed
    assert found.info["verdict_cache_hits"] > 0
    assert warnings_in(found.info["stderr"], r"verdicts\.sqlite cannot be \w+") == 1
    after = entries(kept)
    assert before.items() <= after.items()
    assert after.items() <= everything.items()


HALF = "DELETE FROM entries WHERE key IN (SELECT key FROM entries ORDER BY key LIMIT 12)"


def entries(folder: Path) -> dict[str, str]:
    copy = folder.with_name(folder.name + "-copy")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(folder, copy)
    with closing(sqlite3.connect(copy / "verdicts.sqlite")) as base:
        assert base.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return dict(base.execute("SELECT key, value FROM entries").fetchall())
