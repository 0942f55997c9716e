"""The REPLs of one checker: who is idle, who is starting, who must go.

Invariants: at most `most` processes live at once; a worker serves one batch at a time; a spent one
is closed and its successor starts while the others go on, so that nobody waits for an import who
need not. Time spent waiting for a worker is reported apart (`Outcome.waited`).
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Sequence

    from leaneval.checkers._runner import Outcome
    from leaneval.checkers.repl._worker import ReplWorker
    from leaneval.types import Claim

logger = logging.getLogger("lm_eval.leaneval")

_WORTH_A_SPARE = 8
"""Commands after which a run is taken for one that will want a spare."""


@dataclass(slots=True)
class Usage:
    """What the pool did: counts, and seconds of importing over all workers."""

    imports: int = 0
    import_seconds: float = 0.0
    replaced: int = 0
    commands: int = 0


class ReplPool:
    """A `Runner` over warm workers.

    Args:
        make: A new worker, not started.
        most: Processes at once, spares included.

    Attributes:
        usage: What was done so far.
    """

    def __init__(self, make: Callable[[], ReplWorker], most: int) -> None:
        self._make = make
        self._most = most
        self._idle: deque[ReplWorker] = deque()
        self._busy: set[ReplWorker] = set()
        self._starting = 0
        self._wanted: deque[asyncio.Future[ReplWorker]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()
        self.usage = Usage()

    async def run(self, claims: Sequence[Claim], seconds: float) -> Outcome:
        """Ask a warm worker; raises `UnavailableError` where none can be started."""
        loop = asyncio.get_running_loop()
        started = loop.time()
        worker = await self._take()
        waited = loop.time() - started
        self.usage.commands += 1
        try:
            outcome = await worker.ask(claims, seconds)
        except BaseException:
            worker.spent = True
            raise
        finally:
            self._give_back(worker)
        return replace(outcome, waited=waited)

    async def close(self) -> None:
        """End every process and every start under way."""
        self._most = 0
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.close() for worker in (*self._idle, *self._busy)))
        self._idle.clear()
        self._busy.clear()

    async def _take(self) -> ReplWorker:
        if self._idle:
            worker = self._idle.popleft()
            self._busy.add(worker)
            if not self._idle and self.usage.commands > _WORTH_A_SPARE:
                self._top_up(1)
            return worker
        wanted: asyncio.Future[ReplWorker] = asyncio.get_running_loop().create_future()
        self._wanted.append(wanted)
        self._top_up(len(self._wanted))
        try:
            return await wanted
        except asyncio.CancelledError:
            if wanted.done() and not wanted.cancelled() and not wanted.exception():
                self._give_back(wanted.result())
            raise

    def _give_back(self, worker: ReplWorker) -> None:
        self._busy.discard(worker)
        if not worker.spent:
            self._hand_out(worker)
            return
        self._in_background(worker.close())
        self.usage.replaced += 1
        # the successor starts now, whether or not somebody waits for it already
        self._top_up(self._starting + 1)

    def _hand_out(self, worker: ReplWorker) -> None:
        while self._wanted:
            wanted = self._wanted.popleft()
            if not wanted.done():
                self._busy.add(worker)
                wanted.set_result(worker)
                return
        self._idle.append(worker)

    def _top_up(self, starting: int) -> None:
        """Have `starting` workers under way, as far as there is room."""
        room = self._most - len(self._idle) - len(self._busy)
        while self._starting < min(starting, room):
            self._starting += 1
            self._in_background(self._start())

    async def _start(self) -> None:
        worker = self._make()
        try:
            await worker.start()
        except Exception as error:  # whatever it is, somebody waits to be told
            self._refuse(error)
            await worker.close()
            return
        finally:
            self._starting -= 1
        self.usage.imports += 1
        self.usage.import_seconds += worker.import_seconds
        self._hand_out(worker)

    def _refuse(self, error: Exception) -> None:
        """Tell one who waits; another start may fare better for the next."""
        while self._wanted:
            wanted = self._wanted.popleft()
            if not wanted.done():
                wanted.set_exception(error)
                return
        logger.info("a REPL did not start, and nobody waits for it: %s", error)

    def _in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
