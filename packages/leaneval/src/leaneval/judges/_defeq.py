"""`defeq`: the candidate is the reference up to Lean's definitional equality.

Lean is asked for a proof of the reference's type by the candidate's constant, so the two types must
unify; definitional equality is symmetric, so one direction is both. Exact for the Peano benchmark,
whose functions are opaque; elsewhere a strict lower bound. Invariant: 0 means that Lean tried every
reference and refused; a time-out, crash or outage that leaves the question open is unavailable,
since an undecided equality is no evidence of a difference, and so is a reference that does not
compile itself. Out of scope: provable equivalence.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from leaneval.extract import parse_reference
from leaneval.judges._answer import one_line
from leaneval.types import GoalClaim, Score, StatementClaim, VerdictKind

if TYPE_CHECKING:
    from types import TracebackType

    from leaneval.protocols import Checker
    from leaneval.types import Problem, Statement, Verdict

SPEC = "defeq"
_GOAL, _PROOF = "type_of% @{0}", "@{1}"


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
        return f"{SPEC} ({_GOAL} by {_PROOF}), {self._checker.toolchain.key}"

    async def score(self, problem: Problem, statement: Statement) -> Score:
        """1.0 at the first reference that matches, 0.0 if none does, None if one stays open."""
        refused: list[str] = []
        open_: list[str] = []
        for number, text in enumerate((problem.reference, *problem.references)):
            reference = parse_reference(text, problem.header)
            verdict = await self._checker.check(GoalClaim((reference, statement), _GOAL, _PROOF))
            if verdict.compiles:
                return Score(1.0, f"definitionally equal to {_name(number)}", SPEC)
            said = f"{_name(number)}: {_said(verdict)}"
            if verdict.kind is VerdictKind.FAILS:
                verdict = await self._checker.check(StatementClaim(reference))
                if verdict.compiles:
                    refused.append(said)
                    continue
                said = f"{_name(number)}, which does not compile itself: {_said(verdict)}"
            open_.append(said)
        if open_:
            return Score(None, f"undecided against {open_[0]}", SPEC)
        return Score(0.0, f"not definitionally equal to {refused[0]}", SPEC)

    def usage(self) -> dict[str, float]:
        """Nothing: the checker counts its own work."""
        return {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to release."""


def _name(number: int) -> str:
    return "the reference" if number == 0 else f"alternative reference {number}"


def _said(verdict: Verdict) -> str:
    """What was said, Lean's own words included: a checker's comes before them."""
    errors = [d for d in verdict.diagnostics if d.severity == "error"] or verdict.diagnostics
    said = one_line("; ".join(d.message for d in errors[:3]) or "no message", 400)
    return said if verdict.kind is VerdictKind.FAILS else f"{verdict.kind} ({said})"
