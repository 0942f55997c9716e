"""A child process watched from an event loop: its output as it comes, its end, its whole group.

Not asyncio's own subprocess: that one tells neither what a child used nor keeps what was printed
when the wait is cut short, and it needs a watcher that differs between event loops.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_CHUNK = 2**16
_GRACE = 2.0  # seconds that pipes may stay open after the group was killed


class Stream:
    """One pipe, read as it fills; at most `most` bytes are kept, `full` is called beyond."""

    def __init__(self, pipe: IO[bytes], most: int, full: Callable[[], None]) -> None:
        self.data = bytearray()
        self.closed = asyncio.Event()
        self._pipe, self._most, self._full = pipe, most, full
        os.set_blocking(pipe.fileno(), False)
        asyncio.get_running_loop().add_reader(pipe.fileno(), self._read)

    def _read(self) -> None:
        try:
            chunk = os.read(self._pipe.fileno(), _CHUNK)
        except BlockingIOError:
            return
        if not chunk:
            self.close()
            return
        room = self._most - len(self.data)
        self.data += chunk[:room]
        if len(chunk) > room:
            self._full()

    def close(self) -> None:
        """Stop reading and release the descriptor; may be called twice."""
        if not self.closed.is_set():
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
            self._pipe.close()
            self.closed.set()


class Watched:
    """A child in its own session and process group, standard input empty.

    Attributes:
        pid: Its process id, also that of its group.
        stdout: What it printed.
        stderr: The same; what goes beyond `most_errors` is dropped.
        overflowed: Whether it was killed because it printed too much.
    """

    def __init__(
        self,
        command: Sequence[str],
        *,
        cwd: Path,
        environment: Mapping[str, str],
        most: int,
        most_errors: int,
    ) -> None:
        """Start it; raises `OSError` where the system does not let it."""
        # Popen is the one portable way to a fast spawn with a working folder and a session.
        self._child = subprocess.Popen(
            command,
            cwd=cwd,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
        )
        self.pid = self._child.pid
        self.overflowed = False
        self._least_peak = _peak(resource.getrusage(resource.RUSAGE_SELF))
        self._usage: resource.struct_rusage | None = None
        self._pidfd = -1
        self._ended = asyncio.get_running_loop().create_future()
        assert self._child.stdout is not None
        assert self._child.stderr is not None
        self.stdout = Stream(self._child.stdout, most, self._overflow)
        self.stderr = Stream(self._child.stderr, most_errors, lambda: None)
        self._watch()

    async def wait(self) -> None:
        """Until the process has ended, by itself or killed."""
        await asyncio.shield(self._ended)

    async def drain(self) -> None:
        """Until its pipes are closed; a moment only, lest somebody else holds them open."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                await asyncio.gather(self.stdout.closed.wait(), self.stderr.closed.wait())

    def kill(self) -> None:
        """Kill it and all of its group."""
        if self._usage is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    def release(self) -> None:
        """Leave no process, no zombie and no descriptor; waits only for a kill to act."""
        self.kill()
        self._reap()
        self.stdout.close()
        self.stderr.close()

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for the signal that ended it; None while it lives."""
        return self._child.returncode

    def peak_memory(self) -> int:
        """Bytes of its greatest resident memory, so far or in all; 0 where it is not known.

        For an ended child it is not known where it is below this process's own peak: the kernel
        starts the count with the memory of the process that the child was split from.
        """
        if self._usage is not None:
            peak = _peak(self._usage)
            return peak if peak > self._least_peak else 0
        with contextlib.suppress(OSError, ValueError, IndexError):
            status = Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
            return int(status.partition("VmHWM:")[2].split()[0]) * 1024
        return 0

    def _overflow(self) -> None:
        self.overflowed = True
        self.kill()

    def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            descriptor = os.pidfd_open(self.pid)
        except (AttributeError, OSError):  # macOS, old kernels
            loop.run_in_executor(None, self._wait_in_a_thread, loop)
            return
        self._pidfd = descriptor
        loop.add_reader(descriptor, self._reap)

    def _wait_in_a_thread(self, loop: asyncio.AbstractEventLoop) -> None:
        with contextlib.suppress(ChildProcessError):
            os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)
        with contextlib.suppress(RuntimeError):  # the loop is closed, and has reaped
            loop.call_soon_threadsafe(self._reap)

    def _reap(self) -> None:
        if self._usage is not None:
            return
        # While the dead leader is not reaped its number cannot go to a stranger's group.
        self.kill()
        _, status, self._usage = os.wait4(self.pid, 0)
        self._child.returncode = os.waitstatus_to_exitcode(status)
        if self._pidfd >= 0:
            asyncio.get_running_loop().remove_reader(self._pidfd)
            os.close(self._pidfd)
        if not self._ended.done():
            self._ended.set_result(None)


def _peak(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
