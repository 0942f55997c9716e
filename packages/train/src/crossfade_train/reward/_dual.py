"""The reward: leaneval's dual score of every completion, in the shape that TRL calls.

One checker and one judge serve a whole training process: they are started once, on an event loop of
their own, and kept over all steps. Processes of one node share it by dividing the workers among
them (`LOCAL_WORLD_SIZE`): embedded Lean has no state worth sharing between statements, so k workers
in one service and k workers in all are the same work. Where the checker is dear to start (Mathlib),
name a service that all nodes share: `kimina:URL` or `ray:SPEC`.

Invariants:
1. 0 where a statement does not compile (crash and time-out included), else the judge's score;
   `None` for the whole sample where verdict or score is missing after a second try, or at the
   deadline.
2. Equal statements for equal problems are asked once.
3. Evaluation never comes here: partial credit is the reward's alone.

Out of scope: when to stop (`StopLoss`); advantages (TRL's).
"""

from __future__ import annotations

import asyncio
import os
import time
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Any, Self

from crossfade_train.data import completion_text, problem_from
from crossfade_train.errors import UnavailableError, UsageError
from crossfade_train.reward._grade import UNAVAILABLE, Grade, Grader, Question, question
from crossfade_train.reward._remembered import Remembered
from crossfade_train.reward._summary import summary
from crossfade_train.reward._thread import LoopThread
from leaneval.checkers import make_checker
from leaneval.errors import LeanevalError
from leaneval.judges import make_judge
from leaneval.pipeline import SECOND_TRY_PAUSE
from leaneval.preflight import try_checker
from leaneval.profile import profile_of
from leaneval.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from concurrent.futures import Future

    from crossfade_train.recipe import RewardTable
    from leaneval.protocols import Judge
    from leaneval.types import Problem

Work = tuple["Problem", str]
"""A problem and one completion's text."""


