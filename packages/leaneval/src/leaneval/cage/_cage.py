"""Which cage this system grants, and the command line that runs a program inside it.

Invariant: what `detect` promises was tried in a child process here and now, and a child that cannot
close a promised fence does not run its program (it fails closed).
"""

from __future__ import annotations

import functools
import math
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias

# Importing them here also leaves their byte code for the child, which writes none (5 ms a start).
from leaneval.cage._inside import _entry, _probe

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType

Level: TypeAlias = Literal["full", "limits only", "none"]

_FENCES = {
    "landlock": "files of the user can be read and written",
    "seccomp": "programs, processes and connections can be started",
    "namespaces": "no network namespace as a second fence",
}
_NECESSARY = {"landlock", "seccomp"}
_BOOT = (
    "import sys; sys.path.append(sys.argv[1]); "
    "from _inside.{module} import main; main(sys.argv[2:])"
)


@dataclass(frozen=True)
class Cage:
    """The isolation that a child gets.

    Attributes:
        fences: Which of `landlock`, `seccomp`, `namespaces` are closed.
        reasons: What could not be had, why, and what that leaves open; one line each.
        limits: Whether resource limits are set.
    """

    fences: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    limits: bool = True

    @property
    def level(self) -> Level:
        """`full` where files, processes and the network are fenced; else what is left."""
        if not self.limits:
            return "none"
        return "full" if set(self.fences) >= _NECESSARY else "limits only"

    @classmethod
    def detect(cls) -> Cage:
        """The best cage that this system grants, tried in a child process (once a process)."""
        return _detect()

    @classmethod
    def limits_only(cls, reason: str) -> Cage:
        """Resource limits, an empty environment and the kill at the end; nothing else."""
        return cls(reasons=(reason,))

    @classmethod
    def off(cls, reason: str) -> Cage:
        """No isolation but a process of its own, killed at the end of its time."""
        return cls(reasons=(reason,), limits=False)

    def command(
        self,
        arguments: Sequence[str],
        *,
        library: Path | None = None,
        program: Path | None = None,
        readable: Sequence[Path] = (),
        writable: Sequence[Path] = (),
        executable: Sequence[Path] = (),
        memory: int | None,
        seconds: float | None,
        may_fork: bool = False,
    ) -> list[str]:
        """The command line of a child that closes the cage and then runs one program.

        Args:
            arguments: The program's own, its name first.
            library: A shared library whose `lean_main` is called; or
            program: an executable that takes the process over.
            readable: Files, or folders with all beneath, that may be read.
            writable: The same for reading and writing.
            executable: The same for reading and executing.
            memory: Bytes of address space; None: unbounded, for a program whose maps are larger
                than its memory and whose resident memory the caller watches.
            seconds: Wall time that the caller allows; processor time is bounded from it. None:
                unbounded, for a program that answers many questions, each with its own time.
            may_fork: Let it start processes of its own (with `executable`, programs). Where there
                are namespaces they share one of processes, so that none outlives the first.
        """
        cpu = 0 if seconds is None else math.ceil(seconds * (os.cpu_count() or 1)) + 1
        words = [f"parent={os.getpid()}", *(f"fence={fence}" for fence in self.fences)]
        if self.limits:
            words += [f"memory={memory or 0}", f"cpu={cpu}"]
        words += ["fork=yes"] if may_fork else []
        for key, paths in (("read", readable), ("write", writable), ("execute", executable)):
            words += [f"{key}={path}" for path in paths]
        words.append(f"library={library}" if library else f"program={program}")
        return [*_interpreter(_entry), *words, "--", *arguments]


def _interpreter(module: ModuleType) -> list[str]:
    folder = str(Path(__file__).parent)
    boot = _BOOT.format(module=module.__name__.rpartition(".")[2])
    return [sys.executable, "-I", "-S", "-E", "-B", "-c", boot, folder]


@functools.cache
def _detect() -> Cage:
    if not sys.platform.startswith("linux"):
        return Cage.limits_only(f"{sys.platform} has none of {', '.join(_FENCES)}")
    if _refusal(tuple(_FENCES)) is None:
        return Cage(tuple(_FENCES))
    refusals = {fence: _refusal((fence,)) for fence in _FENCES}
    held = tuple(fence for fence, why in refusals.items() if why is None)
    reasons = tuple(f"{f}: {why}; {_FENCES[f]}" for f, why in refusals.items() if why is not None)
    return Cage(held, reasons)


def _refusal(fences: tuple[str, ...]) -> str | None:
    """Why these fences cannot be closed together here; None if they can."""
    command = [*_interpreter(_probe), *(f"fence={fence}" for fence in fences)]
    try:
        done = subprocess.run(command, capture_output=True, env={}, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"the probe did not run ({error})"
    if done.stderr.startswith(_entry.READY):
        return None
    said = done.stderr.removeprefix(_entry.FAILED).decode(errors="replace").strip()
    return said or f"the probe ended with status {done.returncode}"
