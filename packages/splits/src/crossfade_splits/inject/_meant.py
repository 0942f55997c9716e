"""What the value of an `answer` binder stands for, where a hypothesis says that it stands for more.

A pair may be the parts of a complex number or the ends of an interval, a list the digits of a
number; shown as it is, such a value would answer another question.

Invariant: a value changes its form only by a hypothesis that names the form.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_splits.inject._bare import equation_value
from crossfade_splits.inject._known import INTERVALS, last
from crossfade_splits.inject._reduce import reduce
from crossfade_splits.inject._terms import Term, head, ident, is_op, num, walk

if TYPE_CHECKING:
    from crossfade_splits.inject._goal import Goal

_ANSWER = ident("answer")
_DECIMAL = 10


def meant(value: Term, goal: Goal) -> Term:
    """The value in the form that the hypotheses give it, or as it is."""
    return _complex_pair(value, goal) or _interval(value, goal) or _numeral(value, goal) or value


def _complex_pair(value: Term, goal: Goal) -> Term | None:
    """`(6, 9)` where the hypotheses say `z = a + b * I` and `(a, b) = answer`: 6 + 9i."""
    if value.kind != "tuple" or len(value.args) != 2:
        return None
    unit = ident("Complex.I")
    for hypothesis in goal.hypotheses:
        for node in walk(hypothesis):
            if is_op(node, "+") and is_op(node.args[-1], "*") and node.args[1].args[1] == unit:
                pair = Term("tuple", "(", (node.args[0], node.args[1].args[0]))
                named = any(equation_value(h, _ANSWER) == pair for h in goal.hypotheses)
                if named or pair.args == _parts():
                    return reduce(Term("app", "", (ident("Complex.mk"), *value.args)))
    return None


def _parts() -> tuple[Term, Term]:
    """`answer.1` and `answer.2`."""
    return Term("field", "1", (_ANSWER,)), Term("field", "2", (_ANSWER,))


def _interval(value: Term, goal: Goal) -> Term | None:
    """`(-2, 7)` where a hypothesis says `Set.Icc answer.1 answer.2 = S`: [-2, 7]."""
    if value.kind != "tuple" or len(value.args) != 2:
        return None
    for hypothesis in goal.hypotheses:
        for side in hypothesis.args if is_op(hypothesis, "=") else ():
            if last(head(side)) in INTERVALS and side.args[1:] == _parts():
                return Term("app", "", (side.args[0], *value.args))
    return None


def _numeral(value: Term, goal: Goal) -> Term | None:
    """`[0, 4]` where a hypothesis says `answer = Nat.digits 9 n`: 40_9, the last digit first.

    Digits that no number has (a leading 0) have no reading.
    """
    if value.kind != "list":
        return None
    for hypothesis in goal.hypotheses:
        whole = equation_value(hypothesis, _ANSWER)
        if whole is not None and head(whole) == "Nat.digits" and len(whole.args) == 3:
            return _read_digits(value.args[::-1], whole.args[1])
    return None


def _read_digits(digits: tuple[Term, ...], base: Term) -> Term:
    unreadable = Term("opaque", "digits")
    if not digits or not all(map(_is_whole, (*digits, base))):
        return unreadable
    values, size = [int(a.text) for a in digits], int(base.text)
    if not max(values) < size <= _DECIMAL or not values[0]:
        return unreadable
    text = "".join(map(str, values))
    return num(text if size == _DECIMAL else f"{text}_{size}")


def _is_whole(term: Term) -> bool:
    return term.kind == "num" and term.text.isdecimal() and len(term.text) <= len(str(_DECIMAL))
