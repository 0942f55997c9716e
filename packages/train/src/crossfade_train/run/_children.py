"""Processes that must not outlive us: a killed run must not go on training behind its successor.

`end` is for where we end in good order, `end_with_parent` for where we do not.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys

_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG, linux/prctl.h
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PATIENCE = ((signal.SIGTERM, 35.0), (signal.SIGKILL, 10.0))
"""Seconds for each: more than torch's launcher gives its workers (30), together less than
`leaneval.interrupts.obeyed` gives us (60)."""


def end_with_parent() -> None:
    """Have the kernel end this process when its parent is gone (Linux only).

    It holds for this process and not for those that it starts; fit for `preexec_fn`.
    """
    if _LIBC is not None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


def end(process: subprocess.Popen[bytes]) -> None:
    """End a process that leads a session of its own, and what it leaves behind in that session."""
    for sign, patience in _PATIENCE:
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: all are zombies
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
