"""The output folder: it appears whole or not at all, whatever happens to the disk."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crossfade_splits.errors import DataError, UsageError
from crossfade_splits.output import staged

_LIMITED = """
import resource, signal, sys
from crossfade_splits.cli import main
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), most))
main(sys.argv[2:])
"""


@pytest.mark.parametrize("size", [1_000, 5_000, 20_000])
def test_no_room(pool, tmp_path, size):
    """A file that may not grow fails as one on a full disk does, wherever the run is."""
    out = tmp_path / "result" / "out"
    flags = ["--sft", "60", "--rl", "40", "--overlap", "0", "1", "--out", str(out)]
    command = [sys.executable, "-B", "-c", _LIMITED, str(size), "make", str(pool), *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    assert "the disk must have room" in done.stderr
    assert "make room or name an --out elsewhere" in done.stderr
    assert list(out.parent.iterdir()) == []


def two_runs(out):
    """Fill one folder by two runs, the second within the first."""
    with staged(out) as (late, _):
        (late / "of").write_text("late")
        with staged(out) as (early, _):
            (early / "of").write_text("early")


def test_the_later_of_two_runs(tmp_path):
    out = tmp_path / "out"
    with pytest.raises(UsageError, match="another run has written"):
        two_runs(out)
    assert (out / "of").read_text() == "early"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_file_that_is_gone(tmp_path):
    with pytest.raises(DataError, match="must be readable"), staged(tmp_path / "out"):
        (tmp_path / "gone").read_text()
    assert list(tmp_path.iterdir()) == []


def test_a_signal_just_after_the_folder_is_made(tmp_path, monkeypatch):
    make = Path.mkdir

    def cut(folder, *words, **more):
        make(folder, *words, **more)
        if folder.name.startswith(".out-"):
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", cut)
    with pytest.raises(KeyboardInterrupt), staged(tmp_path / "out"):
        pass
    assert list(tmp_path.iterdir()) == []


_IMPATIENT = """
import os, shutil, signal
from crossfade_splits.cli import main
remove = shutil.rmtree
def insisted(*given, **named):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGINT):
        os.kill(os.getpid(), number)
    remove(*given, **named)
shutil.rmtree = insisted
main()
"""
"""The command for somebody who presses Ctrl-C again while it clears up."""


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_run_that_is_ended_leaves_nothing(tmp_path, sent, status):
    source, result = tmp_path / "pool.jsonl", tmp_path / "result"
    rows = (f'{{"prompt": "How many numbers are below {n} * {n + 1}?"}}' for n in range(40_000))
    source.write_text("\n".join(rows))
    flags = ["--sft", "60", "--rl", "40", "--overlap", "0", "--out", str(result / "out")]
    with subprocess.Popen(
        [sys.executable, "-c", _IMPATIENT, "make", str(source), *flags],
        stderr=subprocess.PIPE,
        text=True,
    ) as run:
        while run.poll() is None and not (result.is_dir() and list(result.iterdir())):
            time.sleep(0.001)
        run.send_signal(sent)
        _, said = run.communicate(timeout=60)
    assert run.returncode == status, said
    assert "Traceback" not in said
    assert list(result.iterdir()) == []
