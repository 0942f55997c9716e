"""One run of Lean: a caged child process of its own, watched to its end.

Invariant: when `run_lean` returns, raises or is cancelled, its child is dead and reaped, whatever
the child did, and no file descriptor is left. What was printed up to the end is kept, at most
`LARGEST_OUTPUT` bytes. Out of scope: what the output means.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaneval.cage import FAILED, READY
from leaneval.checkers._watch import Watched
from leaneval.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leaneval.cage import Cage
    from leaneval.checkers._binary import LeanBinary

LARGEST_OUTPUT = 64 * 2**20
"""Bytes of standard output kept; a child that prints more is killed."""

_LARGEST_ERRORS = 2**20
# What an installed executable needs beside its toolchain: loader, C library, shells of wrappers.
# No person's files lie there, and what runs from there runs in the same cage.
SYSTEM = tuple(
    Path(p) for p in ("/usr", "/bin", "/lib", "/lib64", "/nix/store", "/etc/ld.so.cache")
)


@dataclass(frozen=True)
class LeanRun:
    """What came of one run.

    Attributes:
        stdout: Everything printed up to the end, or to the kill. An installed Lean that is killed
            takes with it what its C library still held back (up to 4 KiB); the wheel's does not.
        stderr: The same, its first part.
        returncode: Exit status; negative: the signal that ended it (-9 where it was killed here).
        timed_out: Killed at the time limit.
        seconds: Wall time from start to end.
        peak_memory: Bytes of greatest resident memory; 0 where it is not known: for an
            ended process, below this process's own peak.
        truncated: Killed because it printed more than `LARGEST_OUTPUT`; `stderr` ends in a note.
    """

    stdout: bytes
    stderr: bytes
    returncode: int | None
    timed_out: bool
    seconds: float
    peak_memory: int
    truncated: bool = False


async def run_lean(
    binary: LeanBinary,
    arguments: Sequence[str],
    *,
    cwd: Path,
    readable: Sequence[Path],
    writable: Sequence[Path],
    seconds: float,
    memory: int,
    cage: Cage,
    environment: Mapping[str, str] | None = None,
) -> LeanRun:
    """Run Lean once in the cage.

    Args:
        binary: Which Lean.
        arguments: After the program's name.
        cwd: Working folder; not readable by that alone.
        readable: Files, or folders with all beneath, that Lean may read.
        writable: The same for reading and writing.
        seconds: Wall time after which it is killed, with all that it started.
        memory: Bytes of address space. Lean reserves 1 GiB for each of its
            four threads, so under 7 GiB it dies without a word (3 GiB with `--tstack=65536`).
        cage: What `Cage.detect` gave.
        environment: Variables beside those of `binary` (`LEAN_PATH`); the child has no others.

    Raises:
        UnavailableError: The child could not be started, or could not close its cage.
    """
    started = time.perf_counter()
    try:
        watched = Watched(
            _command(binary, arguments, readable, writable, seconds, memory, cage),
            cwd=cwd,
            environment={**binary.environment, **(environment or {})},
            most=LARGEST_OUTPUT,
            most_errors=_LARGEST_ERRORS,
        )
    except OSError as error:
        raise UnavailableError(
            f"a process for Lean must start, got {error}: free memory or processes and try again"
        ) from error
    try:
        timed_out, sampled = await _watch(watched, seconds)
        await watched.drain()
    finally:
        watched.release()
    return _result(watched, timed_out, sampled, time.perf_counter() - started)


def _command(
    binary: LeanBinary,
    arguments: Sequence[str],
    readable: Sequence[Path],
    writable: Sequence[Path],
    seconds: float,
    memory: int,
    cage: Cage,
) -> list[str]:
    system = [path for path in SYSTEM if path.exists()] if binary.library is None else []
    return cage.command(
        [*binary.argv, *arguments],
        library=binary.library,
        program=None if binary.library else Path(binary.argv[0]),
        readable=readable,
        writable=writable,
        executable=[*binary.toolchain, *system],
        memory=memory,
        seconds=seconds,
    )


async def _watch(watched: Watched, seconds: float) -> tuple[bool, int]:
    """Wait for the end or make it; whether that was the time limit, and the memory seen then."""
    try:
        async with asyncio.timeout(seconds):
            await watched.wait()
    except TimeoutError:
        sampled = watched.peak_memory()
        watched.kill()
        await watched.wait()
        return True, sampled
    return False, 0


def _result(watched: Watched, timed_out: bool, sampled: int, seconds: float) -> LeanRun:
    stderr = bytes(watched.stderr.data)
    if not stderr.startswith(READY):
        raise UnavailableError(_no_start(stderr, watched.returncode, timed_out))
    stderr = stderr.removeprefix(READY)
    if watched.overflowed:
        stderr += b"\n[leaneval: more than %d bytes printed; killed]\n" % LARGEST_OUTPUT
    return LeanRun(
        stdout=bytes(watched.stdout.data),
        stderr=stderr,
        returncode=watched.returncode,
        timed_out=timed_out,
        seconds=seconds,
        peak_memory=sampled or watched.peak_memory(),
        truncated=watched.overflowed,
    )


def _no_start(stderr: bytes, returncode: int | None, timed_out: bool) -> str:
    said = stderr.removeprefix(FAILED).decode(errors="replace").strip()[-300:]
    if timed_out:
        return "Lean's process must start within its time limit, and did not: the machine is busy"
    return (
        f"Lean's process must close its cage, got {said or f'status {returncode}'}: "
        "`leaneval doctor` shows what this system grants"
    )
