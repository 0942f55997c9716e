"""Processes: no others are started, none is signalled, and memory and time end."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest


@pytest.mark.parametrize(
    "attempt",
    [
        "os.fork()",
        "os.forkpty()",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.execv('/bin/true', ['true'])",
        "os.execv('/proc/self/exe', ['python'])",
        "os.kill(os.getppid(), 0)",
        "os.kill(os.getppid(), signal.SIGTERM)",
        "os.kill(-1, 0)",
        "signal.pidfd_send_signal(os.pidfd_open(os.getppid()), 0)",
        "resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE, (8, 8))",
        "os.setpriority(os.PRIO_PROCESS, os.getppid(), 19)",
        "os.sched_setaffinity(os.getppid(), {0})",
        "os.memfd_create('x')",
    ],
)
def test_refused(full, attempt):
    full.assert_refused(attempt)


def test_a_signal_cannot_be_sent_by_way_of_a_descriptor(full):
    full.assert_refused("fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid())")


def test_landlock_alone_refuses_signals_to_the_parent(fence):
    fence("landlock").assert_refused("os.kill(os.getppid(), 0)")


def test_its_own_end_is_its_own(full):
    assert full("os.abort()").returncode == -signal.SIGABRT
    assert full("os.kill(os.getpid(), signal.SIGSEGV)").returncode == -signal.SIGSEGV


def test_threads_work_and_are_bounded(full):
    code = """
threading.stack_size(2**16)
stop = threading.Event()
made = 0
try:
    for _ in range(2000):
        threading.Thread(target=stop.wait, daemon=True).start(); made += 1
except RuntimeError:
    pass
print(made); sys.stdout.flush(); os._exit(0)
"""
    if "namespaces" not in full.cage.fences:
        pytest.skip("only a user namespace counts threads apart from the user's others")
    made = int(full(code).stdout)
    assert 8 < made < 600


@pytest.mark.skipif(sys.platform != "linux", reason="macOS keeps no limit on address space")
def test_memory_ends(full, limits):
    for level in (full, limits):
        level.assert_refused("x = bytearray(2**31)", error="MemoryError", memory=2**30)
        level.assert_refused("x = mmap.mmap(-1, 2**31)", error="OSError", memory=2**30)


def test_limits_cannot_be_lifted(full):
    code = "resource.setrlimit(resource.RLIMIT_AS, (2**40, 2**40))"
    full.assert_refused(code, error="Error", memory=2**30)


def test_processor_time_ends_also_with_limits_only(limits):
    begun = time.monotonic()
    done = limits("while True: pass", seconds=0.1)
    assert done.returncode in (-signal.SIGKILL, -signal.SIGXCPU)
    assert time.monotonic() - begun < 20


def test_no_core_is_left(full, tmp_path):
    full("os.abort()", writable=[tmp_path])
    assert list(tmp_path.iterdir()) == []


def test_limits_only_does_not_stop_other_programs(limits):
    assert limits("os.execv('/bin/sh', ['sh', '-c', 'exit 7'])").returncode == 7


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux kills a child with its parent")
def test_the_child_dies_with_its_parent(tmp_path):
    """The parent is killed in the middle of a run that would never end."""
    script = tmp_path / "sleeper"
    script.write_text(
        f"#!{sys.executable} -IS\nimport time\nprint('up', flush=True)\ntime.sleep(60)\n"
    )
    script.chmod(0o755)
    parent = f"""
import subprocess, sys, time
from pathlib import Path
from leaneval.cage import Cage
command = Cage.limits_only("test").command(
    ["sleeper"], program=Path({str(script)!r}), memory=2**33, seconds=60)
pipe = subprocess.PIPE  # a caged child may not write to a file, which pytest's own stderr is
child = subprocess.Popen(command, stdout=pipe, stderr=pipe, start_new_session=True)
child.stdout.readline()
print(child.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as running:
        assert running.stdout is not None
        child = int(running.stdout.readline())
        assert alive(child)
        running.kill()
        running.wait()
    deadline = time.monotonic() + 5
    while alive(child) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not alive(child)


def alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    except FileNotFoundError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"
