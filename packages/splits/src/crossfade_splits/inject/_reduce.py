"""Lean's spellings of one thing to one tree: casts dropped, functions applied, tuples flattened.

Invariant: a reduced term denotes the same mathematical object as the term it came from, up to
the number type it lives in; what is not known stays as it is.

Out of scope: computation. `2 ^ 3` stays `2 ^ 3`.
"""

from __future__ import annotations

from dataclasses import replace

from crossfade_splits.inject._exact import floor_divisions
from crossfade_splits.inject._known import last
from crossfade_splits.inject._rules import RULES, explicit, flat_tuple
from crossfade_splits.inject._terms import (
    Binder,
    Term,
    head,
    ident,
    names,
    sized,
    substitute,
    transform,
    unused,
)
from crossfade_splits.inject._vocabulary import words

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
            return flat_tuple(term)
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
    # The type goes, so what it says about `/` is said here.
    return floor_divisions(inner, typed)


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
    rule = RULES.get(name.removeprefix("@"))
    reduced = rule(args) if rule is not None else None
    if reduced is None:
        reduced = explicit(name.removeprefix("@"), args)
    if reduced is None and name.startswith("@Set.") and len(args) >= 2:
        return Term("app", "", (ident(name[1:]), *args[-2:]))
    return term if reduced is None else reduced


def _beta(function: Term, args: tuple[Term, ...]) -> Term:
    values: dict[str, Term] = {}
    binders = list(function.binders)
    rest = list(args)
    while binders and rest:
        if not _match(binders[0].pattern, rest[0], values):
            return Term("app", "", (function, *args))
        binders.pop(0), rest.pop(0)
    body = sized(substitute(function.args[0], values))
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
        return sized(substitute(body, values))
    return term


def _pattern_element(term: Term) -> Term:
    """`{q | let (a, b) := q; P a b}` is `{(a, b) | P a b}`."""
    element, body = term.args
    if body.kind != "let" or body.args[1] != element or body.args[0].kind != "tuple":
        return term
    spare = unused(names(body) | set("xyztuvwrs"))
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
        return Term("bind", "fun", (ident("x"),), (Binder(ident("x")),))
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
