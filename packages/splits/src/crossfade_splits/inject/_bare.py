"""Answers that nothing marks: the shape of the goal alone shows the explicit side.

Invariant: every finding here is `sure=False`; the problem's wording has to ask for it. Where both
sides could be the answer, or only a bound of the wrong kind is there, the result is a `Miss`.
"""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from crossfade_splits.inject._finding import Finding, Miss
from crossfade_splits.inject._goal import Goal, conjuncts, disjuncts
from crossfade_splits.inject._kinds import free_letters
from crossfade_splits.inject._known import INTERVALS, is_closed, is_number, last
from crossfade_splits.inject._pattern import ORDER, shape
from crossfade_splits.inject._terms import Term, head, ident, is_op, names, walk
from crossfade_splits.inject._unparse import lean_text

_POINTWISE = ("pointwise_function_eq", "claim")
_NOTHING = Miss("no-answer-in-goal")


def equation_value(conclusion: Term, name: Term) -> Term | None:
    """The other side of `name = v`, written either way round."""
    if not is_op(conclusion, "="):
        return None
    left, right = conclusion.args
    if left == name:
        return right
    return left if right == name else None


def bare_answer(goal: Goal) -> Finding | Miss:
    """The explicit side of a goal without a marked answer."""
    found = _explicit_side(goal)
    bound = {n for b in goal.binders for n in names(b.pattern)}
    # A variable named like a constant, such as a current I.
    shadowed = {"I", "pi", "π"} & bound
    if isinstance(found, Finding) and any(shadowed & names(t) for t in found.terms):
        return Miss("unclear-answer")
    if isinstance(found, Finding) and (found.pattern, found.role) == _POINTWISE:
        return replace(found, subject=_restriction(found.terms[0].args[0], goal))
    return found


def _restriction(call: Term, goal: Goal) -> Term | None:
    """What the goal assumes of the arguments of `f n`, or None where it assumes nothing."""
    letters = {n for a in call.args[1:] for n in names(a)}
    ranged = [
        Term("op", b.relation, (b.pattern, b.bound))
        for b in goal.binders
        if b.bound is not None and b.pattern.text in letters
    ]
    assumed = [h for h in goal.hypotheses if free_letters(h) & letters]
    conditions = list(dict.fromkeys([*ranged, *assumed]))
    return reduce(lambda a, b: Term("op", "∧", (a, b)), conditions) if conditions else None


def _explicit_side(goal: Goal) -> Finding | Miss:
    term = goal.conclusion
    variables = frozenset(
        b.pattern.text for b in goal.binders if b.pattern.kind == "ident" and _is_value(b.type)
    )
    if is_op(term, "="):
        return _equation(term, variables)
    if is_op(term, "∧"):
        return _conjunction(term)
    if is_op(term, "∨"):
        return _disjunction(term, variables)
    if is_op(term, "↔"):
        return _equivalence(term, variables)
    if is_op(term, *ORDER):
        return _bound(term)
    if is_op(term, "≡") and is_closed(term.args[1]):
        return _found("mod_remainder_eq", "value", term.args[1])
    if is_op(term, "∈") and is_closed(term.args[1]) and term.args[0].kind == "ident":
        return _found("set_membership", "range", term)
    return _applied(term, variables)


def _is_value(typed: Term | None) -> bool:
    """Whether a binder ranges over numbers rather than over proofs or functions."""
    if typed is None:
        return True
    return typed.kind == "ident" or (typed.kind == "app" and head(typed) in {"ZMod", "Fin"})


def _found(pattern: str, role: str, *terms: Term, subject: Term | None = None) -> Finding:
    text = " ∧ ".join(lean_text(t) for t in terms)
    return Finding(pattern, role, terms, text, "goal", subject, sure=False)


def _equation(term: Term, variables: frozenset[str]) -> Finding | Miss:
    left, right = term.args
    if is_closed(left) and not is_closed(right):
        return _from_left(left, right)
    if left.kind == "num" and is_closed(right) and not is_number(right):
        return _NOTHING
    if is_closed(right):
        if is_closed(left) and not is_number(right) and _size(right) > _size(left):
            return _NOTHING
        pattern, role, _ = shape(term, lambda node: node is right)
        if pattern == "eq_numeral" and not is_number(right):
            pattern = "eq_closed_expr"
        return _found(pattern, "set" if right.kind == "set" else role, right, subject=left)
    if _is_set(right) and left.kind in {"setof", "ident"}:
        return _found("set_equality", "set", right)
    return _parametric(left, right, variables)


