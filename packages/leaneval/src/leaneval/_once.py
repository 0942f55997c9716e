"""Do identical work once: an asynchronous memo for a run.

The first caller of a key does the work, later ones wait for the same result. A result that is not
worth keeping (an outage) is forgotten, so that the next caller tries again. If the caller that does
the work is cancelled, everyone who waits is too: the run is over.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Hashable

R = TypeVar("R")


class Once(Generic[R]):
    """Memo from key to result.

    Args:
        keep: Whether a result may be given to later callers.
    """

    def __init__(self, keep: Callable[[R], bool]) -> None:
        self._keep = keep
        self._results: dict[Hashable, R] = {}
        self._under_way: dict[Hashable, asyncio.Future[R]] = {}

    async def __call__(self, key: Hashable, work: Callable[[], Awaitable[R]]) -> R:
        """The result for `key`, from `work()` if nobody has asked before.

        Raises whatever `work` raises, to every caller that waits for it.
        """
        if key in self._results:
            return self._results[key]
        if key in self._under_way:
            return await asyncio.shield(self._under_way[key])
        future = self._under_way[key] = asyncio.get_running_loop().create_future()
        try:
            result = await work()
        except BaseException as error:
            future.set_exception(error) if isinstance(error, Exception) else future.cancel()
            future.exception() if not future.cancelled() else None
            raise
        finally:
            del self._under_way[key]
        if self._keep(result):
            self._results[key] = result
        future.set_result(result)
        return result
