"""Rollouts in, dual scores out: extract -> gate -> check -> judge, streaming.

A rollout in flight is one coroutine; checker and judge batch inside, so it is judged as soon as its
verdict is in, and identical statements are checked and judged once. Invariants: every rollout gets
a dual score; a rollout that waits has not been read yet and takes no memory beside its text;
whatever was unavailable is tried again before the result is returned; nothing unavailable turns
into a verdict or a number.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leaneval._collector import seldom
from leaneval._once import Once
from leaneval._tasks import for_each
from leaneval.candidate import Candidate, nameless, read
from leaneval.metrics import is_missing
from leaneval.types import DualScore, Score, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leaneval.profile import Profile
    from leaneval.progress import Progress
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings
    from leaneval.types import Claim, Problem, Statement
    from leaneval.vacuity import Vacuity

logger = logging.getLogger("lm_eval.leaneval")

SECOND_TRY_PAUSE = 2.0
"""Seconds before what was unavailable is tried again."""

IN_FLIGHT = 16_384
"""Rollouts at once, at least: enough that 80 Lean processes have 200 statements each, and the judge
its share. They take about 100 MB."""

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
        with seldom():
            return await self._run(work)

    async def _run(self, work: Sequence[Work]) -> list[list[DualScore]]:
        once = _Memo()
        scores: dict[tuple[int, int], DualScore] = {}

        async def score(place: tuple[int, int]) -> None:
            problem, rollouts = work[place[0]]
            scores[place] = await self._score(problem, rollouts[place[1]], once)

        await for_each(_places(work), score, self._most)
        again = [place for place in _places(work) if is_missing(scores[place])]
        if again:
            logger.warning("%d rollouts had no verdict or score; trying them again", len(again))
            await asyncio.sleep(SECOND_TRY_PAUSE)
            missing = [scores[place] for place in again]
            self.progress.retrying([(self._primary(dual), dual.score) for dual in missing])
            await for_each(again, score, self._most)
        return [[scores[i, j] for j in range(len(rows))] for i, (_, rows) in enumerate(work)]

    @property
    def _most(self) -> int:
        """Rollouts at once: as many as keep the workers asked for in full batches."""
        return max(IN_FLIGHT, 4 * (self.settings.workers or 1) * self.settings.batch_size)

    def _primary(self, dual: DualScore) -> Verdict:
        """The verdict under the run's protocol, which decides whether a judge is asked."""
        return dual.study if self.settings.protocol == "study" else dual.verdict

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
        primary = self._primary(dual)
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


def _places(work: Sequence[Work]) -> Iterator[tuple[int, int]]:
    """(number of the problem, number of its rollout), in order."""
    return ((i, j) for i, (_, rollouts) in enumerate(work) for j in range(len(rollouts)))


class _Memo:
    """What this run has already asked."""

    def __init__(self) -> None:
        self.verdicts = Once[Verdict](lambda v: v.kind is not VerdictKind.UNAVAILABLE)
        self.scores = Once[Score](lambda s: s.available)
        self.flags = Once[tuple[str, ...] | None](lambda flags: flags is not None)