def _is_set(term: Term) -> bool:
    if is_op(term, "∪", "∩", "\\"):
        return all(_is_set(a) for a in term.args)
    return term.kind in {"image", "set"} or is_closed(term)


def _from_left(left: Term, right: Term) -> Finding | Miss:
    """A numeral on the left is the answer only where the right is what is asked for by itself."""
    plain = right.kind == "ident" or last(head(right)) in {"card", "ncard", "encard"}
    if not plain:
        return _NOTHING
    return _found("eq_numeral_lhs", "value", left)


def _parametric(left: Term, right: Term, variables: frozenset[str]) -> Finding | Miss:
    if left.kind == "app" and left.args[0].kind == "ident" and _function_of(left, right, variables):
        return _found("pointwise_function_eq", "claim", Term("op", "=", (left, right)))
    if right.kind == "bind" and right.text == "fun" and left.kind in {"ident", "app"}:
        own = variables | {n for b in right.binders for n in names(b.pattern)}
        if is_closed(right.args[0], own):
            return _found("pointwise_function_eq", "function", right, subject=left)
    if is_closed(right, variables) and right.kind != "ident" and _size(right) <= _size(left):
        return _found("eq_param_expr", "expression", right)
    if left.kind == "ident" and is_closed(right, variables - {left.text}):
        return _found("eq_param_expr", "expression", right)
    return _NOTHING


def _function_of(left: Term, right: Term, variables: frozenset[str]) -> bool:
    """Whether `left = right` gives a function at its plain arguments, explicitly."""
    arguments = left.args[1:]
    plain = all(a.kind == "ident" for a in arguments)
    return plain and is_closed(right, variables | {a.text for a in arguments})


def _size(term: Term) -> int:
    return sum(1 for _ in walk(term))


def _conjunction(term: Term) -> Finding | Miss:
    parts = conjuncts(term)
    if all(is_op(p, "=") and is_closed(p.args[1]) and not is_closed(p.args[0]) for p in parts):
        return _found("conjunction_of_eq", "claim", term)
    if all(is_op(p, *ORDER) for p in parts) and len(parts) == 2 and _one_variable(parts):
        return _found("conjunction_of_bounds", "range", term)
    if all(head(p) in {"Even", "Odd"} and len(p.args) == 2 for p in parts):
        return _found("conjunction_mixed", "parity", term)
    if (extreme := _bound_and_attained(parts)) is not None:
        return extreme
    return _NOTHING


def _one_variable(parts: list[Term]) -> bool:
    """Whether order relations bound one and the same variable by explicit numbers."""
    middle = [[a for a in p.args if not is_closed(a)] for p in parts]
    return all(len(m) == 1 and m[0].kind == "ident" and m[0] == middle[0][0] for m in middle)


def _bound_and_attained(parts: list[Term]) -> Finding | None:
    """`(∀ x, f x ≤ v) ∧ ∃ x, f x = v`, in either order."""
    if len(parts) != 2 or {p.text for p in parts if p.kind == "bind"} != {"∀", "∃"}:
        return None
    bounds = parts[0] if parts[0].text == "∀" else parts[1]
    body = bounds.args[0]
    while is_op(body, "→") or (body.kind == "bind" and body.text == "∀"):
        body = body.args[-1]
    if not is_op(body, "≤", "≥"):
        return None
    low, high = body.args if body.text == "≤" else body.args[::-1]
    value, role = (high, "maximum") if is_closed(high) else (low, "minimum")
    if not is_closed(value) or is_closed(low) == is_closed(high):
        return None
    other = parts[1] if bounds is parts[0] else parts[0]
    attained = any(is_op(n, "=") and value in n.args for n in walk(other))
    return _found("bound_and_attained", role, value) if attained else None


def _disjunction(term: Term, variables: frozenset[str]) -> Finding | Miss:
    for part in disjuncts(term):
        for equation in conjuncts(part):
            if not is_op(equation, "=") or not is_closed(equation.args[1], variables):
                return _NOTHING
            if is_closed(equation.args[0]):
                return _NOTHING
    parts = disjuncts(term)
    if all(is_op(p, "=") and p.args[0] == parts[0].args[0] for p in parts) and is_closed(
        Term("tuple", "(", tuple(p.args[1] for p in parts))
    ):
        values = tuple(p.args[1] for p in parts)
        return Finding(
            "disjunction_of_eq", "either", values, lean_text(term), "goal", parts[0].args[0],
            sure=False,
        )  # fmt: skip
    return _found("disjunction_of_eq", "claim", term)


