"""lean-interact's server with the process of our choosing: caged, bounded, easy to kill.

Invariant: the protocol is lean-interact's own; what differs is how the process starts (caged, in a
session of its own, with a bare environment, no fork of this process's whole memory), how much
it may print, and that a kill is a kill. Out of scope: what is asked.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from typing import IO, TYPE_CHECKING, Any

import psutil
from lean_interact.server import LeanServer

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lean_interact.config import LeanREPLConfig

LONGEST_ANSWER = 64 * 2**20
"""Characters of one answer; a REPL that prints more is killed."""


class CagedServer(LeanServer):  # type: ignore[misc, unused-ignore]  # it ships no types
    """One REPL process.

    Args:
        config: lean-interact's configuration, set up.
        command: The process to start, in the cage.
        cwd: Its working folder.
        environment: Its whole environment.

    Attributes:
        errors: Its standard error; read by the owner, lest it fill and block.
    """

    def __init__(
        self,
        config: LeanREPLConfig,
        command: Sequence[str],
        cwd: Path,
        environment: Mapping[str, str],
    ) -> None:
        self._command, self._cwd, self._bare = command, cwd, dict(environment)
        self.errors: IO[bytes] | None = None
        self._process: psutil.Process | None = None
        super().__init__(config)

    def start(self) -> None:
        """Start the process; raises `OSError` where the system does not let it.

        The kernel ends it when the thread that calls this ends.
        """
        process: Any = subprocess.Popen(
            self._command,
            cwd=self._cwd,
            env=self._bare,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
            start_new_session=True,
        )
        self.errors, process.stderr = process.stderr, None
        process.stdout = _Bounded(process.stdout, self.stop)
        self._proc = process
        with contextlib.suppress(psutil.Error):
            self._process = psutil.Process(process.pid)

    def stop(self) -> None:
        """Kill the process and its group at once; may be called from any thread."""
        process = self._proc
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)

    def kill(self) -> None:
        """Kill the process and release what it held."""
        self.stop()
        super().kill()

    def own_memory(self) -> int:
        """Bytes of resident memory that are this REPL's alone: compiled libraries are shared."""
        if self._process is None:
            return 0
        total = 0
        with contextlib.suppress(psutil.Error):
            for process in (self._process, *self._process.children(recursive=True)):
                used = process.memory_info()
                total += used.rss - (used.shared if sys.platform == "linux" else 0)
        return total


class _Bounded:
    """A text stream read by lines, that ends where one answer grows too long."""

    def __init__(self, stream: IO[str], overflow: Callable[[], None]) -> None:
        self._stream, self._overflow = stream, overflow
        self._read = 0

    def readline(self) -> str:
        line = self._stream.readline(LONGEST_ANSWER)
        # a blank line ends an answer
        self._read = self._read + len(line) if line.strip() else 0
        if self._read < LONGEST_ANSWER:
            return line
        self._overflow()
        return ""

    def read(self) -> str:
        return self._stream.read(LONGEST_ANSWER)

    def close(self) -> None:
        self._stream.close()
