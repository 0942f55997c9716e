"""A program that may start processes: none outlives the first, whoever is killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psutil
import pytest

from leaneval.cage import Cage

SYSTEM = [Path(p) for p in ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache")]
BROOD = "sleep 1000 & setsid sleep 1000 & echo ready; wait"


def order(script: str, may_fork: bool = True) -> list[str]:
    cage = Cage.detect()
    if cage.level != "full":
        pytest.skip(f"this system grants no full cage: {'; '.join(cage.reasons)}")
    executable = [path for path in SYSTEM if path.exists()]
    return cage.command(
        ["sh", "-c", script],
        program=Path("/bin/sh"),
        executable=executable,
        memory=None,
        seconds=None,
        may_fork=may_fork,
    )


def family(pid: int) -> list[psutil.Process]:
    first = psutil.Process(pid)
    return [first, *first.children(recursive=True)]


def run(script: str, **options: bool) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        order(script, **options), env={}, capture_output=True, timeout=30, check=False
    )


def test_it_may_fork_only_where_that_was_said() -> None:
    assert run("sleep 0; echo done").stdout == b"done\n"
    assert b"Cannot fork" in run("sleep 0; echo done", may_fork=False).stderr


@pytest.mark.parametrize("status", [0, 3])
def test_its_status_and_its_end_come_through(status: int) -> None:
    done = run(f"sleep 0; echo said; exit {status}")
    assert (done.returncode, done.stdout) == (status, b"said\n")


def test_a_signal_that_ends_it_shows_in_the_status() -> None:
    done = run("kill -9 $$; echo survived")
    assert (done.returncode, done.stdout) == (128 + signal.SIGKILL, b"")


@pytest.mark.parametrize("victim", [0, 1, 2])
def test_killing_either_keeper_or_the_program_ends_all(victim: int) -> None:
    with subprocess.Popen(
        order(BROOD), env={}, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(0.1)
        everyone = family(child.pid)
        assert len(everyone) == 5
        everyone[victim].kill()
        assert not psutil.wait_procs(everyone, timeout=5)[1]


def test_killing_the_parent_ends_all(tmp_path: Path) -> None:
    script = """
        import json, subprocess, sys, time
        from pathlib import Path
        from leaneval.cage import Cage
        executable = [Path(p) for p in json.loads(sys.argv[2])]
        command = Cage.detect().command(["sh", "-c", sys.argv[1]], program=Path("/bin/sh"),
            executable=executable, memory=None, seconds=None, may_fork=True)
        child = subprocess.Popen(command, env={}, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True)
        child.stdout.readline()
        print(child.pid, flush=True)
        time.sleep(60)
    """
    order(BROOD)  # skips where there is no cage
    paths = json.dumps([str(path) for path in SYSTEM if path.exists()])
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), BROOD, paths], stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    with parent.stdout:
        everyone = family(int(parent.stdout.readline()))
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    assert not psutil.wait_procs(everyone, timeout=5)[1]


def test_network_and_files_stay_closed_to_its_children(secret: Path) -> None:
    done = run(f"cat {secret}; cat /etc/passwd; echo x > {secret.parent}/new; ls {secret.parent}")
    assert b"hunter2" not in done.stdout
    assert done.stdout == b""
    assert done.stderr.count(b"ermission denied") == 4
    assert not (secret.parent / "new").exists()