def _equivalence(term: Term, variables: frozenset[str]) -> Finding | Miss:
    left, right = term.args
    side = next((s for s in (right, left) if is_condition(s, variables)), None)
    if side is None or (is_condition(left, variables) and is_condition(right, variables)):
        return _NOTHING
    if is_op(side, "∈"):
        return _found("iff_membership", "condition", side)
    equations = all(is_op(p, "=") for d in disjuncts(side) for p in conjuncts(d))
    ordered = any(is_op(n, *ORDER) for n in walk(side))
    pattern = "iff_equation(s)" if equations else "iff_other"
    return _found("iff_interval/inequality" if ordered else pattern, "condition", side)


def is_condition(term: Term, variables: frozenset[str]) -> bool:
    """Whether a proposition is explicit: variables compared with numbers, parity, divisibility."""
    if is_op(term, "∧", "∨", "¬"):
        return all(is_condition(a, variables) for a in term.args)
    if is_op(term, "∈"):
        explicit = term.args[1].kind == "set" or last(head(term.args[1])) in INTERVALS
        return explicit and is_closed(term.args[1], variables) and not is_closed(term.args[0])
    if is_op(term, "=", "≠", *ORDER):
        left, right = term.args
        if is_op(left, "%") and left.args[0].kind == "ident":
            return is_closed(left.args[1]) and is_closed(right)
        if right.kind == "ident":
            left, right = right, left
        return left.kind in {"ident", "tuple"} and is_closed(right, variables - names(left))
    if is_op(term, "∣"):
        return is_closed(term.args[0]) and term.args[1].kind == "ident"
    parity = term.kind == "app" and last(head(term)) in {"Even", "Odd"}
    return parity and term.args[-1].kind == "ident"


def _bound(term: Term) -> Finding | Miss:
    if term.text in {"<", ">"}:
        return _NOTHING
    low, high = term.args if term.text == "≤" else term.args[::-1]
    if is_closed(low) == is_closed(high):
        return _NOTHING
    if is_closed(low):
        return _found("single_inequality_bound", "lower bound", low, subject=high)
    return _found("single_inequality_bound", "upper bound", high, subject=low)


def _applied(term: Term, variables: frozenset[str]) -> Finding | Miss:
    name = last(head(term)) if term.kind == "app" else ""
    if name in {"IsLeast", "IsGreatest", "IsGLB", "IsLUB"} and is_closed(term.args[-1], variables):
        pattern, role, _ = shape(term, lambda node: node is term.args[-1])
        return _found(pattern, role, term.args[-1])
    if name in {"Tendsto", "HasSum"} and (limit := _limit(term.args[-1])) is not None:
        if is_closed(limit, variables):
            return _found("Tendsto_limit", "limit" if name == "Tendsto" else "value", limit)
        return _NOTHING
    if term.kind == "bind" and term.text == "∃":
        return _witness(term, variables)
    return _polarity(term)


def _limit(filter_: Term) -> Term | None:
    if head(filter_) in {"𝓝", "nhds"} and len(filter_.args) == 2:
        return filter_.args[1]
    return filter_ if is_closed(filter_) else None


def _witness(term: Term, variables: frozenset[str]) -> Finding | Miss:
    """`∃ c, ∀ x, f x = c * x`: a function given up to constants."""
    constants = frozenset(b.pattern.text for b in term.binders if _is_value(b.type))
    body = term.args[0]
    while body.kind == "bind" and body.text == "∀":
        body = body.args[0]
    if is_op(body, "="):
        left, right = body.args
        if left.kind == "app" and left.args[0].kind == "ident" and right.kind != "num":
            if _function_of(left, right, variables | constants):
                return _found("exists_witness", "family", body, subject=term)
            return _NOTHING
    return _polarity(term)


def _polarity(term: Term) -> Finding | Miss:
    """Existence claims: what a yes-or-no question about existence is answered with."""
    negative = is_op(term, "¬")
    inner = term.args[0] if negative else term
    name = last(head(inner))
    if negative and inner.text == "∃!":
        return _NOTHING
    exists = inner.kind == "bind" and inner.text in {"∃", "∃!"}
    if not exists and name not in {"Infinite", "Finite", "Nonempty"}:
        return _NOTHING
    yes = (name != "Finite") != negative
    pattern = "negation" if negative else ("exists_witness" if exists else "predicate_other")
    mark = ident("True" if yes else "False")
    answer = "yes" if yes else "no"
    kind = "existence" if exists or name == "Nonempty" else name.lower()
    return Finding(pattern, kind, (mark,), answer, "goal", inner, sure=False)
