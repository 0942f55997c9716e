"""Lean's named functions and explicit forms as the notation that they stand for.

`@HAdd.hAdd ℝ ℝ ℝ inst x y` is `x + y`, `Matrix.vecCons a v` a list, `setOf p` a comprehension.

Invariant: a rule gives the same mathematical object, or None where its arguments do not fit.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crossfade_splits.inject._terms import Binder, Term, head, ident, num, op, substitute, walk

if TYPE_CHECKING:
    from collections.abc import Callable

_EXPONENT_DIGITS = 3
_EXPLICIT_BINARY = {
    "HAdd.hAdd": "+", "HSub.hSub": "-", "HMul.hMul": "*", "HDiv.hDiv": "/", "HPow.hPow": "^",
    "Eq": "=", "Ne": "≠", "LT.lt": "<", "LE.le": "≤", "GT.gt": ">", "GE.ge": "≥", "And": "∧",
    "Or": "∨", "Iff": "↔", "HMod.hMod": "%", "Dvd.dvd": "∣", "Union.union": "∪",
    "Inter.inter": "∩", "SDiff.sdiff": "\\", "HSMul.hSMul": "*",
}  # fmt: skip


def flat_tuple(term: Term) -> Term:
    """`(a, (b, c))` is `(a, b, c)`."""
    if term.args and term.args[-1].kind == "tuple":
        return replace(term, args=(*term.args[:-1], *term.args[-1].args))
    return term


def _evaluate(polynomial: Term, at: Term) -> Term:
    """A polynomial written with `X`, at a point; untouched where it is only a name."""
    variables = {"X", "Polynomial.X"}
    if any(n.kind == "ident" and n.text in variables for n in walk(polynomial)):
        return substitute(polynomial, dict.fromkeys(variables, at))
    return Term("app", "", (ident("eval"), at, polynomial))


def constant(value: Term) -> Term:
    """The function that is this value everywhere."""
    return Term("bind", "fun", (value,), (Binder(ident("_")),))


def _comprehension(args: tuple[Term, ...]) -> Term | None:
    predicate = args[-1]
    if predicate.kind != "bind":
        return None
    binder = predicate.binders[0]
    return Term("setof", "", (binder.pattern, predicate.args[0]), (binder,))


def _evaluation(args: tuple[Term, ...]) -> Term | None:
    return _evaluate(args[1], args[0]) if len(args) == 2 else None


def _range_of(args: tuple[Term, ...]) -> Term | None:
    """The range of a coercion is the smaller number system."""
    return args[0].args[0] if args[0].text == "coe" and args[0].args else None


# Rules by name; operands of Lean's explicit form (`@HAdd.hAdd ℝ ℝ ℝ inst x y`) come last.
RULES: dict[str, Callable[[tuple[Term, ...]], Term | None]] = {
    "setOf": _comprehension,
    "singleton": lambda a: Term("set", "", a[-1:]),
    "Singleton.singleton": lambda a: Term("set", "", a[-1:]),
    "eval": _evaluation,
    "Polynomial.eval": _evaluation,
    "evalAt": lambda a: _evaluate(a[0], a[1]) if len(a) == 2 else None,
    "ite": lambda a: Term("if", "", a) if len(a) == 3 else None,
    "Not": lambda a: op("¬", a[0]) if len(a) == 1 else None,
    "range": _range_of,
    "Set.range": _range_of,
    "Function.const": lambda a: constant(a[1]) if len(a) == 2 else None,
    "OfNat.ofNat": lambda a: a[1] if len(a) >= 2 else None,
    "nat_lit": lambda a: a[0] if len(a) == 1 else None,
    "Neg.neg": lambda a: op("neg", a[-1]),
    "Inv.inv": lambda a: op("post⁻¹", a[-1]),
    "OfScientific.ofScientific": lambda a: _scientific(a[-3:]) if len(a) >= 5 else None,
    "Complex.mk": lambda a: _complex(a[-2], a[-1]) if len(a) >= 2 else None,
    "Prod.mk": lambda a: flat_tuple(Term("tuple", "(", a[-2:])),
    "Insert.insert": lambda a: _cons("set", a),
    "Matrix.vecCons": lambda a: _cons("list", a),
    "Matrix.vecEmpty": lambda a: Term("list", "!["),
    "List.cons": lambda a: _listed(a),
    "List.nil": lambda a: Term("list", "["),
    "Membership.mem": lambda a: op("∈", a[-1], a[-2]) if len(a) >= 2 else None,
    "Exists": lambda a: replace(a[-1], text="∃") if a[-1].kind == "bind" else None,
}


def explicit(name: str, args: tuple[Term, ...]) -> Term | None:
    """An operator by its name; its operands come last."""
    symbol = _EXPLICIT_BINARY.get(name)
    return op(symbol, args[-2], args[-1]) if symbol is not None and len(args) >= 2 else None


def _scientific(args: tuple[Term, ...]) -> Term | None:
    digits, negative, exponent = (a.text for a in args)
    if not digits.isdecimal() or not exponent.isdecimal() or len(exponent) > _EXPONENT_DIGITS:
        return None
    places = int(exponent)
    if negative == "false" or not places:
        return num(digits + "0" * places)
    if negative != "true":
        return None
    whole = digits.rjust(places + 1, "0")
    return num(f"{whole[:-places]}.{whole[-places:]}")


def _complex(real: Term, imaginary: Term) -> Term:
    unit = ident("Complex.I")
    negative = imaginary.kind == "op" and imaginary.text == "neg"
    size = imaginary.args[0] if negative else imaginary
    product = unit if size == num("1") else op("*", size, unit)
    return op("-" if negative else "+", real, product)


def _cons(kind: str, args: tuple[Term, ...]) -> Term | None:
    """An element put in front of an enumeration."""
    if len(args) < 2:
        return None
    first, rest = args[-2:]
    if rest.kind == kind or head(rest).endswith("vecEmpty"):
        return Term(kind, "![" if kind == "list" else "", (first, *rest.args[: _own(rest, kind)]))
    return None


def _listed(args: tuple[Term, ...]) -> Term | None:
    if len(args) < 2 or args[-1].kind != "list":
        return None
    return Term("list", "[", (args[-2], *args[-1].args))


def _own(rest: Term, kind: str) -> int:
    return len(rest.args) if rest.kind == kind else 0
