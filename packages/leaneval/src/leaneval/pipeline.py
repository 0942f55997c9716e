"""Rollouts in, dual scores out: extract -> gate -> check -> judge, streaming.

Every rollout is one coroutine; checker and judge batch inside, so a rollout is judged as soon as
its verdict is in, and identical statements are checked and judged once. Invariants: every rollout
gets a dual score; whatever was unavailable is tried again before the result is returned; nothing
unavailable turns into a verdict or a number.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leaneval._once import Once
from leaneval.candidate import Candidate, nameless, read
from leaneval.metrics import is_missing
from leaneval.types import DualScore, Score, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.profile import Profile
    from leaneval.progress import Progress
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings
    from leaneval.types import Claim, Problem, Statement
    from leaneval.vacuity import Vacuity

logger = logging.getLogger("lm_eval.leaneval")

SECOND_TRY_PAUSE = 2.0
"""Seconds before what was unavailable is tried again."""

Work = tuple["Problem", "Sequence[str]"]
"""A problem and its rollouts."""


@dataclass(frozen=True, slots=True)
class Pipeline:
    """The scoring of one run.

    Attributes:
        checker: Entered.
        judge: Entered, or None for compile rates alone.
        settings: The run's.
        profile: The Lean world of the problems.
        progress: Told of every verdict and score.
        vacuity: Flags statements that say nothing; None: no flags, as a reward needs none.
    """

    checker: Checker
    judge: Judge | None
    settings: Settings
    profile: Profile
    progress: Progress
    vacuity: Vacuity | None = None

    async def run(self, work: Sequence[Work]) -> list[list[DualScore]]:
        """Dual scores, one list a problem, one entry a rollout, in order."""
        once = _Memo()
        results = await self._pass(work, once)
        again = [
            (i, j)
            for i, row in enumerate(results)
            for j, dual in enumerate(row)
            if is_missing(dual)
        ]
        if again:
            logger.warning("%d rollouts had no verdict or score; trying them again", len(again))
            await asyncio.sleep(SECOND_TRY_PAUSE)
            self.progress.retrying([results[i][j] for i, j in again])
            tries = (self._score(work[i][0], work[i][1][j], once) for i, j in again)
            for (i, j), dual in zip(again, await asyncio.gather(*tries), strict=True):
                results[i][j] = dual
        return results

    async def _pass(self, work: Sequence[Work], once: _Memo) -> list[list[DualScore]]:
        rows = [
            asyncio.gather(*(self._score(problem, rollout, once) for rollout in rollouts))
            for problem, rollouts in work
        ]
        return [list(row) for row in await asyncio.gather(*rows)]

    async def _score(self, problem: Problem, rollout: str, once: _Memo) -> DualScore:
        candidate = read(rollout, self.profile)
        if candidate.same_question:
            strict = study = await self._verdict(candidate.strict, once)
            if not strict.compiles:
                study = await self._verdict(candidate.study, once)
        else:
            strict, study = await asyncio.gather(
                self._verdict(candidate.strict, once), self._verdict(candidate.study, once)
            )
        dual = DualScore(candidate.statement, strict, study)
        primary = study if self.settings.protocol == "study" else strict
        self.progress.checked(primary)
        return await self._told(dual, problem, candidate, once) if primary.compiles else dual

    async def _told(
        self, dual: DualScore, problem: Problem, candidate: Candidate, once: _Memo
    ) -> DualScore:
        """`dual`, which compiles, with its scores and flags; the three are asked for at once."""
        second = getattr(self.judge, "second", None)
        score, other, flags = await asyncio.gather(
            self._judge(self.judge, problem, candidate, once),
            self._judge(second, problem, candidate, once),
            self._flags(candidate, once),
        )
        if score is not None:
            self.progress.judged(score)
        return replace(dual, score=score, second=other, flags=flags)

    async def _verdict(self, request: Verdict | Claim, once: _Memo) -> Verdict:
        if isinstance(request, Verdict):
            return request
        return await once.verdicts(request, lambda: self.checker.check(request))

    async def _judge(
        self, judge: Judge | None, problem: Problem, candidate: Candidate, once: _Memo
    ) -> Score | None:
        if judge is None:
            return None
        statement = self._shown(candidate)
        if statement is None:
            return Score(0.0, "compiles, but holds no theorem that could be judged", judge.spec)
        key = (judge.spec, problem.id, statement)
        return await once.scores(key, lambda: judge.score(problem, statement))

    async def _flags(self, candidate: Candidate, once: _Memo) -> tuple[str, ...] | None:
        vacuity, statement = self.vacuity, self._shown(candidate)
        if vacuity is None or statement is None:
            return None
        return await once.flags(statement, lambda: vacuity.flags(statement))

    def _shown(self, candidate: Candidate) -> Statement | None:
        """What is judged."""
        if self.settings.protocol == "study":
            return candidate.study_statement
        return candidate.statement and nameless(candidate.statement)


class _Memo:
    """What this run has already asked."""

    def __init__(self) -> None:
        self.verdicts = Once[Verdict](lambda v: v.kind is not VerdictKind.UNAVAILABLE)
        self.scores = Once[Score](lambda s: s.available)
        self.flags = Once[tuple[str, ...] | None](lambda flags: flags is not None)
