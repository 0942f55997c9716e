"""Lean's integer division, written as the floor it is, unless it is exact.

Invariant: `a / b` over ℕ or ℤ is left as a quotient only if it came out whole at every tried
argument; otherwise the text shows ⌊a/b⌋, which is always what Lean means.
"""

from __future__ import annotations

import math
from itertools import product

from crossfade_splits.inject._known import last
from crossfade_splits.inject._terms import Term, head, is_op, walk

_INTEGERS = frozenset(["ℕ", "ℤ", "ℕ+", "Nat", "Int"])
_TRIED = range(1, 25)
_LARGEST = 1 << 4096


def floor_divisions(term: Term, typed: Term | None) -> Term:
    """`term` with inexact integer divisions marked, where its type is a type of integers."""
    return _mark(term) if typed is not None and _integral(typed) else term


def _integral(typed: Term) -> bool:
    """Whether the values that a type is made of in the end are integers."""
    if is_op(typed, "→"):
        return _integral(typed.args[1])
    if is_op(typed, "×"):
        return all(map(_integral, typed.args))
    if head(typed) in {"Set", "Finset"} and len(typed.args) == 2:
        return _integral(typed.args[1])
    return typed.kind == "ident" and typed.text in _INTEGERS


def _mark(term: Term) -> Term:
    if term.kind == "fence" or last(head(term)) in {"floor", "ceil"}:
        return term
    if is_op(term, "/") and not _is_whole(term):
        return Term("fence", "⌊", (term, Term("ident", "⌋")))
    args = tuple(_mark(a) for a in term.args)
    return Term(term.kind, term.text, args, term.binders, term.span)


def _is_whole(quotient: Term) -> bool:
    if any(n.kind == "fence" for n in walk(quotient)):
        return True
    letters = sorted(n.text for n in walk(quotient) if n.kind == "ident" and len(n.text) == 1)
    letters = sorted(set(letters))
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
    if name == "factorial" and len(args) == 1 and 0 <= args[0] <= 3000:
        return math.factorial(args[0])
    if name == "choose" and len(args) == 2 and 0 <= args[1] <= 3000 and 0 <= args[0] <= 3000:
        return math.comb(args[0], args[1])
    raise ValueError(name)


def _sized(value: int) -> int:
    if abs(value) > _LARGEST << 40000:
        raise ValueError("too large")
    return value
