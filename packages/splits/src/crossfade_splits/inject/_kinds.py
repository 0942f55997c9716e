"""What kind of thing an answer is: a set, a function, a vector, a condition; and its letters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crossfade_splits.inject._known import (
    CONSTANTS,
    INTERVALS,
    PREDICATES,
    is_constant,
    is_function,
    last,
)
from crossfade_splits.inject._terms import Binder, Term, head, ident, is_op, names, unused, walk
from crossfade_splits.inject._vocabulary import words

if TYPE_CHECKING:
    from crossfade_splits.inject._finding import Finding


def whole_numbers(term: Term, finding: Finding) -> Term:
    """An interval of integers as a set of integers: `Set.Ici 1` is {n ∈ ℕ : n ≥ 1}."""
    typed = element_type(finding.type)
    if is_op(term, "∪", "∩", "\\"):
        return replace(term, args=tuple(whole_numbers(a, finding) for a in term.args))
    integral = typed is not None and typed.text in {"ℕ", "ℤ", "ℕ+"}
    name = last(head(term)) if term.kind == "app" else ""
    if not integral or name not in INTERVALS or len(term.args) != 3 - name.count("i"):
        return term
    ends = list(term.args[1:])
    taken = {n for end in ends for n in names(end)}
    letter = ident("n") if "n" not in taken else next(unused(taken | set("xyztuvwrs")))
    parts = []
    if name[1] != "i":
        parts.append(Term("op", "≤" if name[1] == "c" else "<", (ends.pop(0), letter)))
    if name[2] != "i":
        parts.append(Term("op", "≤" if name[2] == "c" else "<", (letter, ends.pop(0))))
    body = parts[0] if len(parts) == 1 else Term("op", "∧", tuple(parts))
    return Term("setof", "", (letter, body), (Binder(letter, typed),))


def with_type(term: Term, typed: Term | None) -> Term:
    """A comprehension whose element has no type gets the one its definition declares."""
    if term.kind == "setof" and typed is not None and term.binders[0].bound is None:
        binder = replace(term.binders[0], type=term.binders[0].type or typed)
        return replace(term, binders=(binder,))
    if is_op(term, "∪"):
        return replace(term, args=tuple(with_type(a, typed) for a in term.args))
    return term


def element_type(typed: Term | None) -> Term | None:
    """`T` for `Set T` or `Finset T`, arguments of a function type passed over."""
    while typed is not None and is_op(typed, "→"):
        typed = typed.args[1]
    if typed is not None and head(typed) in {"Set", "Finset"} and len(typed.args) == 2:
        return typed.args[1]
    return None


def free_letters(term: Term, bound: frozenset[str] = frozenset()) -> set[str]:
    """Identifiers of a term that are neither bound in it nor part of the known vocabulary."""
    if term.kind == "ident":
        known = is_constant(term) or term.text in CONSTANTS or is_function(term.text)
        vocabulary = (
            known
            or term.text == "Y"
            or term.text in bound
            or term.text in _VOCABULARY
            or "." in term.text
        )
        return set() if vocabulary else {term.text}
    inner = bound | {n for b in term.binders for n in names(b.pattern)}
    if term.kind == "setof":
        inner |= names(term.args[0])
    letters: set[str] = set()
    for arg in term.args:
        letters |= free_letters(arg, inner)
    for binder in term.binders:
        # A range stands outside of its own binder: `n` is free in `∑ n ∈ range n, 1`.
        if binder.bound is not None:
            letters |= free_letters(binder.bound, bound)
        bound |= names(binder.pattern)
    return letters


_VOCABULARY = words(
    """ℕ ℤ ℚ ℝ ℂ ℕ+ ℝ+ ℚ+ Even Odd Prime IsSquare IsPrimePow Irrational Coprime True False range
    Finset Icc ; ⌋ ⌋₊ ⌉ ⌉₊ ModEq EqOn ∅ ⊤ univ Int Nat"""
) | frozenset(INTERVALS)


def reuses_names(term: Term, scope: frozenset[str] | None = None) -> bool:
    """Whether one letter stands for two things, as in `∑ n ∈ range n, n`."""
    scope = frozenset(free_letters(term)) if scope is None else scope
    bound = {n.text for b in term.binders for n in walk(b.pattern) if n.kind == "ident"} - {"_"}
    if bound & scope:
        return True
    inner = scope | bound
    parts = [p for b in term.binders for p in (b.type, b.bound) if p is not None]
    return any(reuses_names(p, inner) for p in (*term.args, *parts))


def is_quantified(term: Term) -> bool:
    """Whether a proposition binds anything."""
    return any(n.kind == "bind" for n in walk(term))


def parts_of(term: Term, symbol: str) -> list[Term]:
    if is_op(term, symbol):
        return [p for a in term.args for p in parts_of(a, symbol)]
    return [term]


def is_set(term: Term) -> bool:
    if is_op(term, "∪", "∩", "\\"):
        return all(is_set(a) for a in term.args)
    interval = last(head(term)) in INTERVALS
    return term.kind in {"set", "setof", "image"} or interval or last(term.text) == "univ"


def is_statement(term: Term) -> bool:
    if term.kind == "bind":
        return term.text in {"∀", "∃", "∃!"}
    if term.kind == "app":
        return last(head(term)) in PREDICATES
    return term.kind == "op" and term.text in set("∧∨¬=≠<>≤≥∈∉⊆⊂⊇∣∤↔→≡")


def is_functional(finding: Finding, term: Term) -> bool:
    typed = element_type(finding.type)
    if typed is not None and is_op(typed, "→"):
        return not is_vector(typed)
    first = term.args[0] if term.args else None
    return first is not None and first.kind == "bind" and first.text == "fun"


def is_vector(typed: Term) -> bool:
    """`Fin n → T`: a list of n entries rather than a function."""
    return is_op(typed, "→") and head(typed.args[0]) in {"Fin", "ZMod"}


def as_fraction(finding: Finding, term: Term) -> Term:
    """A rational number given as (numerator, denominator) is written as a quotient."""
    typed = finding.type
    rational = typed is not None and typed == Term("op", "×", (ident("ℤ"), ident("ℕ")))
    computed = finding.subject is not None and bool(head(finding.subject))
    if rational and computed and term.kind == "tuple" and len(term.args) == 2:
        return Term("op", "/", term.args)
    return term
