"""The shape of a goal around an answer that a carrier marks.

Invariant: the pattern depends on the goal's operators alone, never on its text; names follow the
published list of how answers appear in Lean goals (`eq_numeral`, `IsLeast`, `set_equality` ...).

Out of scope: goals without a carrier (`_bare`).
"""

from __future__ import annotations

from collections.abc import Callable

from crossfade_splits.inject._goal import conjuncts, disjuncts
from crossfade_splits.inject._known import last
from crossfade_splits.inject._terms import Term, head, is_op, names, walk
from crossfade_splits.inject._vocabulary import words

Marks = Callable[[Term], bool]
ORDER = ("<", ">", "≤", "≥")
_EXTREMA = {"IsLeast": ("IsLeast", "minimum"), "IsGreatest": ("IsGreatest", "maximum"),
            "IsGLB": ("sSup/sInf_eq", "infimum"), "IsLUB": ("sSup/sInf_eq", "supremum"),
            "Minimal": ("IsLeast", "minimum"), "Maximal": ("IsGreatest", "maximum"),
            "IsMinOn": ("IsLeast", "value"), "IsMaxOn": ("IsGreatest", "value")}  # fmt: skip
_COUNTS = words(
    """card ncard encard Nat.card Fintype.card Set.ncard Set.encard Finset.card ENat.card
    Cardinal.mk"""
)  # fmt: skip
_LIMITS = frozenset(["sSup", "sInf", "iSup", "iInf", "limsup", "liminf"])


def holds(term: Term, marked: Marks) -> bool:
    """Whether a marked node stands anywhere in `term`."""
    return any(marked(node) for node in walk(term))


def shape(term: Term, marked: Marks) -> tuple[str, str, Term | None]:
    """Pattern, role and subject of the answer that `marked` recognises inside `term`."""
    parts = conjuncts(term)
    if len(parts) > 1:
        return _conjunction(parts, marked)
    name = last(head(term))
    if name in _EXTREMA and term.kind == "app":
        pattern, role = _EXTREMA[name]
        return pattern, role if marked(term.args[-1]) else "value", None
    if name in {"Tendsto", "HasSum", "tendsto"}:
        return "Tendsto_limit", "limit" if name == "Tendsto" else "value", None
    if is_op(term, "↔"):
        return _equivalence(term, marked)
    if is_op(term, "="):
        return _equation(term, marked)
    if is_op(term, *ORDER):
        return "single_inequality_bound", "value", None
    if is_op(term, "¬", "≠", "∉"):
        return "negation", "denied", None
    if is_op(term, "∈"):
        return "set_membership", "member" if marked(term.args[0]) else "set", term.args[0]
    return _other(term, marked)


def _other(term: Term, marked: Marks) -> tuple[str, str, Term | None]:
    if term.kind == "if":
        return "chained_bounds", "branch" if marked(term.args[0]) else "value", None
    if term.kind == "bind" and term.text in {"∃", "∃!"}:
        return "exists_witness", shape(term.args[0], marked)[1], None
    if term.kind == "bind" and term.text == "∀":
        pattern, role, subject = shape(term.args[0], marked)
        return ("pointwise_function_eq" if pattern.startswith("eq_") else pattern), role, subject
    if is_op(term, "→"):
        return shape(term.args[1], marked)
    if term.kind == "let" and marked(term.args[1]):
        letters = names(term.args[0])
        return shape(term.args[2], lambda node: node.kind == "ident" and node.text in letters)
    if is_op(term, "∨"):
        equal = all(is_op(part, "=") for part in disjuncts(term))
        return ("disjunction_of_eq" if equal else "disjunction_other"), "value", None
    if marked(term):
        return "predicate_other", "condition", None
    return "predicate_other", "value", None


def _conjunction(parts: list[Term], marked: Marks) -> tuple[str, str, Term | None]:
    with_answer = [part for part in parts if holds(part, marked)] or parts
    _, role, subject = shape(with_answer[0], marked)
    if all(is_op(part, "=") for part in parts):
        return "conjunction_of_eq", role, subject
    if all(is_op(part, *ORDER) for part in parts):
        return "conjunction_of_bounds", role, subject
    attained = any(p.kind == "bind" and p.text == "∃" for p in parts)
    bounded = any(p.kind == "bind" and p.text == "∀" for p in parts)
    if len(parts) == 2 and attained and bounded and len(with_answer) == 2:
        return "bound_and_attained", _direction(parts, marked) or role, subject
    return "conjunction_mixed", role, subject


def _direction(parts: list[Term], marked: Marks) -> str:
    """Maximum or minimum, by the side of the bound on which the answer stands."""
    bound = next(p for p in parts if p.kind == "bind" and p.text == "∀")
    for node in walk(bound.args[0]):
        if is_op(node, "≤", "≥") and any(marked(a) for a in node.args):
            upper = marked(node.args[1]) == (node.text == "≤")
            return "maximum" if upper else "minimum"
    return ""


def _equivalence(term: Term, marked: Marks) -> tuple[str, str, Term | None]:
    left, right = term.args
    side = left if holds(left, marked) and not marked(right) else right
    if marked(side):
        other = left if side is right else right
        return "iff_other", "opposite" if is_op(other, "¬") else "condition", None
    if is_op(side, "∈"):
        return "iff_membership", "set" if marked(side.args[1]) else "value", side.args[0]
    if all(is_op(p, "=") for p in conjuncts(side)):
        return "iff_equation(s)", "equations", side
    if any(is_op(p, *ORDER) for p in conjuncts(side)):
        return "iff_interval/inequality", "value", None
    return "iff_other", "value", None


def _equation(term: Term, marked: Marks) -> tuple[str, str, Term | None]:
    left, right = term.args
    site, other = (right, left) if marked(right) else (left, right)
    if not marked(site):
        return _indirect_equation(term)
    name = last(head(other))
    if name in {last(c) for c in _COUNTS}:
        return "cardinality_eq", "value", None
    if name in _LIMITS or (other.kind == "bind" and other.text in {"⨆", "⨅"}):
        return "sSup/sInf_eq", "value", None
    if other.kind in {"setof", "image", "set"}:
        return "set_equality", "set", other.args[0] if other.kind == "setof" else None
    if is_op(other, "%"):
        return "mod_remainder_eq", "value", None
    return "eq_param_expr" if site.kind == "app" else "eq_numeral", "value", other


def _indirect_equation(term: Term) -> tuple[str, str, Term | None]:
    """The answer is part of one side: the equation shows where it goes, not what it equals."""
    return "eq_param_expr", "value", term.args[0]
