"""A hostile Python in exactly the cage that Lean gets: the real order, the real child code."""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from leaneval import cage as cage_package
from leaneval.cage import Cage

# What the hostile code uses is imported before the cage closes, as a real attacker's code would be.
_BOOT = """
import sys; sys.path.append(sys.argv[1])
import ctypes, fcntl, mmap, os, resource, signal, socket, threading
from _inside._entry import close
order = {}
for word in sys.argv[2:sys.argv.index("--")]:
    key, _, value = word.partition("="); order.setdefault(key, []).append(value)
close(order)
exec(sys.argv[-1])
"""


@dataclass
class Hostile:
    cage: Cage
    folder: Path

    def __call__(self, code, *, readable=(), writable=(), memory=2**32, seconds=20.0):
        command = self.cage.command(
            ["x"],
            library=Path("unused"),
            readable=readable,
            writable=writable,
            memory=memory,
            seconds=seconds,
        )
        order = [word for word in command[: command.index("--")] if "=" in word and word[0] != "-"]
        order = [word for word in order if not word.startswith("import ")]
        folder = str(Path(cage_package.__file__).parent)
        return subprocess.run(
            [sys.executable, "-I", "-S", "-c", _BOOT, folder, *order, "--", code],
            capture_output=True,
            text=True,
            cwd=self.folder,
            env={},
            timeout=60,
            start_new_session=True,
            check=False,
        )

    def assert_refused(self, code, error="PermissionError", **options):
        """Run code that must die of `error`, having got nothing done that comes after it."""
        done = self(code + "\nprint('DONE')", **options)
        assert "DONE" not in done.stdout, done
        assert error in done.stderr, done
        return done


@pytest.fixture
def full(tmp_path):
    cage = Cage.detect()
    if cage.level != "full":
        pytest.skip(f"this system grants no full cage: {'; '.join(cage.reasons)}")
    return Hostile(cage, tmp_path)


@pytest.fixture
def limits(tmp_path):
    return Hostile(Cage.limits_only("a test asked for it"), tmp_path)


@pytest.fixture
def fence(tmp_path):
    """One fence alone, that each is known to hold without the others."""

    def alone(name):
        if name not in Cage.detect().fences:
            pytest.skip(f"this system grants no {name}: {'; '.join(Cage.detect().reasons)}")
        return Hostile(Cage((name,)), tmp_path)

    return alone


@pytest.fixture
def secret(tmp_path, monkeypatch):
    """A file of the user's, beside the folder that the cage grants."""
    monkeypatch.setenv("LEANEVAL_TEST_SECRET", "hunter2")
    path = tmp_path / "secret.txt"
    path.write_text("hunter2")
    path.chmod(0o600)
    return path
