"""Answers that a definition before the theorem holds.

Invariant: a definition counts only if the statement uses it. A name that says "solution" or
"answer" is a mark by itself; any other definition must stand where an answer stands, and then the
problem's wording has to agree (`Finding.sure` is False).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crossfade_splits.inject._combine import make_finding, together
from crossfade_splits.inject._finding import Finding, Miss
from crossfade_splits.inject._known import is_closed, is_function, last
from crossfade_splits.inject._pattern import Marks, holds, shape
from crossfade_splits.inject._reduce import apply, reduce
from crossfade_splits.inject._terms import Term, head, ident, is_op, names, sized, substitute, walk
from crossfade_splits.inject._unparse import lean_text
from crossfade_splits.inject._vocabulary import words

if TYPE_CHECKING:
    from crossfade_splits.inject._goal import Goal
    from crossfade_splits.inject._source import Definition, LeanFile, Statement

_STRONG = re.compile(r"solution|answer|(?:^|_)(?:sols?|soln|ans)(?:_|\d|$)", re.I)
_NAMED = re.compile(
    r"sol|answer|cond|case|equal|max|min|least|great|smallest|largest|exist|valid|possible|"
    r"construct|terminat|number|count|sum|value|good|win|determin|result|final|larger|const",
    re.I,
)
_ASKED = re.compile(r"^(?:[Ii]s|[Hh]as|[Pp]roblem)(?:_|[A-Z])")
_PREDICATES = re.compile(r"^(?:Problem|Is|Has|Good|Valid(?!Bounds))\w*$")
_KNOWN_PREDICATES = words("Even Odd Prime IsSquare Irrational Coprime ModEq Set Fin")
_PLAIN_ROLES = words("""minimum maximum infimum supremum set condition branch member""")


def defined_answer(file: LeanFile, statement: Statement, goal: Goal) -> Finding | Miss | None:
    used = names(statement.goal) | {n for b in statement.binders if b.type for n in names(b.type)}
    local = {n for b in statement.binders for n in names(b.pattern)}
    candidates = [d for d in file.definitions.values() if d.name in used - local]
    strong = [d for d in candidates if _STRONG.search(d.name) and not _ASKED.match(last(d.name))]
    for definition in strong:
        if definition.missing:
            return Miss("answer-missing")
    found = [f for d in strong if (f := _by_definition(d, goal, file, strong=True))]
    if len(found) > 1:
        return _parts(found)
    if found:
        return found[0]
    if strong and any(d.value is None for d in strong):
        return Miss("answer-unreadable")
    weak = [f for d in candidates if (f := _by_definition(d, goal, file, strong=False))]
    truths = [f for f in weak if f.role == "truth"]
    if len(truths) == 1:
        return truths[0]
    return weak[0] if len(weak) == 1 else None


def _parts(found: list[Finding]) -> Finding | Miss:
    return Miss("several-answers") if found[0].role == "condition" else together(found)


def _by_definition(
    definition: Definition, goal: Goal, file: LeanFile, *, strong: bool
) -> Finding | None:
    def marked(node: Term) -> bool:
        return head(node) == definition.name or (
            node.kind == "field" and marked(node.args[0]) and node.text != "card"
        )

    if definition.value is None:
        return None
    conclusion = goal.conclusion
    if not holds(conclusion, marked):
        return _in_hypothesis(definition, goal, file, marked) if strong else None
    pattern, role, subject = shape(conclusion, marked)
    if role == "denied":
        return None
    value = unfold(definition, file)
    if role == "branch":
        return _branch(conclusion, value, marked, pattern)
    if not strong and not _plausible(definition, value, role, pattern, conclusion, marked):
        return None
    if role == "equations" and subject is not None:
        return _equations(definition, value, subject, pattern, strong=strong)
    value = apply(value, _arguments(conclusion, definition.name))
    if (at := _evaluated_at(conclusion, definition.name)) is not None:
        value = reduce(Term("app", "", (ident("evalAt"), value, at)))
    subject = _let_pattern(conclusion, definition.name) or subject
    finding = make_finding(
        pattern, role, value, definition.text, "definition", subject, definition.type
    )
    return finding if strong else _weaken(finding)


def _arguments(conclusion: Term, name: str) -> tuple[Term, ...]:
    """What a definition is applied to, if that is the same everywhere and reads well."""
    applied = {n.args[1:] for n in walk(conclusion) if n.kind == "app" and head(n) == name}
    heads = [n for n in walk(conclusion) if n.kind == "app" and head(n) == name]
    alone = sum(1 for n in walk(conclusion) if n == ident(name)) - len(heads)
    if len(applied) != 1 or alone:
        return ()
    arguments = next(iter(applied))
    return arguments if _readable(arguments) else ()


def _evaluated_at(conclusion: Term, name: str) -> Term | None:
    """The letter g in `solution.eval g`, where the answer is a polynomial in g."""
    sites = {
        n.args[1]
        for n in walk(conclusion)
        if head(n) == "eval" and len(n.args) == 3 and n.args[2] == ident(name)
    }
    at = next(iter(sites)) if len(sites) == 1 else None
    return at if at is not None and at.kind == "ident" else None


def _let_pattern(conclusion: Term, name: str) -> Term | None:
    """`(a, b)` in `let (a, b) := solution; ...`."""
    for node in walk(conclusion):
        if node.kind == "let" and node.args[1] == ident(name) and node.args[0].kind == "tuple":
            return node.args[0]
    return None


def _readable(arguments: tuple[Term, ...]) -> bool:
    """Whether arguments are arithmetic on names, so that putting them in reads well."""
    return all(
        n.kind in {"ident", "tuple", "num", "app"} or is_op(n, "+", "-", "*", "/", "^", "neg")
        for a in arguments
        for n in walk(a)
    )


def _branch(conclusion: Term, value: Term, marked: Marks, pattern: str) -> Finding | None:
    """`if first_is_larger then b < a else a < b`: the branch that the constant selects."""
    while value.kind == "bind" and value.text == "fun":
        value = value.args[0]
    chosen = {"true": 1, "True": 1, "false": 2, "False": 2}.get(head(value))
    node = next((n for n in walk(conclusion) if n.kind == "if" and marked(n.args[0])), None)
    if chosen is None or node is None:
        return None
    opposite = node.args[2] == Term("op", "¬", (node.args[1],))
    if opposite:
        return Finding(pattern, "truth", (value,), "yes" if chosen == 1 else "no", "definition")
    claim = node.args[chosen]
    return Finding(pattern, "claim", (claim,), lean_text(claim), "definition", sure=False)


def _weaken(finding: Finding) -> Finding:
    return replace(finding, sure=False)


def _in_hypothesis(
    definition: Definition, goal: Goal, file: LeanFile, marked: Marks
) -> Finding | None:
    """`(h : (m, n) = solution)`: the answer enters through a hypothesis."""
    holding = [h for h in goal.hypotheses if holds(h, marked)]
    if not holding:
        return None
    value, subject = unfold(definition, file), None
    if is_op(holding[0], "=") and marked(holding[0].args[1]):
        subject = holding[0].args[0]
    return make_finding(
        "predicate_other", "value", value, definition.text, "definition", subject, definition.type
    )


def unfold(definition: Definition, file: LeanFile) -> Term:
    """A definition's value as a function of its binders, other definitions without any put in."""
    assert definition.value is not None
    value = definition.value
    others = {
        d.name: d.value
        for d in file.definitions.values()
        if d.value is not None
        and d is not definition
        and not d.binders
        and (_only_names(value) or sum(1 for _ in walk(d.value)) <= 3)
    }
    for _ in range(3):
        value = sized(substitute(value, others))
    explicit = tuple(b for b in definition.binders if not b.implicit)
    if explicit:
        value = Term("bind", "fun", (value,), explicit)
    return reduce(value)


