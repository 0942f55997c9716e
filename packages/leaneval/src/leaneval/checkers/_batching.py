"""Many claims, few Lean runs: gathers what waits, and settles each claim whatever its batch did.

Invariants:
1. A verdict comes from the runner's positive answer. `timeout` is given only to a claim that was
   alone beyond its limit, `crash` only to one that ended Lean twice alone while the control claims
   were answered rightly before and after. When the controls fail it is our fault: `unavailable`.
2. A claim never pays for its neighbours: what a broken batch left undecided is run again, the first
   undecided one alone and the rest in a new batch.
3. Nothing waits for company: a batch is what waits when a worker is free.

Generic over how a batch is run, so that files, REPLs, a remote server and remote actors share it.
Out of scope: what Lean is (`Runner`), caching (`_cached`).
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from leaneval.checkers._queue import FEWEST, Job, Queue
from leaneval.checkers._runner import BAD, GOOD, Outcome
from leaneval.errors import UnavailableError
from leaneval.types import Diagnostic, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leaneval.checkers._runner import Runner
    from leaneval.types import Claim

_LONGEST_BATCH_FACTOR = 4.0
# What kills a worker now and then must not pass for the end of all of them.
_TRIES_OF_CONTROLS = 3


class Batcher:
    """Answers `check` for any number of callers at once.

    Args:
        runner: How a batch is run.
        toolchain: `Toolchain.key`, for the verdicts.
        workers: Batches at once.
        batch_size: Claims a batch, at most.
        time_limit: Seconds that one claim may take alone, start-up not counted.
        stands_alone: Whether a claim must not share a run.
        partial: Whether a run that breaks has told of the claims before the break. Where it has
            not, running the rest together again could only break again: each goes on alone.
        seconds_a_claim: Seconds that a batch's limit allows for each of its claims.
        fewest: The smallest batch worth a run of its own.
    """

    def __init__(
        self,
        runner: Runner,
        toolchain: str,
        *,
        workers: int,
        batch_size: int,
        time_limit: float,
        stands_alone: Callable[[Claim], bool] = lambda claim: False,
        partial: bool = True,
        seconds_a_claim: float = 0.04,
        fewest: int = FEWEST,
    ) -> None:
        self._runner = runner
        self._toolchain = toolchain
        self._workers = workers
        self._batch_size = batch_size
        self._time_limit = time_limit
        self._stands_alone = stands_alone
        self._partial = partial
        self._seconds_a_claim = seconds_a_claim
        self._fewest = fewest
        self._startup = 1.0
        self._queue = Queue()
        self._jobs: dict[Claim, Job] = {}
        self._wake = asyncio.Event()
        self._idle = 0
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Try the controls, then start the workers.

        Raises:
            UnavailableError: The controls are not answered, or answered wrongly.
        """
        started = asyncio.get_running_loop().time()
        # the first run of all may read hundreds of megabytes from a cold disk
        outcome = await self._controls(60 + self._time_limit)
        problem = _ailment(outcome)
        if problem:
            raise UnavailableError(
                f"Lean must tell a true control statement from a broken one; {problem}. "
                "`leaneval doctor` shows what is missing."
            )
        took = asyncio.get_running_loop().time() - started - outcome.waited
        self._startup = max(1.0, 5 * took)
        self._tasks = [asyncio.create_task(self._work()) for _ in range(self._workers)]

    async def close(self) -> None:
        """Stop the workers and whatever they run; callers still waiting are cancelled."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []
        for job in self._jobs.values():
            job.future.cancel()
        self._jobs.clear()
        self._queue.drain()

    async def check(self, claim: Claim) -> Verdict:
        """The verdict; equal claims that are under way are run once.

        Raises:
            RuntimeError: The batcher is not started, or was closed.
        """
        if not self._tasks:
            raise RuntimeError("a checker answers only inside `async with`")
        job = self._jobs.get(claim)
        if job is None:
            job = self._jobs[claim] = Job(claim, asyncio.get_running_loop().create_future())
            self._enqueue([job])
        # a caller that gives up must not take the others' verdict with it
        return await asyncio.shield(job.future)

    def _enqueue(self, jobs: Iterable[Job], front: bool = False) -> None:
        for job in reversed(list(jobs)) if front else jobs:
            job.alone = job.alone or self._stands_alone(job.claim)
            queue = self._queue.solo if job.alone else self._queue.shared
            queue.appendleft(job) if front else queue.append(job)
        self._wake.set()

    async def _work(self) -> None:
        while True:
            self._idle += 1
            try:
                await self._until_waiting()
                jobs = self._queue.take(self._batch_size, self._idle, self._fewest)
            finally:
                self._idle -= 1
            try:
                await self._settle(jobs)
            except Exception as error:
                for job in jobs:
                    self._fail(job, error)

    async def _until_waiting(self) -> None:
        while not self._queue:
            self._wake.clear()
            await self._wake.wait()
            # let the callers that start in the same moment join
            await asyncio.sleep(0)

    async def _settle(self, jobs: list[Job]) -> None:
        if len(jobs) > 1:
            outcome = await self._attempt([job.claim for job in jobs], self._batch_limit(jobs))
            jobs = self._resolve(jobs, outcome)
            silent = not self._partial and outcome.ended != "finished"
            for job in jobs:
                job.alone = job.alone or silent
            self._enqueue(jobs[1:], front=True)
        if jobs:
            await self._settle_alone(jobs[0])

    async def _settle_alone(self, job: Job) -> None:
        limit = self._startup + self._time_limit
        for _ in range(2):
            outcome = await self._attempt([job.claim], limit)
            if not self._resolve([job], outcome):
                return
            problem = await self._lasting_ailment(limit)
            if problem:
                self._outage([job, *self._queue.drain()], f"{problem}; before that: {outcome.note}")
                return
            if outcome.ended == "timeout":
                self._answer(job, VerdictKind.TIMEOUT, f"more than {self._time_limit:g} s alone")
                return
        if outcome.ended == "died":
            self._answer(job, VerdictKind.CRASH, f"ends Lean, twice alone: {outcome.note}")
        else:
            self._outage([job], f"no word about it, twice ({outcome.ended}): {outcome.note}")

    async def _lasting_ailment(self, seconds: float) -> str | None:
        """What is wrong with the runner, also at a second try where the first was cut short."""
        for _ in range(_TRIES_OF_CONTROLS):
            outcome = await self._controls(seconds)
            problem = _ailment(outcome)
            if problem is None or outcome.ended == "finished":
                break
        return problem

    async def _controls(self, seconds: float) -> Outcome:
        return await self._attempt([GOOD, BAD], seconds)

    async def _attempt(self, claims: list[Claim], seconds: float) -> Outcome:
        started = asyncio.get_running_loop().time()
        try:
            outcome = await self._runner.run(claims, seconds)
        except (UnavailableError, OSError) as error:
            return Outcome([None] * len(claims), "refused", str(error))
        decided = sum(verdict is not None for verdict in outcome.verdicts)
        took = asyncio.get_running_loop().time() - started - outcome.waited
        each = max(took, 0.0) / max(decided, 1)
        verdicts = [
            v and replace(v, seconds=each, toolchain=self._toolchain) for v in outcome.verdicts
        ]
        assert len(verdicts) == len(claims), "a runner answers claim by claim"
        return replace(outcome, verdicts=verdicts)

    def _batch_limit(self, jobs: Sequence[Job]) -> float:
        more = min(self._seconds_a_claim * len(jobs), _LONGEST_BATCH_FACTOR * self._time_limit)
        return self._startup + self._time_limit + more

    def _resolve(self, jobs: Sequence[Job], outcome: Outcome) -> list[Job]:
        """Hand out what was decided; the jobs that were not."""
        undecided = []
        for job, verdict in zip(jobs, outcome.verdicts, strict=True):
            if verdict is None:
                undecided.append(job)
            else:
                self._finish(job, verdict)
        return undecided

    def _outage(self, jobs: Iterable[Job], why: str) -> None:
        for job in jobs:
            self._answer(job, VerdictKind.UNAVAILABLE, why)

    def _answer(self, job: Job, kind: VerdictKind, why: str) -> None:
        said = (Diagnostic("error", why),)
        self._finish(job, Verdict(kind, diagnostics=said, toolchain=self._toolchain))

    def _finish(self, job: Job, verdict: Verdict) -> None:
        self._jobs.pop(job.claim, None)
        if not job.future.done():
            job.future.set_result(verdict)

    def _fail(self, job: Job, error: Exception) -> None:
        """A fault of ours: every caller gets it, none gets a verdict."""
        self._jobs.pop(job.claim, None)
        if not job.future.done():
            job.future.set_exception(error)


def _ailment(outcome: Outcome) -> str | None:
    """What is wrong with the runner, or None where both controls come out right."""
    kinds = [verdict and verdict.kind for verdict in outcome.verdicts]
    if kinds == [VerdictKind.COMPILES, VerdictKind.FAILS]:
        return None
    said = ", ".join(str(kind or "nothing") for kind in kinds)
    return f"the control statements got: {said} ({outcome.ended}{_aside(outcome.note)})"


def _aside(note: str) -> str:
    return f": {note}" if note else ""
