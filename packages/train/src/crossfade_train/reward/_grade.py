"""One rollout's reward: 0 where it does not compile, else the judge's score, with partial credit.

Invariant: nothing unavailable becomes a number. Only the `strict` protocol is asked, and no vacuity
check: they belong to the measurement, and cost as much as the reward itself.

Out of scope: batches, retries, deadlines (`_dual`).
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from crossfade_train.reward._likeness import likeness
from leaneval.candidate import nameless, read
from leaneval.extract import parse_reference
from leaneval.types import Score, Statement, StatementClaim, Verdict, VerdictKind

if TYPE_CHECKING:
    from leaneval.profile import Profile
    from leaneval.protocols import Checker, Judge
    from leaneval.types import Claim, Problem

_FORMAL = frozenset({"defeq"})
"""Judges that ask the checker: their question can ride in the same Lean file as the compile check,
and an answer that turns out not to be needed costs a millisecond. A model's costs money."""


@dataclass(frozen=True, slots=True)
class Grade:
    """What came of one rollout.

    Attributes:
        value: The reward in [0, 1]; None where anything was unavailable.
        compiles: None where there was no verdict.
        semantic: The judge's score, 0 where it does not compile; None where there was none.
        rule: Of the gate or the extraction, where one refused the rollout.
    """

    value: float | None
    compiles: bool | None
    semantic: float | None
    rule: str | None = None


UNAVAILABLE = Grade(None, None, None)
ZERO = Grade(0.0, False, 0.0)


@dataclass(frozen=True, slots=True)
class Question:
    """What a rollout asks: equal questions are asked once.

    Attributes:
        problem: The problem.
        statement: The candidate, nameless.
        claim: What the checker is asked.
    """

    problem: Problem
    statement: Statement
    claim: Claim


def question(problem: Problem, rollout: str, profile: Profile) -> Question | Grade:
    """Read a rollout; a grade where extraction or gate already decide."""
    candidate = read(rollout, profile)
    if isinstance(candidate.strict, Verdict):
        return Grade(0.0, False, 0.0, candidate.strict.rule)
    assert candidate.statement is not None, "a claim has a statement"
    return Question(problem, nameless(candidate.statement), candidate.strict)


@dataclass(frozen=True, slots=True)
class Grader:
    """Grades questions.

    Attributes:
        checker: Entered.
        judge: Entered; None: a statement that compiles earns 1.
        partial: Most that likeness to the reference can earn.
    """

    checker: Checker
    judge: Judge | None
    partial: float

    async def grade(self, asked: Question) -> Grade:
        """The grade of a statement that passed the gate."""
        if self.judge is None or self.judge.spec not in _FORMAL:
            verdict = await self.checker.check(asked.claim)
            score = await self._score(asked) if verdict.compiles else None
        else:
            verdict, score = await self._at_once(asked, self.judge)
        if verdict.kind is VerdictKind.UNAVAILABLE:
            return UNAVAILABLE
        if not verdict.compiles:
            return ZERO
        if score is None:
            return Grade(1.0, True, None)
        if score.value is None:
            return Grade(None, True, None)
        return Grade(self._value(score.value, asked), True, score.value)

    async def _at_once(self, asked: Question, judge: Judge) -> tuple[Verdict, Score]:
        """Verdict and score with as few questions, in as few Lean files, as can be.

        What is a reference word for word is equal to it if it compiles, so only that is asked.
        The judge asks about a reference once an equality fails; by then it is answered.
        """
        written = references(asked.problem)
        if any(nameless(reference) == asked.statement for reference in written):
            return await self.checker.check(asked.claim), Score(1.0, "the reference", judge.spec)
        verdict, score, _ = await asyncio.gather(
            self.checker.check(asked.claim),
            judge.score(asked.problem, asked.statement),
            self.checker.check(StatementClaim(written[0])),
        )
        return verdict, score

    async def _score(self, asked: Question) -> Score | None:
        if self.judge is None:
            return None
        return await self.judge.score(asked.problem, asked.statement)

    def _value(self, score: float, asked: Question) -> float:
        if not self.partial or score >= self.partial:
            return score
        alike = max(
            likeness(reference.signature, asked.statement.signature)
            for reference in references(asked.problem)
        )
        return max(score, self.partial * alike)


@lru_cache(maxsize=4096)
def references(problem: Problem) -> tuple[Statement, ...]:
    """A problem's references, read.

    Raises:
        DataError: One of them declares no theorem.
    """
    texts = (problem.reference, *problem.references)
    return tuple(parse_reference(text, problem.header) for text in texts)
