"""Lean's spellings of one thing to one tree: casts dropped, functions applied, tuples flattened.

Invariant: a reduced term denotes the same mathematical object as the term it came from, up to
the number type it lives in; what is not known stays as it is.

Out of scope: computation. `2 ^ 3` stays `2 ^ 3`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crossfade_splits.inject._known import last
from crossfade_splits.inject._terms import (
    Binder,
    Term,
    head,
    ident,
    names,
    num,
    op,
    substitute,
    transform,
    walk,
)
from crossfade_splits.inject._vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Callable

_CASTS = words(
    """Nat.cast Int.cast Rat.cast ENNReal.ofReal Complex.ofReal Real.toNNReal NNReal.toReal
    ofReal ENNReal.toReal Int.toNat Subtype.val Fin.val PNat.val nhds_cast Real.toEReal id"""
)
_CAST_FIELDS = words("toNat toReal toNNReal cast val natAbs' coe")
# Functions whose first explicit argument may come before the dot.
_METHODS = {
    "choose": "Nat.choose", "factorial": "Nat.factorial", "fib": "Nat.fib", "sqrt": "sqrt",
    "log": "log", "Prime": "Prime", "eval": "evalAt", "descFactorial": "Nat.descFactorial",
    "Coprime": "Coprime", "gcd": "gcd", "lcm": "lcm", "cos": "cos", "sin": "sin", "tan": "tan",
    "exp": "exp", "ceil": "ceil", "floor": "floor", "card": "card", "ncard": "ncard",
    "encard": "encard", "natAbs": "abs", "totient": "totient", "arctan": "arctan", "succ": "succ",
    "Even": "Even", "Odd": "Odd", "centralBinom": "centralBinom", "Infinite": "Infinite",
    "Finite": "Finite", "Nonempty": "Nonempty", "num": "num", "degree": "degree",
    "natDegree": "natDegree", "EqOn": "EqOn", "den": "den", "det": "det",
}  # fmt: skip
_EXPLICIT_BINARY = {
    "HAdd.hAdd": "+", "HSub.hSub": "-", "HMul.hMul": "*", "HDiv.hDiv": "/", "HPow.hPow": "^",
    "Eq": "=", "Ne": "≠", "LT.lt": "<", "LE.le": "≤", "GT.gt": ">", "GE.ge": "≥", "And": "∧",
    "Or": "∨", "Iff": "↔", "HMod.hMod": "%", "Dvd.dvd": "∣", "Union.union": "∪",
    "Inter.inter": "∩", "SDiff.sdiff": "\\", "HSMul.hSMul": "*",
}  # fmt: skip


def reduce(term: Term) -> Term:
    """`term` with every reduction of this module applied."""
    before: Term | None = None
    for _ in range(6):
        if term == before:
            break
        before, term = term, transform(term, _step)
    return term


def apply(function: Term, args: tuple[Term, ...]) -> Term:
    """`function` applied to `args` and reduced."""
    return reduce(Term("app", "", (function, *args)) if args else function)


def _step(term: Term) -> Term:
    match term.kind:
        case "typed":
            return _typed(term)
        case "op":
            return _operator(term)
        case "app":
            return _application(_flatten(term))
        case "field":
            return _field(term)
        case "ident":
            return _dotted(term)
        case "tuple":
            return _flat_tuple(term)
        case "let":
            return _let(term)
        case "setof":
            return _pattern_element(term)
        case _:
            return term


def _typed(term: Term) -> Term:
    if term.text == "named":
        return term
    inner, typed = term.args
    if inner.kind == "opaque" and inner.text.strip("() ") == "↑" and typed.text == "→":
        # The coercion itself; its range is the smaller number system.
        return Term("ident", "coe", typed.args[:1])
    return inner


def _operator(term: Term) -> Term:
    if term.text == "↑":
        return term.args[0]
    if term.text == "post!":
        return Term("app", "", (ident("Nat.factorial"), *term.args))
    if term.text == "√":
        return Term("app", "", (ident("sqrt"), *term.args))
    if term.text == "•":
        return replace(term, text="*")
    if term.text == "#":
        return Term("app", "", (ident("card"), *term.args))
    if term.text == "|>.":
        return term
    return term


def _flatten(term: Term) -> Term:
    args = tuple(a for a in term.args if not (a.kind == "typed" and a.text == "named"))
    first, rest = args[0], args[1:]
    if first.kind == "app":
        first, rest = first.args[0], (*first.args[1:], *rest)
    return replace(term, args=(first, *rest)) if rest else first


def _application(term: Term) -> Term:
    if term.kind != "app":
        return term
    function, args = term.args[0], term.args[1:]
    if function.kind == "bind" and function.text == "fun":
        return _beta(function, args)
    if function.kind == "field":
        return _method(function, args)
    name = head(term)
    if len(args) == 1 and (name in _CASTS or last(name) == "C"):
        return args[0]
    rule = _RULES.get(name.removeprefix("@"))
    reduced = rule(args) if rule is not None else None
    if reduced is None:
        reduced = _explicit(name.removeprefix("@"), args)
    if reduced is None and name.startswith("@Set.") and len(args) >= 2:
        return Term("app", "", (ident(name[1:]), *args[-2:]))
    return term if reduced is None else reduced


def _constant(value: Term) -> Term:
    return Term("bind", "fun", (value,), (Binder(ident("x")),))


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
_RULES: dict[str, Callable[[tuple[Term, ...]], Term | None]] = {
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
    "Function.const": lambda a: _constant(a[1]) if len(a) == 2 else None,
    "OfNat.ofNat": lambda a: a[1] if len(a) >= 2 else None,
    "nat_lit": lambda a: a[0] if len(a) == 1 else None,
    "Neg.neg": lambda a: op("neg", a[-1]),
    "Inv.inv": lambda a: op("post⁻¹", a[-1]),
    "OfScientific.ofScientific": lambda a: _scientific(a[-3:]) if len(a) >= 5 else None,
    "Complex.mk": lambda a: _complex(a[-2], a[-1]) if len(a) >= 2 else None,
    "Prod.mk": lambda a: _flat_tuple(Term("tuple", "(", a[-2:])),
    "Insert.insert": lambda a: _cons("set", a),
    "Matrix.vecCons": lambda a: _cons("list", a),
    "Matrix.vecEmpty": lambda a: Term("list", "!["),
    "List.cons": lambda a: _listed(a),
    "List.nil": lambda a: Term("list", "["),
    "Membership.mem": lambda a: op("∈", a[-1], a[-2]) if len(a) >= 2 else None,
    "Exists": lambda a: replace(a[-1], text="∃") if a[-1].kind == "bind" else None,
}


def _explicit(name: str, args: tuple[Term, ...]) -> Term | None:
    symbol = _EXPLICIT_BINARY.get(name)
    return op(symbol, args[-2], args[-1]) if symbol is not None and len(args) >= 2 else None


def _scientific(args: tuple[Term, ...]) -> Term:
    digits, negative, exponent = (a.text for a in args)
    if negative != "true" or not exponent.isdigit():
        return num(digits + "0" * int(exponent or 0))
    whole = digits.rjust(int(exponent) + 1, "0")
    return num(f"{whole[: -int(exponent)]}.{whole[-int(exponent) :]}")


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
    first, rest = args[-2:]
    return Term("list", "[", (first, *rest.args)) if rest.kind == "list" else None


def _own(rest: Term, kind: str) -> int:
    return len(rest.args) if rest.kind == kind else 0


def _beta(function: Term, args: tuple[Term, ...]) -> Term:
    values: dict[str, Term] = {}
    binders = list(function.binders)
    rest = list(args)
    while binders and rest:
        if not _match(binders[0].pattern, rest[0], values):
            return Term("app", "", (function, *args))
        binders.pop(0), rest.pop(0)
    body = substitute(function.args[0], values)
    if binders:
        return replace(function, args=(body,), binders=tuple(binders))
    return Term("app", "", (body, *rest)) if rest else body


def _match(pattern: Term, value: Term, values: dict[str, Term]) -> bool:
    if pattern.kind == "ident":
        if pattern.text != "_":
            values[pattern.text] = value
        return True
    if pattern.kind == "tuple" and value.kind == "tuple":
        return len(pattern.args) == len(value.args) and all(
            _match(p, v, values) for p, v in zip(pattern.args, value.args, strict=True)
        )
    return False


def _let(term: Term) -> Term:
    pattern, value, body = term.args
    values: dict[str, Term] = {}
    if pattern.kind in {"ident", "tuple"} and _match(pattern, value, values):
        return substitute(body, values)
    return term


def _pattern_element(term: Term) -> Term:
    """`{q | let (a, b) := q; P a b}` is `{(a, b) | P a b}`."""
    element, body = term.args
    if body.kind != "let" or body.args[1] != element or body.args[0].kind != "tuple":
        return term
    taken = names(body)
    spare = (ident(c) for c in "mkjrst" if c not in taken)
    items = tuple(next(spare) if a == ident("_") else a for a in body.args[0].args)
    pattern = Term("tuple", "(", items)
    binder = replace(term.binders[0], pattern=pattern)
    return replace(term, args=(pattern, body.args[2]), binders=(binder,))


def _field(term: Term) -> Term:
    inner, name = term.args[0], term.text
    if inner.kind == "tuple" and name in {"1", "2", "fst", "snd"}:
        if name in {"1", "fst"}:
            return inner.args[0]
        rest = inner.args[1:]
        return rest[0] if len(rest) == 1 else Term("tuple", "(", rest)
    if name in _CAST_FIELDS:
        return inner
    if name in _METHODS:
        return Term("app", "", (ident(_METHODS[name]), inner))
    return term


def _method(function: Term, args: tuple[Term, ...]) -> Term:
    if function.text in _METHODS:
        name = _METHODS[function.text]
        return Term("app", "", (ident(name), function.args[0], *args))
    return Term("app", "", (function, *args))


def _dotted(term: Term) -> Term:
    if term.text == "id":
        return _constant(ident("x"))
    root, dot, rest = term.text.partition(".")
    if not dot or not root or root[0].isupper() or root.startswith(("_", "@", "«")):
        return term
    fields = rest.split(".")
    if root in {"stdSimplex", "volume"} or not all(fields):
        return term
    inner = ident(root)
    for name in fields:
        inner = _field(Term("field", name, (inner,)))
    return inner


def _flat_tuple(term: Term) -> Term:
    if term.args and term.args[-1].kind == "tuple":
        return replace(term, args=(*term.args[:-1], *term.args[-1].args))
    return term


def _evaluate(polynomial: Term, at: Term) -> Term:
    """A polynomial written with `X`, at a point; untouched where it is only a name."""
    variables = {"X", "Polynomial.X"}
    if any(n.kind == "ident" and n.text in variables for n in walk(polynomial)):
        return substitute(polynomial, dict.fromkeys(variables, at))
    return Term("app", "", (ident("eval"), at, polynomial))
