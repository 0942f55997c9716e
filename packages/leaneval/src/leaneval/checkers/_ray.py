"""The checker behind `ray:SPEC`: any other checker, as actors on a Ray cluster.

Claims wait in one queue here; an actor that is free takes some and answers them by its own checker,
which has all the rules about time-outs, crashes and neighbours. What is added is placement:

1. A claim leaves the queue for an actor that has started, and comes back if that actor is gone or
   silent: a process killed or a node lost costs time alone, and no claim is blamed for it. It comes
   back in smaller batches, so that a claim which takes its actor down each time does so alone in
   the end, and is `unavailable` (an outage of ours, never a `crash`) after `_MOST_LOSSES` of them.
2. Actors are added while claims wait and stopped when idle, down to one, up to `Settings.workers`
   or the cluster's processors. When none can be had, what waits is `unavailable`: nobody hangs.
3. All actors of a run agree in toolchain, cage and version; one that does not is not used.

Out of scope: the cluster itself (`_ray_cluster`), caching (`_cached`, on this side, around it).
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Self

from leaneval.checkers._queue import FEWEST, Job, Queue
from leaneval.checkers._ray_cluster import Cluster, LostError
from leaneval.errors import UnavailableError
from leaneval.types import Diagnostic, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leaneval.checkers._ray_actor import Standing, Started
    from leaneval.checkers._ray_cluster import Actor
    from leaneval.checkers._world import World
    from leaneval.settings import Settings
    from leaneval.types import Claim, Toolchain

logger = logging.getLogger("lm_eval.leaneval")

_MOST_LOSSES = 5
_MOST_FAILED_STARTS = 3
_START_SECONDS = 300.0  # a cluster may have to make room, or to boot a machine
_REFRESH_SECONDS = 5.0
_MATHLIB_MEMORY = 6 * 2**30
# What an actor may be silent for: its start-up, and every claim at its limit, twice, with controls.
_PATIENCE_SECONDS, _PATIENCE_FACTOR = 120.0, 6.0


class RayChecker:
    """A `Checker` whose work is done by actors.

    Args:
        settings: Spec `ray:SPEC`, limits; `workers` is the greatest number of actors.
        inner: The actors' settings, as `inner_settings` gives them.
        processors: Of the local cluster, where there is no other.
        idle_seconds: How long an actor may have nothing to do before it is stopped.

    Attributes:
        losses: Batches that were asked again because their actor was gone.
    """

    def __init__(
        self,
        settings: Settings,
        inner: Settings,
        *,
        processors: int,
        idle_seconds: float = 30.0,
    ) -> None:
        self._settings, self._inner = settings, inner
        self._processors, self._idle_seconds = processors, idle_seconds
        self._cluster: Cluster | None = None
        self._started: Started | None = None
        self._queue = Queue()
        self._jobs: dict[Claim, Job] = {}
        self._lost_with: Counter[Claim] = Counter()
        self._wake = asyncio.Event()
        self._places: set[asyncio.Task[None]] = set()
        self._actors: dict[Actor, Started] = {}
        self._idle = self._failed_starts = 0
        self._most = (0, -math.inf)
        self.losses = 0

    @property
    def spec(self) -> str:
        """The spec string."""
        return self._settings.checker

    @property
    def toolchain(self) -> Toolchain:
        """The actors'."""
        return self._standing.toolchain

    @property
    def cage(self) -> str:
        """The isolation level on the actors' nodes."""
        return self._standing.cage

    @property
    def world(self) -> World | None:
        """The Lean world of the actors' checkers."""
        assert self._started is not None, "known once the context is entered"
        return self._started.world

    @property
    def actors(self) -> tuple[Started, ...]:
        """Those that answer now, and where they run."""
        return tuple(self._actors.values())

    def usage(self) -> dict[str, float]:
        """Counters for the report."""
        return {"actors": len(self._actors), "batches_asked_again": self.losses}

    async def check(self, claim: Claim) -> Verdict:
        """The verdict of an actor's checker; equal claims under way are asked once."""
        if self._cluster is None:
            raise RuntimeError("a checker answers only inside `async with`")
        job = self._jobs.get(claim)
        if job is None:
            job = self._jobs[claim] = Job(claim, asyncio.get_running_loop().create_future())
            self._queue.shared.append(job)
            self._offer()
        # a caller that gives up must not take the others' verdict with it
        return await asyncio.shield(job.future)

    async def __aenter__(self) -> Self:
        """Connect and start the first actor.

        Raises:
            UnavailableError: There is no Ray, no cluster, or no node on which the checker works.
        """
        self._cluster = Cluster(self._settings.workers or self._processors)
        try:
            actor = await self._hire()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        self._place(actor)
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Stop every actor, disconnect, and stop the cluster if it was started here."""
        cluster, self._cluster = self._cluster, None
        for place in self._places:
            place.cancel()
        await asyncio.gather(*self._places, return_exceptions=True)
        for job in self._jobs.values():
            job.future.cancel()
        self._jobs.clear()
        self._queue.drain()
        if cluster is not None:
            cluster.close()

    @property
    def _standing(self) -> Standing:
        assert self._started is not None, "known once the context is entered"
        return self._started.standing

    def _offer(self) -> None:
        """Tell idle actors, and add some where more waits than they will take."""
        self._wake.set()
        tired = self._failed_starts >= _MOST_FAILED_STARTS and self._places
        if not self._queue or tired:
            return
        wanted = math.ceil(len(self._queue.shared) / FEWEST) - self._idle - self._starting
        if wanted > 0:
            for _ in range(min(wanted, self._greatest() - len(self._places))):
                self._place(None)

    def _greatest(self) -> int:
        if self._settings.workers:
            return self._settings.workers
        number, since = self._most
        now = asyncio.get_running_loop().time()
        if now - since > _REFRESH_SECONDS and self._cluster is not None:
            number = self._cluster.processors()
            self._most = number, now
        return max(number, 1)

    def _place(self, actor: Actor | None) -> None:
        place = asyncio.create_task(self._work(actor))
        self._places.add(place)
        place.add_done_callback(self._left)

    def _left(self, place: asyncio.Task[None]) -> None:
        self._places.discard(place)
        if self._cluster is not None:
            self._offer()

    async def _work(self, actor: Actor | None) -> None:
        """One place of the pool: an actor from its start to its end."""
        try:
            actor = actor or await self._hire()
        except UnavailableError as error:
            await self._not_hired(error)
            return
        lost = False
        try:
            while jobs := await self._next():
                await self._settle(actor, jobs)
        except LostError as error:
            lost = True
            self.losses += 1
            logger.info("a batch is asked again, its actor is gone: %s", error)
        finally:
            del self._actors[actor]
            actor.kill() if lost else await actor.stop()

    async def _hire(self) -> Actor:
        """An actor that has started, and agrees with the others.

        Raises:
            UnavailableError: It cannot be had, with the reason.
        """
        assert self._cluster is not None
        actor = self._cluster.actor(self._inner, _memory(self._inner))
        started: Started | str = "cancelled"
        try:
            started = await actor.start(_START_SECONDS)
        except LostError as error:
            started = (
                f"no actor could be started on the Ray cluster: {error}. "
                "`ray status` shows which nodes and processors are free."
            )
        finally:
            if isinstance(started, str) or self._disagrees(started):
                actor.kill()
        if isinstance(started, str):
            raise UnavailableError(f"{self.spec}: {started}")
        if self._disagrees(started):
            raise UnavailableError(
                f"{self.spec}: all actors must agree with the first one ({self._standing}), got "
                f"{started.standing} on node {started.node}; it is not used"
            )
        self._started = self._started or started
        self._failed_starts = 0
        self._actors[actor] = started
        return actor

    def _disagrees(self, started: Started) -> bool:
        return self._started is not None and started.standing != self._standing

    async def _not_hired(self, error: UnavailableError) -> None:
        self._failed_starts += 1
        logger.warning("%s", error)
        if self._failed_starts < _MOST_FAILED_STARTS:
            await asyncio.sleep(self._failed_starts)  # then `_left` tries again
            return
        if len(self._places) > 1:
            return
        for job in self._queue.drain():
            self._unavailable(job, str(error))

    async def _next(self) -> list[Job]:
        """The next batch for a free actor; none when it has been idle for long."""
        self._idle += 1
        try:
            while not self._queue:
                self._wake.clear()
                try:
                    async with asyncio.timeout(self._idle_seconds):
                        await self._wake.wait()
                except TimeoutError:
                    if len(self._actors) > 1 and not self._queue:
                        return []
                await asyncio.sleep(0)  # let the callers that start in the same moment join
            losses = self._lost_with[self._queue.shared[0].claim]
            most = max(self._settings.batch_size >> 3 * losses, 1)
            return self._queue.take(most, self._idle + self._starting)
        finally:
            self._idle -= 1

    @property
    def _starting(self) -> int:
        return len(self._places) - len(self._actors)

    async def _settle(self, actor: Actor, jobs: Sequence[Job]) -> None:
        """Have the jobs answered; raises `LostError` when they are queued again."""
        each = _PATIENCE_FACTOR * self._settings.time_limit
        try:
            verdicts = await actor.check(
                [job.claim for job in jobs], _PATIENCE_SECONDS + each * len(jobs)
            )
        except LostError as error:
            self._again(jobs, str(error))
            raise
        except Exception as error:
            for job in jobs:
                self._finish(job, error)
            return
        assert len(verdicts) == len(jobs), "an actor answers claim by claim"
        for job, verdict in zip(jobs, verdicts, strict=True):
            self._finish(job, verdict)

    def _again(self, jobs: Iterable[Job], why: str) -> None:
        back = []
        for job in jobs:
            self._lost_with[job.claim] += 1
            if self._lost_with[job.claim] < _MOST_LOSSES:
                back.append(job)
            else:
                self._unavailable(job, f"lost {_MOST_LOSSES} actors, at last alone: {why}")
        self._queue.shared.extendleft(reversed(back))

    def _unavailable(self, job: Job, why: str) -> None:
        said = (Diagnostic("error", why),)
        key = self._started.standing.toolchain.key if self._started else ""
        self._finish(job, Verdict(VerdictKind.UNAVAILABLE, diagnostics=said, toolchain=key))

    def _finish(self, job: Job, result: Verdict | Exception) -> None:
        self._jobs.pop(job.claim, None)
        self._lost_with.pop(job.claim, None)
        if job.future.done():
            return
        if isinstance(result, Verdict):
            job.future.set_result(result)
        else:
            job.future.set_exception(result)


def inner_settings(settings: Settings, spec: str) -> Settings:
    """What an actor is configured by: `spec`, one Lean at a time, files where the driver has them.

    The cache folder is only where compiled libraries lie on the node; verdicts are kept by the
    driver.
    """
    folder = settings.cache
    if folder and folder != "off":
        folder = str(Path(folder).expanduser().resolve())
    return settings.model_copy(update={"checker": spec, "workers": 1, "cache": folder})


def _memory(inner: Settings) -> int:
    """Bytes that one actor is reckoned at when Ray places it; 0: not counted."""
    if inner.worker_memory:
        return int(inner.worker_memory * 2**30)
    return _MATHLIB_MEMORY if inner.checker.partition(":")[0] in {"mathlib", "project"} else 0
