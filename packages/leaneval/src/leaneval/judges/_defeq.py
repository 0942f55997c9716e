"""`defeq`: the candidate is the reference up to Lean's definitional equality.

Lean is asked for a proof of the reference's type by the candidate's constant, so the two types must
unify; definitional equality is symmetric, so one direction is both. Exact for the Peano benchmark,
whose functions are opaque; elsewhere a strict lower bound. Invariant: 0 means that Lean tried every
reference and refused; a limit reached (the checker's or Lean's own), a crash or an outage, which
leave the question open, are unavailable, since an undecided equality is no evidence of a
difference, and so is a reference that does not compile itself. Out of scope: provable equivalence.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, Self

from leaneval.errors import DataError
from leaneval.judges._answer import one_line
from leaneval.judges._direction import gave_up
from leaneval.judges._references import named_references
from leaneval.types import GoalClaim, Score, StatementClaim, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.protocols import Checker
    from leaneval.types import Problem, Statement, Verdict

SPEC = "defeq"
_GOAL, _PROOF = "type_of% @{0}", "@{1}"


class _Answer(NamedTuple):
    """Of one reference: is the candidate equal to it (None: undecided), and what to say of it."""

    equal: bool | None
    says: str


class DefeqJudge:
    """Definitional equality with one of the problem's references.

    Args:
        checker: Answers the goals; entered and left by its owner, not by this judge.
    """

    spec = SPEC

    def __init__(self, checker: Checker) -> None:
        self._checker = checker

    @property
    def identity(self) -> str:
        """The rule and the toolchain that decides it."""
        return f"{SPEC} ({_GOAL} by {_PROOF}, open at a limit), {self._checker.toolchain.key}"

    async def score(self, problem: Problem, statement: Statement) -> Score:
        """1.0 where a reference matches, 0.0 if none does, None if one stays open or is no theorem.

        The first reference is asked about alone, because most right answers match it, then all
        the others at once.
        """
        try:
            first, *others = named_references(problem)
        except DataError as error:
            return Score(None, one_line(str(error)), SPEC)
        answers = [await self._ask(*first, statement)]
        if not answers[0].equal:
            asked = (self._ask(*other, statement) for other in others)
            answers += await asyncio.gather(*asked)
        return _conclude(answers)

    async def _ask(self, name: str, reference: Statement, statement: Statement) -> _Answer:
        verdict = await self._checker.check(GoalClaim((reference, statement), _GOAL, _PROOF))
        if verdict.compiles:
            return _Answer(True, name)
        if verdict.kind is not VerdictKind.FAILS or gave_up(verdict):
            return _Answer(None, f"{name}: {_said(verdict)}")
        alone = await self._checker.check(StatementClaim(reference))
        if alone.compiles:
            return _Answer(False, f"{name}: {_said(verdict)}")
        return _Answer(None, f"{name}, which does not compile itself: {_said(alone)}")

    def usage(self) -> dict[str, float]:
        """Nothing: the checker counts its own work."""
        return {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Nothing to release."""


def _conclude(answers: Sequence[_Answer]) -> Score:
    for answer in answers:
        if answer.equal:
            return Score(1.0, f"definitionally equal to {answer.says}", SPEC)
    for answer in answers:
        if answer.equal is None:
            return Score(None, f"undecided against {answer.says}", SPEC)
    return Score(0.0, f"not definitionally equal to {answers[0].says}", SPEC)


def _said(verdict: Verdict) -> str:
    """What was said, Lean's own words included: a checker's comes before them."""
    errors = [d for d in verdict.diagnostics if d.severity == "error"] or verdict.diagnostics
    said = one_line("; ".join(d.message for d in errors[:3]) or "no message", 400)
    return said if verdict.kind is VerdictKind.FAILS else f"{verdict.kind} ({said})"
