"""Finds the answer that a target marks: a definition, an `answer(...)` term, an `answer` binder.

Invariant: a definition counts only if the statement uses it. A name that says "solution" or
"answer" is a mark by itself; any other definition must stand where an answer stands, and then the
problem's wording has to agree (`Finding.sure` is False).

Out of scope: answers that nothing marks (`_bare`).
"""

from __future__ import annotations

import re

from crossfade_splits.inject._bare import bare_answer, equation_value
from crossfade_splits.inject._finding import Finding, Miss
from crossfade_splits.inject._goal import Goal, read_goal
from crossfade_splits.inject._pattern import Marks, holds, shape
from crossfade_splits.inject._reduce import apply, reduce
from crossfade_splits.inject._source import Definition, LeanFile, Statement, fold
from crossfade_splits.inject._terms import Term, head, ident, names, substitute, walk

_STRONG = re.compile(r"sol(?:ution|n)?s?(?![a-z])|answer|(?:^|_)ans(?:$|_)", re.I)
_NAMED = re.compile(
    r"sol|answer|cond|case|equal|max|min|least|great|smallest|largest|exist|valid|possible|"
    r"construct|terminat|number|count|sum|value|good|win|determin|result|final",
    re.I,
)
_PREDICATES = re.compile(r"^(?:Problem|Is|Has|Good|Valid(?!Bounds))\w*$")
_PLAIN_ROLES = frozenset("minimum maximum infimum supremum set condition branch member".split())


def find_answer(file: LeanFile) -> Finding | Miss:
    """The answer of a file's statements, or why none can be told."""
    found: list[Finding] = []
    for statement in file.statements:
        goal = read_goal(statement, file.variables)
        result = (
            _answer_term(goal, file)
            or _answer_binder(goal, file)
            or _definition(file, statement, goal)
        )
        if isinstance(result, Miss):
            return result
        if result is not None:
            found.append(result)
    if not found:
        return bare_answer(read_goal(file.statements[-1], file.variables), file)
    return found[0] if len(found) == 1 else _together(found)


def _together(found: list[Finding]) -> Finding | Miss:
    """Several statements with answers of their own: one finding that lists them."""
    unique = list({f.answer: f for f in found}.values())
    if len(unique) == 1:
        return unique[0]
    if any(f.role == "truth" for f in unique):
        return Miss("several-answers")
    first = unique[0]
    return Finding(
        first.pattern,
        "several",
        tuple(t for f in unique for t in f.terms),
        "; ".join(f.answer for f in unique),
        first.carrier,
        sure=all(f.sure for f in unique),
    )


def _answer_term(goal: Goal, file: LeanFile) -> Finding | Miss | None:
    """`answer(v)`, as formal-conjectures writes it."""
    bound = {n for b in goal.binders for n in names(b.pattern)}
    if "answer" in file.definitions or "answer" in bound:
        return None

    def marked(node: Term) -> bool:
        return node.kind == "app" and node.args[0] == ident("answer")

    whole = [goal.conclusion, *goal.hypotheses]
    sites = [node for part in whole for node in walk(part) if marked(node)]
    if not sites:
        return None
    values = [site.args[1] for site in sites]
    if any("sorry" in names(value) for value in values):
        return Miss("answer-missing")
    if len(set(values)) > 1:
        return Miss("several-answers")
    value = reduce(_without_limit(values[0]))
    if not holds(goal.conclusion, marked):
        return Miss("unclear-answer")
    pattern, role, subject = shape(goal.conclusion, marked)
    text = file.source[value.span[0] : value.span[1]] if value.span[1] else ""
    return _finding(pattern, role, value, fold(text) or value.text, "answer-term", subject)


def _without_limit(value: Term) -> Term:
    """`nhds v` inside the mark is still the answer `v`."""
    return value.args[1] if head(value) in {"nhds", "𝓝"} and len(value.args) == 2 else value


def _answer_binder(goal: Goal, file: LeanFile) -> Finding | None:
    """`(answer : T) (h : ... answer ...) : answer = v`."""
    bound = {b.pattern.text for b in goal.binders if b.pattern.kind == "ident"}
    if "answer" not in bound:
        return None
    value = equation_value(goal.conclusion, ident("answer"))
    if value is None:
        return None
    typed = next((b.type for b in goal.binders if b.pattern == ident("answer")), None)
    text = fold(file.source[value.span[0] : value.span[1]]) if value.span[1] else ""
    pattern = "eq_numeral" if value.kind == "num" else "eq_closed_expr"
    role = "set" if value.kind in {"set", "setof", "image"} else "value"
    return Finding(pattern, role, (value,), text, "answer-binder", type=typed)


