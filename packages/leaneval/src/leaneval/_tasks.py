"""Many coroutines as tasks that end with the block they belong to, all at once or few at a time.

Invariant: when a block or call here ends, however it ends, no task of its own is left. Unlike
`asyncio.TaskGroup` it lets an error through as it is, so that whoever knows its class catches it.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable

T = TypeVar("T")
R = TypeVar("R")


@asynccontextmanager
async def started(works: Iterable[Coroutine[Any, Any, R]]) -> AsyncIterator[list[asyncio.Task[R]]]:
    """`works` as tasks, begun in order; those that are not done at the end are cancelled."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield tasks
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def for_each(items: Iterable[T], work: Callable[[T], Awaitable[None]], most: int) -> None:
    """Await `work(item)` for every item, begun in order, at most `most` of them at once.

    An item that waits costs what `items` keeps of it and no more. The first error ends the rest and
    is raised.
    """
    waiting = iter(items)

    async def lane(item: T) -> None:
        await work(item)
        for following in waiting:
            await work(following)

    async with started(lane(item) for item in islice(waiting, most)) as lanes:
        await asyncio.gather(*lanes)
