"""What a tree's later processes try: the fences hold for each process that the program starts.

A hostile Python as program, in the cage that a REPL gets (`may_fork`): it forks, and its child does
the mischief. Memory is not bounded here by the cage: whoever asks for a tree watches its memory.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leaneval.cage import Cage

_PROGRAM = """
import ctypes, fcntl, json, mmap, os, resource, signal, socket, subprocess, sys, threading
child = os.fork()
if child == 0:
    exec(sys.argv[1])
    print("DONE", flush=True)
    os._exit(0)
_, status = os.waitpid(child, 0)
print("CHILD ENDED", status, flush=True)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Callable[[str], subprocess.CompletedProcess[str]]:
    cage = Cage.detect()
    if cage.level != "full":
        pytest.skip(f"this system grants no full cage: {'; '.join(cage.reasons)}")
    python = Path(sys.executable).resolve()
    system = [Path(p) for p in ("/usr", "/bin", "/lib", "/lib64", "/etc/ld.so.cache")]
    executable = [Path(sys.base_prefix).resolve(), *(path for path in system if path.exists())]

    def run(code: str, **more: object) -> subprocess.CompletedProcess[str]:
        command = cage.command(
            ["python", "-I", "-S", "-c", _PROGRAM, code],
            program=python,
            executable=executable,
            memory=None,
            seconds=None,
            may_fork=True,
            **more,  # type: ignore[arg-type]
        )
        return subprocess.run(
            command, env={}, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
        )

    return run


@pytest.mark.parametrize(
    "attempt",
    [
        "open({secret!r}).read()",
        "open({secret!r}, 'w')",
        "open({folder!r} + '/new', 'w')",
        "os.chmod({secret!r}, 0o777)",
        "os.listdir({home!r})",
        "open('/proc/{parent}/environ').read()",
        "open('/proc/{parent}/mem', 'r+b')",
        "socket.create_connection(('127.0.0.1', {port}), 2)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
        "socket.socketpair()",
        "os.kill({parent}, 0)",
        "os.kill(-1, 0)",
        "resource.setrlimit(resource.RLIMIT_CORE, (2**20, 2**20))",
        "os.memfd_create('x')",
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.ptrace(16, {parent}, 0, 0) == -1: raise OSError(ctypes.get_errno())",
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.unshare(0x10000000) == -1: raise OSError(ctypes.get_errno())",
        "libc = ctypes.CDLL(None, use_errno=True)\n"
        "if libc.mount(b'none', b'/mnt', b'tmpfs', 0, None) == -1: raise OSError(1)",
    ],
)
def test_refused_to_a_child_of_the_caged(
    tree: Callable[..., subprocess.CompletedProcess[str]],
    secret: Path,
    tmp_path: Path,
    attempt: str,
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        names = {
            "secret": str(secret), "folder": str(tmp_path), "home": str(Path.home()),
            "parent": os.getpid(), "port": server.getsockname()[1],
        }  # fmt: skip
        done = tree(attempt.format(**names))
        with pytest.raises(TimeoutError):
            server.accept()
    assert "CHILD ENDED" in done.stdout, done
    assert "DONE" not in done.stdout
    assert "Error" in done.stderr
    assert "hunter2" not in done.stdout
    assert secret.read_text() == "hunter2"
    assert list(tmp_path.iterdir()) == [secret]


def test_processes_are_bounded(tree: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """A fork bomb meets its end below the bound, and nothing of it is left."""
    if "namespaces" not in Cage.detect().fences:
        pytest.skip("only a user namespace counts processes apart from the user's others")
    if os.getuid() == 0:
        pytest.skip("the kernel exempts root from the bound on processes (docs/security.md)")
    code = """
made = 0
try:
    while made < 700:
        if os.fork() == 0: signal.pause()
        made += 1
except OSError as error:
    print(json.dumps([made, error.errno]), flush=True)
os._exit(1)
"""
    done = tree(code)
    made, _ = json.loads(done.stdout.splitlines()[0])
    assert 8 < made < 600