class DualReward:
    """An async reward function for TRL; a context manager that starts and stops its checker.

    Args:
        table: Checker, judge, partial credit, limits.
        group_size: Completions a prompt (`num_generations`), for the share of zero-spread groups.

    Attributes:
        unavailable: Samples of this process that had no reward since `take` was last called.
        rewarded: All samples since then.
    """

    __name__ = "dual"  # TRL files its metrics under this

    def __init__(self, table: RewardTable, *, group_size: int) -> None:
        self._table = table
        self._group_size = group_size
        self._profile = profile_of(table.profile)
        self._settings = _settings(table)
        self._thread: LoopThread | None = None
        self._main: Future[None] | None = None
        self._stop = asyncio.Event()
        self._grader: Grader | None = None
        self._judge: Judge | None = None
        self._tasks: dict[Question, asyncio.Task[Grade]] = {}
        self._known: dict[Work, Question | Grade] = {}
        self._usage: dict[str, float] = {}
        self.unavailable = 0
        self.rewarded = 0

    async def __call__(
        self,
        *,
        completions: Sequence[Any],
        log_metric: Callable[[str, float], None] | None = None,
        log_extra: Callable[[str, list[Any]], None] | None = None,
        **columns: Any,
    ) -> list[float | None]:
        """Rewards in [0, 1], one a completion, None where one could not be had.

        Args:
            completions: Texts, or message lists whose last message counts.
            log_metric: TRL's; given the summary of this call.
            log_extra: TRL's; given each completion's grade for the completions table.
            **columns: The data set's other columns, `reference` among them; TRL's own arguments
                are passed over.
        """
        rows = _rows(columns, len(completions))
        texts = [completion_text(completion) for completion in completions]
        work = [(problem_from(row), text) for row, text in zip(rows, texts, strict=True)]
        started = time.perf_counter()
        grades = await asyncio.wrap_future(self._loop.submit(self._grade(work)))
        waited = time.perf_counter() - started
        self.rewarded += len(grades)
        self.unavailable += sum(grade.value is None for grade in grades)
        if log_metric is not None:
            for name, value in self._summary(work, grades, waited).items():
                log_metric(name, value)
        if log_extra is not None:
            log_extra("compiles", [grade.compiles for grade in grades])
            log_extra("semantic", [grade.semantic for grade in grades])
        return [grade.value for grade in grades]

    def begin(self, finished: Sequence[tuple[Mapping[str, Any], str]]) -> None:
        """Start on completions while others are generated; their rewards are asked for later.

        Args:
            finished: Rows of the data set with a completion's text each.
        """
        self._loop.submit(self._begin([(problem_from(row), text) for row, text in finished]))

    def take(self) -> tuple[int, int]:
        """(unavailable, all) samples of this process since the last call."""
        counts = self.unavailable, self.rewarded
        self.unavailable = self.rewarded = 0
        return counts

    def __enter__(self) -> Self:
        """Start checker and judge and try them on control statements.

        Raises:
            UnavailableError: One of them cannot work here.
            UsageError: A spec names nothing that exists.
        """
        self._thread = LoopThread("crossfade-reward")
        ready = self._thread.submit(self._opened())
        try:
            ready.result()
        except BaseException as error:
            self.__exit__(None, None, None)
            if isinstance(error, LeanevalError):
                kind = UsageError if isinstance(error, ValueError) else UnavailableError
                raise kind(f"The reward must be had before training starts: {error}") from error
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        """Stop both and end every child process."""
        if self._thread is not None:
            self._thread.submit(self._closed()).result()
            self._thread.stop()
        self._thread = None

    @property
    def _loop(self) -> LoopThread:
        assert self._thread is not None, "a reward answers only inside `with`"
        return self._thread

    async def _opened(self) -> None:
        ready = asyncio.get_running_loop().create_future()
        self._serving = asyncio.create_task(self._serve(ready))
        await ready

    async def _serve(self, ready: asyncio.Future[None]) -> None:
        """Hold checker and judge open in one task, from start to stop."""
        try:
            async with AsyncExitStack() as stack:
                checker = await stack.enter_async_context(make_checker(self._settings))
                await try_checker(checker, self._profile)
                remembered = Remembered(checker)
                judge = make_judge(self._settings, remembered)
                if judge is not None:
                    await stack.enter_async_context(judge)
                self._judge = judge
                self._grader = Grader(remembered, judge, self._table.partial)
                ready.set_result(None)
                await self._stop.wait()
        except Exception as error:
            if ready.done():
                raise
            ready.set_exception(error)

    async def _closed(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        self._stop.set()
        await self._serving

    async def _begin(self, work: Sequence[Work]) -> None:
        for one in work:
            self._ask(self._read(*one))

    def _read(self, problem: Problem, text: str) -> Question | Grade:
        if (problem, text) not in self._known:
            self._known[problem, text] = question(problem, text, self._profile)
        return self._known[problem, text]

    def _ask(self, asked: Question | Grade) -> asyncio.Task[Grade] | Grade:
        if isinstance(asked, Grade):
            return asked
        if asked not in self._tasks:
            assert self._grader is not None, "the reward is started"
            self._tasks[asked] = asyncio.create_task(self._grader.grade(asked))
        return self._tasks[asked]

    async def _grade(self, work: Sequence[Work]) -> list[Grade]:
        """All grades; at the deadline what is missing is unavailable."""
        limit = asyncio.get_running_loop().time() + self._table.deadline
        asked = [self._read(problem, text) for problem, text in work]
        try:
            grades = await self._pass(asked, limit)
            if any(grade.value is None for grade in grades) and self._in_time(limit):
                await asyncio.sleep(SECOND_TRY_PAUSE)
                self._forget(asked, grades)
                grades = await self._pass(asked, limit)
        finally:
            for task in self._tasks.values():
                task.cancel()
            self._tasks.clear()
            self._known.clear()
        return grades

    async def _pass(self, asked: Sequence[Question | Grade], limit: float) -> list[Grade]:
        answers = [self._ask(one) for one in asked]
        tasks = {answer for answer in answers if isinstance(answer, asyncio.Task)}
        if tasks:
            await asyncio.wait(tasks, timeout=limit - asyncio.get_running_loop().time())
        return [answer if isinstance(answer, Grade) else _outcome(answer) for answer in answers]

    def _in_time(self, limit: float) -> bool:
        return asyncio.get_running_loop().time() + SECOND_TRY_PAUSE < limit

    def _forget(self, asked: Sequence[Question | Grade], grades: Sequence[Grade]) -> None:
        for one, grade in zip(asked, grades, strict=True):
            if grade.value is None and isinstance(one, Question):
                task = self._tasks.pop(one, None)
                if task is not None:
                    task.cancel()

    def _summary(
        self, work: Sequence[Work], grades: Sequence[Grade], waited: float
    ) -> dict[str, float]:
        usage = self._judge.usage() if self._judge is not None else {}
        spent = {name: value - self._usage.get(name, 0.0) for name, value in usage.items()}
        self._usage = dict(usage)
        found = summary(grades, self._group_size)
        distinct = len({(problem.id, problem.reference, text) for problem, text in work})
        found["distinct_share"] = distinct / max(1, len(work))
        found["reward_wait_seconds"] = waited
        return found | {f"judge/{name}": value for name, value in spent.items()}


def _outcome(task: asyncio.Task[Grade]) -> Grade:
    """The grade, or unavailable while there is none; raises what the task raised."""
    return task.result() if task.done() and not task.cancelled() else UNAVAILABLE


def _rows(columns: Mapping[str, Any], count: int) -> list[dict[str, Any]]:
    """The data set's columns, row by row; what is no list of that length is no column."""
    lists = {k: v for k, v in columns.items() if isinstance(v, list) and len(v) == count}
    return [{name: values[i] for name, values in lists.items()} for i in range(count)]


def _settings(table: RewardTable) -> Settings:
    """The settings of this process: its share of the node's workers."""
    ranks = os.environ.get("LOCAL_WORLD_SIZE", "1")
    share = max(1, int(ranks)) if ranks.isdigit() else 1
    return Settings(
        checker=table.checker,
        judge=table.judge,
        workers=max(1, table.workers // share) if table.workers else None,
        batch_size=table.batch_size,
        time_limit=table.time_limit,
        judge_concurrency=max(1, table.judge_concurrency // share),
        cache=table.cache,
    )