def _only_names(value: Term) -> bool:
    """Whether a value is put together from other definitions, `first ∪ second`."""
    return all(n.kind == "ident" or is_op(n, "∪", "∩", "\\") for n in walk(value))


def _equations(
    definition: Definition, value: Term, side: Term, pattern: str, *, strong: bool
) -> Finding:
    """`P ↔ a = sol.1 ∧ b = sol.2`: the equations with the answer put in."""
    claim = reduce(substitute(side, {definition.name: value}))
    if not strong or claim.kind != "op":
        return Finding(pattern, "value", (value,), definition.text, "definition")
    return Finding(pattern, "condition", (claim,), definition.text, "definition")


def _plausible(
    definition: Definition, value: Term, role: str, pattern: str, conclusion: Term, marked: Marks
) -> bool:
    """Whether a definition with an ordinary name stands where an answer stands."""
    if _PREDICATES.match(definition.name):
        return False
    body = value.args[0] if value.kind == "bind" and value.text == "fun" else value
    literal = value.kind == "num" or head(body) in {"True", "False", "true", "false"}
    if literal:
        return bool(_NAMED.search(definition.name)) or role in _PLAIN_ROLES or "eq_" in pattern
    if role in {"minimum", "maximum"}:
        return value.kind not in {"setof", "image"}
    if role == "set" and value.kind == "set" and pattern == "iff_membership":
        return _lone_definition(conclusion, marked)
    if role in {"set", "condition", "opposite"} and _lone_definition(conclusion, marked):
        return bool(_NAMED.search(definition.name)) and is_explicit(value)
    if role == "value" and pattern in {"eq_param_expr", "exists_witness"}:
        named = bool(_NAMED.search(definition.name)) and is_explicit(value)
        return named and _against_the_unknown(conclusion, marked)
    return False


def _against_the_unknown(conclusion: Term, marked: Marks) -> bool:
    """Whether the definition is equated with something that is not explicit itself."""
    for node in walk(conclusion):
        if is_op(node, "=") and any(marked(a) for a in node.args):
            other = next(a for a in node.args if not marked(a))
            return not is_closed(other)
    return False


def is_explicit(value: Term) -> bool:
    """Whether a condition or set speaks of numbers and known functions only."""
    bound = {n for t in walk(value) for b in t.binders for n in names(b.pattern)}
    for node in walk(value):
        name = head(node) if node.kind == "app" else ""
        known = is_function(name) or last(name) in _KNOWN_PREDICATES or name in bound
        if node.kind in {"opaque", "field"} or (name and not known):
            return False
    return True


def _lone_definition(conclusion: Term, marked: Marks) -> bool:
    """Whether the mark stands on one side of an equivalence or equation only."""
    sites = [n for n in walk(conclusion) if marked(n)]
    return len(sites) <= 2
