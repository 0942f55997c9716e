"""One direction of an equivalence: is a target proved from a hypothesis by one of the tactics?

The soundness is in the goals (`TacticList.claim`): Lean has the hypothesis as an axiom of the given
statement's type, the target's type as goal, and an audit that allows the library's axioms and that
hypothesis alone. So a tactic may search wherever it likes; whatever it finds is a proof of the
target from the hypothesis.

A guarded tactic is not believed where its guard proves the target without the hypothesis. Such a
target follows from anything, and two of them would count as equivalent whatever they say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leaneval.judges._answer import one_line
from leaneval.types import VerdictKind

if TYPE_CHECKING:
    from leaneval.protocols import Checker
    from leaneval.tactics import Tactic, TacticList
    from leaneval.types import Statement, Verdict

_GAVE_UP = re.compile(r"\(deterministic\) timeout|maximum (?:recursion depth|number of heartbeats)")


def gave_up(verdict: Verdict) -> bool:
    """Whether Lean reached a limit of its own, which refuses nothing."""
    return any(_GAVE_UP.search(diagnostic.message) for diagnostic in verdict.diagnostics)


class Direction(NamedTuple):
    """What came of one direction.

    Attributes:
        shown: Whether it was proved; None where the checker gave no answer.
        says: By which tactic, or why not.
        undecided: Not shown, and a proof was given up at a limit.
    """

    shown: bool | None
    says: str
    undecided: bool = False


async def prove(
    tactics: TacticList, checker: Checker, given: Statement, target: Statement
) -> Direction:
    """Try the tactics in order until one proves the type of `target` from that of `given`."""
    guards: dict[str, Verdict] = {}
    limits: list[str] = []
    alone = ""
    for tactic in tactics.of("equivalence"):
        if tactic.guard is not None:
            if tactic.guard not in guards:
                guard = _named(tactics, tactic.guard)
                guards[tactic.guard] = await checker.check(tactics.claim(guard, target))
            verdict = guards[tactic.guard]
            if verdict.compiles:
                alone = f"it is proved without, by {tactic.guard}, which shows nothing"
                continue
            if outcome := _not_decided(verdict, tactic.guard, limits):
                if outcome.shown is None:
                    return outcome
                continue
        verdict = await checker.check(tactics.claim(tactic, target, given))
        if verdict.compiles:
            return Direction(True, tactic.name)
        outcome = _not_decided(verdict, tactic.name, limits)
        if outcome is not None and outcome.shown is None:
            return outcome
    says = "; ".join(limits) or alone or "no tactic proves it"
    return Direction(False, says, undecided=bool(limits))


def _named(tactics: TacticList, name: str) -> Tactic:
    return next(tactic for tactic in tactics.of("guard") if tactic.name == name)


def _not_decided(verdict: Verdict, name: str, limits: list[str]) -> Direction | None:
    """None where Lean plainly refused; `limits` gets a line where it gave up instead."""
    if verdict.kind is VerdictKind.UNAVAILABLE:
        said = one_line("; ".join(d.message for d in verdict.diagnostics), 300)
        return Direction(None, f"{name}: {said}")
    if verdict.kind in (VerdictKind.TIMEOUT, VerdictKind.CRASH):
        limits.append(f"{name}: {verdict.kind}")
    elif gave_up(verdict):
        limits.append(f"{name}: gave up at a limit")
    else:
        return None
    return Direction(False, limits[-1], undecided=True)
