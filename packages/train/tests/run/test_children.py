"""Nothing that a stage started outlives it, however its end comes."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from crossfade_train.run._children import end

LAUNCH = """
import sys
from pathlib import Path
from crossfade_train.recipe import LaunchTable
from crossfade_train.run._execute import _in_processes
from leaneval.interrupts import obeyed
with obeyed():
    _in_processes([sys.executable, "-c", sys.argv[2]], LaunchTable(), Path(sys.argv[1]))
"""
LAUNCHER = """
import subprocess, sys
subprocess.run([sys.executable, "-c", "import time; time.sleep(120)"])
"""
"""As accelerate's for one process: it knows nothing of signals."""
LEADER = """
import subprocess, sys, time
subprocess.Popen([sys.executable, "-c", sys.argv[1]])
time.sleep(120)
"""
DEAF = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(flush=True)
time.sleep(120)
"""


@contextlib.contextmanager
def started(*words: str, cwd: Path) -> Iterator[psutil.Popen]:
    process = psutil.Popen(
        [sys.executable, *words], cwd=cwd, env={**os.environ, "OMP_NUM_THREADS": "1"},
        stderr=(cwd / "said").open("wb"),
    )  # fmt: skip
    found: list[psutil.Process] = []
    try:
        yield process
    finally:
        with contextlib.suppress(psutil.NoSuchProcess):
            found = process.children(recursive=True)
        for one in (process, *found):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        process.wait(30)


def below(process: psutil.Process, count: int, name: str = "") -> list[psutil.Process]:
    """All descendants, once so many of them have a name in their command."""
    deadline = time.monotonic() + 180
    while time.monotonic() < deadline:
        found = process.children(recursive=True)
        if sum(named(one, name) for one in found) >= count:
            return found
        time.sleep(0.1)
    raise AssertionError(process)


def named(process: psutil.Process, name: str) -> bool:
    try:
        return name in " ".join(process.cmdline())
    except psutil.NoSuchProcess:
        return False


def all_end(processes: list[psutil.Process]) -> bool:
    _, alive = psutil.wait_procs(processes, timeout=30)
    for one in alive:
        one.kill()
    return not alive


@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_what_a_launcher_started_ends_with_the_command(tmp_path: Path, sent: signal.Signals):
    with started("-c", LAUNCH, str(tmp_path), LAUNCHER, cwd=tmp_path) as process:
        found = below(process, 2)
        process.send_signal(sent)
        assert process.wait(60) == 128 + sent
        assert all_end(found)


def test_what_is_left_in_a_session_ends_too(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", LEADER, DEAF], stdout=subprocess.PIPE, start_new_session=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"\n"
    found = psutil.Process(process.pid).children()
    end(process)
    process.stdout.close()
    assert all_end(found)


@pytest.fixture
def rows(tmp_path: Path) -> str:
    row = {
        "prompt": [{"role": "user", "content": "Show that 1 + 1 = 2."}],
        "completion": [{"role": "assistant", "content": "theorem x : 1 + 1 = 2"}],
    }
    (tmp_path / "rows.jsonl").write_text(f"{json.dumps(row)}\n" * 64)
    return str(tmp_path / "rows.jsonl")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("processes", "victim", "sent"),
    [
        (2, "", signal.SIGTERM),
        (2, "", signal.SIGKILL),
        (2, "accelerate.commands.launch", signal.SIGKILL),
        (1, "", signal.SIGKILL),
    ],
)
def test_a_training_ends_with_its_run_and_with_its_launcher(
    tmp_path: Path, accelerate_file, rows: str, processes: int, victim: str, sent: signal.Signals
):
    """Real training processes, started by accelerate; without a name the command is the victim."""
    changes = {
        "launch.accelerate_config": accelerate_file(processes), "launch.processes": processes,
        "sft.max_steps": 100_000, "sft.use_cpu": "true", "sft.per_device_train_batch_size": 4,
        "seeds": "[1]",
    }  # fmt: skip
    words = [word for key, value in changes.items() for word in ("--set", f"{key}={value}")]
    start = "from crossfade_train.cli import main; main()"
    with started(
        "-c", start, "sft", "peano", "--data", rows, "--out", "run", *words, cwd=tmp_path
    ) as process:
        below(process, processes + 1, "crossfade_train.run.worker")
        deadline = time.monotonic() + 180
        while not list((tmp_path / "run").glob("stages/sft-*/metrics.jsonl")):
            assert process.poll() is None, (tmp_path / "said").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.1)
        found = process.children(recursive=True)
        chosen = next((one for one in found if victim and named(one, victim)), process)
        chosen.send_signal(sent)
        status = {signal.SIGTERM: 143, signal.SIGKILL: -9}[sent] if chosen is process else 1
        assert process.wait(60) == status
        assert all_end(found)
