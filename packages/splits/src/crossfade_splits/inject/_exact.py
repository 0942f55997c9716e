"""Lean's integer division, written as the floor it is, unless it is exact.

Invariant: `a / b` over ℕ or ℤ is left as a quotient only if it came out whole at every tried
argument; otherwise the text shows ⌊a/b⌋, which is always what Lean means.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import product

from crossfade_splits.inject._known import last
from crossfade_splits.inject._terms import Term, head, ident, is_op, walk

_INTEGERS = frozenset(["ℕ", "ℤ", "ℕ+", "Nat", "Int"])
_TRIED = range(1, 25)
_MOST_TRIED = 20
"""Quotients in one answer; where there are more, each is shown as a floor."""
_LARGEST = 1 << 4096


def floor_divisions(term: Term, typed: Term | None) -> Term:
    """`term` with inexact integer divisions marked, where its type is a type of integers."""
    if typed is None or not is_integral(typed):
        return term
    quotients = sum(1 for n in walk(term) if is_op(n, "/"))
    return _mark(term, tried=quotients <= _MOST_TRIED)


def cut_off(term: Term, typed: Term | None) -> bool:
    """Whether a natural number is given as a difference that Lean cuts off at 0, such as 3 - 5."""
    if typed is None or head(typed) not in {"ℕ", "Nat"}:
        return False
    return any(is_op(n, "-") and _negative(n) for n in walk(term))


def _negative(difference: Term) -> bool:
    try:
        return evaluate(difference, {}) < 0
    except (ValueError, OverflowError):
        return False


def is_integral(typed: Term) -> bool:
    """Whether the values that a type is made of in the end are integers."""
    if is_op(typed, "→"):
        return is_integral(typed.args[1])
    if is_op(typed, "×"):
        return all(map(is_integral, typed.args))
    if head(typed) in {"Set", "Finset"} and len(typed.args) == 2:
        return is_integral(typed.args[1])
    return typed.kind == "ident" and typed.text in _INTEGERS


def _mark(term: Term, *, tried: bool) -> Term:
    if term.kind == "fence" or last(head(term)) in {"floor", "ceil"}:
        return term
    if is_op(term, "/") and not (tried and _is_whole(term)):
        return Term("fence", "⌊", (_inside(term, tried=tried), Term("ident", "⌋")))
    if term == ident("sqrt"):
        # The root of a whole number among whole numbers is `Nat.sqrt`, by whatever name.
        return ident("Nat.sqrt")
    return replace(term, args=tuple(_mark(a, tried=tried) for a in term.args))


def _inside(quotient: Term, *, tried: bool) -> Term:
    """What an inexact quotient divides; ⌊⌊a/b⌋/c⌋ is ⌊a/b/c⌋, so one floor is enough there."""
    left, right = quotient.args
    left = (_inside if is_op(left, "/") else _mark)(left, tried=tried)
    return replace(quotient, args=(left, _mark(right, tried=tried)))


def _is_whole(quotient: Term) -> bool:
    letters = sorted({n.text for n in walk(quotient) if n.kind == "ident" and len(n.text) == 1})
    if len(letters) > 2:
        return False
    for values in product(_TRIED, repeat=len(letters)):
        try:
            known = dict(zip(letters, values, strict=True))
            top, bottom = (evaluate(a, known) for a in quotient.args)
        except (ValueError, OverflowError):
            return False
        if bottom == 0 or top % bottom:
            return False
    return True


def evaluate(term: Term, known: dict[str, int]) -> int:
    """The integer value of an arithmetic term.

    Raises:
        ValueError: for anything that is not plain integer arithmetic of moderate size.
    """
    if term.kind == "num" and term.text.isdecimal():
        return int(term.text)
    if term.kind == "ident" and term.text in known:
        return known[term.text]
    if term.kind == "app":
        return _function(term, known)
    if term.kind != "op":
        raise ValueError(term.kind)
    return _arithmetic(term.text, [evaluate(a, known) for a in term.args])


def _arithmetic(symbol: str, args: list[int]) -> int:
    match symbol, args:
        case "neg", [a]:
            return -a
        case "+", [a, b]:
            return a + b
        case "-", [a, b]:
            return a - b
        case "*", [a, b]:
            return _sized(a * b)
        case "^", [a, b] if 0 <= b <= 4096 and abs(a) <= 4096:
            return int(a**b)
        case "/", [a, b] if b:
            return a // b
        case "%", [a, b] if b:
            return a % b
    raise ValueError(symbol)


def _function(term: Term, known: dict[str, int]) -> int:
    name, args = last(head(term)), [evaluate(a, known) for a in term.args[1:]]
    if not all(0 <= a <= (200 if known else 3000) for a in args):
        raise ValueError(name)
    if name == "factorial" and len(args) == 1:
        return math.factorial(args[0])
    if name == "choose" and len(args) == 2:
        return math.comb(args[0], args[1])
    raise ValueError(name)


def _sized(value: int) -> int:
    if abs(value) > _LARGEST << 40000:
        raise ValueError("too large")
    return value
