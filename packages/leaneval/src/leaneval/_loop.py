"""Run a coroutine from code that is not asynchronous, inside a running event loop or not."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

R = TypeVar("R")


def run(work: Coroutine[Any, Any, R]) -> R:
    """`asyncio.run`, in a thread of its own where this one already runs a loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    outcome: list[R] = []
    failure: list[BaseException] = []

    def target() -> None:
        try:
            outcome.append(asyncio.run(work))
        except BaseException as error:  # handed to the caller's thread
            failure.append(error)

    thread = threading.Thread(target=target, name="leaneval")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]
