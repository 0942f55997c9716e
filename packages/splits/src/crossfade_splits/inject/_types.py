"""The type of the value that a goal gives, where its binders tell it.

Invariant: whole numbers are told only where nothing in the goal can be a fraction, for `7 / 2` is
3 among whole numbers and 3.5 among others.

Out of scope: elaboration; a name that no binder declares leaves the type open.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_splits.inject._exact import is_integral
from crossfade_splits.inject._kinds import element_type
from crossfade_splits.inject._known import is_function, last
from crossfade_splits.inject._terms import Term, head, ident, is_op, names, walk
from crossfade_splits.inject._vocabulary import words

if TYPE_CHECKING:
    from crossfade_splits.inject._goal import Goal
    from crossfade_splits.inject._source import Statement

_FIELDS = words("ℝ ℚ ℂ ℝ≥0 ℝ≥0∞ ℚ≥0 Real Rat Complex NNReal NNRat ENNReal EReal")
_COUNTS = words("card ncard")
_WHOLE = words(
    """ℕ ℤ Nat Int Finset Set Fintype card ncard encard range answer sum prod filter toFinset
    True False ; ⌋ ⌉ ⌋₊ ⌉₊ _ digits"""
)


def value_type(goal: Goal, statement: Statement) -> Term | None:
    """The type of a goal's value if it is a whole number or a set, else None."""
    declared = {
        b.pattern.text: b.type
        for b in goal.binders
        if b.pattern.kind == "ident" and b.type is not None
    }
    for side in goal.conclusion.args if is_op(goal.conclusion, "=") else ():
        if (typed := _declared(side, declared)) is not None:
            told = is_integral(typed) or element_type(typed) is not None
            return typed if told else None
    return ident("ℕ") if _all_whole(goal.conclusion, statement, declared) else None


def _declared(side: Term, declared: dict[str, Term]) -> Term | None:
    """The type of `x` or of `f x y` by the binder of its name."""
    typed = declared.get(head(side))
    for _ in side.args[1:] if side.kind == "app" else ():
        if typed is None or not is_op(typed, "→"):
            return None
        typed = typed.args[1]
    return typed


def _all_whole(conclusion: Term, statement: Statement, declared: dict[str, Term]) -> bool:
    if names(statement.goal) & _FIELDS:
        return False
    inner = [b for node in walk(conclusion) for b in node.binders]
    if any(b.type is not None and not is_integral(b.type) for b in inner):
        return False
    bound = {n for b in inner for n in names(b.pattern)}
    counts = is_op(conclusion, "=") and any(last(head(a)) in _COUNTS for a in conclusion.args)
    sides = [a for a in conclusion.args if last(head(a)) not in _COUNTS] if counts else [conclusion]
    return all(
        is_integral(declared[n]) if n in declared else n in _WHOLE or is_function(n)
        for side in sides
        for n in names(side) - bound
    )
