"""Ctrl-C and `kill`, obeyed once and in good order: what the commands of all packages do with them.

An exception raised amid an import is lost in some libraries and ends the process in others, so a
signal that comes then waits until the import is done. If it is lost all the same (in a finaliser,
say), the process ends without further ado: whatever it had finished is whole, as after `kill -9`.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

__all__ = ["obey"]

_AGAIN = 0.1
"""Seconds until a signal that came amid an import is sent again."""
_IMPORT = "<frozen importlib._bootstrap>"


def obey(patience: float = 60.0) -> None:
    """From now on SIGINT and SIGTERM end this process in good order: status 128 + their number.

    Blocks that clean up do so, once: of several Ctrl-C the first counts and the others are ignored.
    Only for a command that owns its process, and only in its main thread.

    Args:
        patience: Seconds that an import, and then cleaning up, may take.
    """
    since: list[float] = []

    def end(sent: int, frame: FrameType | None) -> None:
        now = time.monotonic()
        since.append(now)
        if _importing(frame) and now - since[0] < patience:
            _later(_AGAIN, os.kill, os.getpid(), sent)
            return
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        _later(patience, os._exit, 128 + sent)
        sys.exit(128 + sent)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORT:
            return True
        frame = frame.f_back
    return False


def _later(seconds: float, act: Callable[..., None], *arguments: int) -> None:
    timer = threading.Timer(seconds, act, arguments)
    timer.daemon = True
    timer.start()
