"""Ctrl-C and `kill`, obeyed once and in good order: what the commands of all packages do with them.

An exception that a signal raises amid an import is lost in some libraries and ends the process in
others; elsewhere a library may swallow it, a finaliser always does. So a signal waits until an
import is done, is raised again where it was swallowed, and after a while ends the process without
further ado: whatever had been finished is whole, as after `kill -9`.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

__all__ = ["obeyed"]

_TICK = 0.5
"""Seconds after which it is seen to that a signal had its effect."""
_IMPORT = "<frozen importlib._bootstrap>"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Ended(SystemExit):
    """Raised where the signal found the program."""


@contextmanager
def obeyed(patience: float = 60.0) -> Iterator[None]:
    """SIGINT and SIGTERM end what is within in good order, with status 128 + their number.

    Blocks that clean up do so, undisturbed: signals after the first one are ignored, until the
    process has ended. Where none came, the earlier handlers are back afterwards. For a command that
    owns its process, in its main thread.

    Args:
        patience: Seconds from the signal until the process ends whatever it is at.
    """
    ending = _Ending(patience)
    try:
        yield
    finally:
        ending.close()


class _Ending:
    def __init__(self, patience: float) -> None:
        self._patience = patience
        self._first: int | None = None
        self._over = False
        self._earlier = [(number, signal.signal(number, self.obey)) for number in _SIGNALS]

    def obey(self, sent: int, frame: FrameType | None) -> None:
        if self._over:
            return
        if self._first is None:
            self._first = sent
            threading.Thread(target=self._insist, daemon=True).start()
        if not (_cleaning_up() or _importing(frame)):
            raise _Ended(128 + self._first)

    def close(self) -> None:
        """Nothing is left to end; what comes now must not cut the interpreter's own end short."""
        self._over = True
        if self._first is not None:
            _ignore()
            return
        for number, handler in self._earlier:
            signal.signal(number, signal.SIG_DFL if handler is None else handler)
        atexit.unregister(_ignore)  # once, and before what others do there
        atexit.register(_ignore)

    def _insist(self) -> None:
        end = time.monotonic() + self._patience
        while time.monotonic() < end:
            time.sleep(min(_TICK, self._patience))
            if not self._over:
                os.kill(os.getpid(), signal.SIGINT)
        os._exit(128 + (self._first or 0))


def _ignore() -> None:
    for number in _SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _cleaning_up() -> bool:
    """Whether the program is in a block that the exception on its way up runs through."""
    error = sys.exc_info()[1]
    while error is not None and not isinstance(error, _Ended):
        error = error.__context__
    return error is not None


def _importing(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code.co_filename == _IMPORT:
            return True
        frame = frame.f_back
    return False