def _definition(file: LeanFile, statement: Statement, goal: Goal) -> Finding | Miss | None:
    used = names(statement.goal) | {n for b in statement.binders if b.type for n in names(b.type)}
    local = {n for b in statement.binders for n in names(b.pattern)}
    candidates = [d for d in file.definitions.values() if d.name in used - local]
    strong = [d for d in candidates if _STRONG.search(d.name)]
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
    return weak[0] if len(weak) == 1 else None


def _parts(found: list[Finding]) -> Finding | Miss:
    if any(f.role in {"truth", "branch", "condition"} for f in found):
        return Miss("several-answers")
    return _together(found)


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
    value = unfold(definition, file)
    if not strong and not _plausible(definition, value, role, pattern, conclusion, marked):
        return None
    if role == "equations" and subject is not None:
        return _equations(definition, value, subject, pattern, strong=strong)
    sites = {n for n in walk(conclusion) if marked(n) and n.kind in {"app", "ident"}}
    arguments = {n.args[1:] for n in sites if n.kind == "app"}
    if len(arguments) == 1 and _readable(next(iter(arguments))):
        value = apply(value, next(iter(arguments)))
    finding = _finding(
        pattern, role, value, definition.text, "definition", subject, definition.type
    )
    return finding if strong else _weaken(finding)


def _readable(arguments: tuple[Term, ...]) -> bool:
    """Whether arguments are names or tuples of names, so that putting them in reads well."""
    return all(n.kind in {"ident", "tuple"} for a in arguments for n in walk(a)) or all(
        a.kind == "ident" for a in arguments
    )


def _weaken(finding: Finding) -> Finding:
    from dataclasses import replace

    return replace(finding, sure=False)


def _in_hypothesis(
    definition: Definition, goal: Goal, file: LeanFile, marked: Marks
) -> Finding | None:
    """`(h : (m, n) = solution)`: the answer enters through a hypothesis."""
    if not any(holds(h, marked) for h in goal.hypotheses):
        return None
    value = unfold(definition, file)
    return _finding(
        "predicate_other", "value", value, definition.text, "definition", None, definition.type
    )


def unfold(definition: Definition, file: LeanFile) -> Term:
    """A definition's value as a function of its binders, other short definitions put in."""
    assert definition.value is not None
    value = definition.value
    short = {
        d.name: d.value
        for d in file.definitions.values()
        if d.value is not None and d is not definition and not d.binders and _short(d.value)
    }
    value = substitute(value, short)
    if definition.binders:
        value = Term("bind", "fun", (value,), definition.binders)
    return reduce(value)


def _short(value: Term) -> bool:
    return value.kind == "num" or sum(1 for _ in walk(value)) <= 3


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
    literal = value.kind == "num" or head(value) in {"True", "False", "true", "false"}
    if literal:
        return bool(_NAMED.search(definition.name)) or role in _PLAIN_ROLES or "eq_" in pattern
    if role in {"minimum", "maximum"}:
        return value.kind not in {"setof", "image"}
    if role == "condition" and not definition.binders and value.kind != "bind":
        return bool(_NAMED.search(definition.name))
    if role in {"set", "condition"}:
        return bool(_NAMED.search(definition.name)) and _lone_definition(conclusion, marked)
    return False


def _lone_definition(conclusion: Term, marked: Marks) -> bool:
    """Whether the mark stands on one side of an equivalence or equation only."""
    sites = [n for n in walk(conclusion) if marked(n)]
    return len(sites) <= 2


def _finding(
    pattern: str,
    role: str,
    value: Term,
    text: str,
    carrier: str,
    subject: Term | None = None,
    typed: Term | None = None,
) -> Finding:
    if value.kind == "bind" and value.text == "fun" and value.args[0].kind == "ident":
        constant = value.args[0].text
        if constant in {"True", "False"}:
            value = value.args[0]
    if head(value) in {"True", "true"} and value.kind == "ident":
        return Finding(pattern, _truth(role), (value,), "yes", carrier, subject, typed)
    if head(value) in {"False", "false"} and value.kind == "ident":
        return Finding(pattern, _truth(role), (value,), "no", carrier, subject, typed)
    if role in {"branch", "equations", "member"}:
        role = "value"
    return Finding(pattern, role, (value,), text, carrier, subject, typed)


def _truth(role: str) -> str:
    return "branch" if role == "branch" else "truth"
