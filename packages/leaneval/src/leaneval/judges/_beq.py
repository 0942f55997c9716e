"""`beq`: candidate and reference are proved from each other inside Lean.

The metric is BEq+ (Poiroux et al., arXiv 2406.07222) with each side declared under its own context;
docs/judges.md says where it departs from the published script. 1 needs a proof of either from the
other by the fixed list of tactics; everything else is 0, so the score is a lower bound of
equivalence, and a 0 that hangs on a limit is flagged `undecided`. Invariant: 1 rests on two audited
proofs; an outage, and a reference that does not compile itself, are unavailable. Out of scope:
proving by any other means.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple, Self

from leaneval._once import Once
from leaneval.errors import DataError
from leaneval.judges._answer import one_line
from leaneval.judges._direction import prove
from leaneval.judges._references import named_references
from leaneval.tactics import tactics_for, tried
from leaneval.types import Score, StatementClaim, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.judges._direction import Direction
    from leaneval.protocols import Checker
    from leaneval.tactics import TacticList
    from leaneval.types import Problem, Statement

SPEC = "beq"


class _Pair(NamedTuple):
    """Of one reference: does the candidate follow from it, does it follow from the candidate?"""

    name: str
    follows: Direction
    implies: Direction

    @property
    def rank(self) -> int:
        """More is shown the higher; an open question stands above a refusal."""
        if self.follows.shown and self.implies.shown:
            return 3
        if None in (self.follows.shown, self.implies.shown):
            return 2
        return int(bool(self.follows.shown or self.implies.shown))


class BeqJudge:
    """Equivalence with one of the problem's references, proved in both directions.

    Args:
        checker: Answers the goals; entered and left by its owner, not by this judge.
    """

    spec = SPEC
    lower_bound = True
    """What this judge calls 0 may be equivalent all the same."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._tactics: TacticList | None = None
        self._references = Once[Verdict](lambda v: v.kind is not VerdictKind.UNAVAILABLE)
        self._counts = {"pairs": 0, "proved": 0, "undecided": 0}

    @property
    def identity(self) -> str:
        """The tactics in use, those that failed their trial, and the toolchain."""
        used = self._tactics.identity if self._tactics else "tactics not tried yet"
        return f"{SPEC}, {used}, {self._checker.toolchain.key}"

    async def score(self, problem: Problem, statement: Statement) -> Score:
        """1.0 where a reference and the candidate prove each other, else 0.0.

        None in an outage, and where a reference is no theorem.

        The first reference is asked about alone, because most right answers match it.
        """
        try:
            first, *others = named_references(problem)
        except DataError as error:
            return Score(None, one_line(str(error)), SPEC)
        found = [await self._ask(*first, statement)]
        if isinstance(found[0], str) or found[0].rank < 3:
            asked = (self._ask(*other, statement) for other in others)
            found += await asyncio.gather(*asked)
        score = _conclude(found)
        self._counts["pairs"] += 1
        self._counts["proved"] += score.value == 1.0
        self._counts["undecided"] += "undecided" in score.flags
        return score

    async def _ask(self, name: str, reference: Statement, statement: Statement) -> _Pair | str:
        """The pair, or why this reference cannot be used."""
        assert self._tactics is not None, "a judge answers only inside `async with`"
        claim = StatementClaim(reference)
        alone = await self._references(claim, lambda: self._checker.check(claim))
        if not alone.compiles:
            said = one_line("; ".join(d.message for d in alone.diagnostics[:3]), 300)
            return f"{name} does not compile itself ({alone.kind}: {said})"
        follows, implies = await asyncio.gather(
            prove(self._tactics, self._checker, reference, statement),
            prove(self._tactics, self._checker, statement, reference),
        )
        return _Pair(name, follows, implies)

    def usage(self) -> dict[str, float]:
        """Pairs asked about, those proved, those left undecided."""
        return dict(self._counts)

    async def __aenter__(self) -> Self:
        """Try the tactics.

        Raises:
            UnavailableError: The checker gives no answer, or no tactic works under it.
        """
        found = tactics_for(self._checker)
        self._tactics = await tried(found, self._checker, "equivalence", "guard")
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Nothing to release."""


def _conclude(found: Sequence[_Pair | str]) -> Score:
    pairs = [pair for pair in found if isinstance(pair, _Pair)]
    best = max(pairs, key=lambda pair: pair.rank, default=None)
    if best is not None and best.rank == 3:
        by = f"follows from {best.name} (by {best.follows.says}) and implies it"
        return Score(1.0, f"equivalent: {by} (by {best.implies.says})", SPEC)
    if best is None or best.rank == 2 or len(pairs) < len(found):
        return Score(None, "; ".join(map(_open, found)), SPEC)
    shown = ("weaker",) if best.follows.shown else ("stronger",) if best.implies.shown else ()
    undecided = any(pair.follows.undecided or pair.implies.undecided for pair in pairs)
    return Score(0.0, _refusal(best), SPEC, (*shown, *(("undecided",) if undecided else ())))


def _open(found: _Pair | str) -> str:
    """What keeps the question of one reference open."""
    if isinstance(found, str):
        return found
    missing = [d.says for d in (found.follows, found.implies) if d.shown is None]
    return f"{found.name}: {'; '.join(missing) or 'not shown equivalent'}"


def _refusal(pair: _Pair) -> str:
    says = [
        f"{what} was {'' if direction.shown else 'not '}shown ({direction.says})"
        for what, direction in (
            (f"that it follows from {pair.name}", pair.follows),
            ("that it implies it", pair.implies),
        )
    ]
    return f"equivalence not shown: {'; '.join(says)}"
