"""Finds the answer that a target marks: a definition, an `answer(...)` term, an `answer` binder.

Invariant: what marks an answer for certain is looked at before what only may.

Out of scope: definitions (`_definition`) and answers that nothing marks (`_bare`).
"""

from __future__ import annotations

import re
from dataclasses import replace

from crossfade_splits.inject._bare import bare_answer, equation_value
from crossfade_splits.inject._combine import make_finding, together
from crossfade_splits.inject._definition import defined_answer
from crossfade_splits.inject._finding import TRUTHS, Finding, Miss
from crossfade_splits.inject._goal import Goal, disjuncts, read_goal
from crossfade_splits.inject._known import is_number
from crossfade_splits.inject._meant import meant
from crossfade_splits.inject._pattern import holds, shape
from crossfade_splits.inject._reduce import reduce
from crossfade_splits.inject._source import LeanFile, Statement, fold
from crossfade_splits.inject._terms import Term, head, ident, names, walk
from crossfade_splits.inject._types import value_type
from crossfade_splits.inject._unparse import lean_text

_CONJECTURED = re.compile(r"conjecture|erd[oő]s|problem|open|question", re.I)


def find_answer(file: LeanFile) -> Finding | Miss:
    """The answer of a file's statements, or why none can be told."""
    found: list[Finding] = []
    for statement in file.statements:
        result = _marked_answer(file, statement)
        if isinstance(result, Miss):
            return result
        if result is not None:
            found.append(result)
    if not found:
        return _unless_open(_unmarked_answer(file), file)
    sure = [f for f in found if f.sure] or found
    return sure[0] if len(sure) == 1 else together(sure)


def _unmarked_answer(file: LeanFile) -> Finding | Miss:
    """The answer that the main statement's shape shows; lemmas beside a theorem only help it."""
    main = [s for s in file.statements if s.word != "lemma"] or file.statements
    results = []
    for statement in main:
        goal = read_goal(statement, file.variables)
        results.append(_typed(bare_answer(goal), goal, statement))
    answers = {r.answer for r in results if isinstance(r, Finding)}
    return Miss("several-answers") if len(answers) > 1 else results[-1]


def _unless_open(found: Finding | Miss, file: LeanFile) -> Finding | Miss:
    """An unmarked existence claim, unless its name says that nobody has shown it."""
    claimed = isinstance(found, Finding) and found.role in TRUTHS
    conjectured = _CONJECTURED.search(file.statements[-1].name) or "research open" in file.source
    return Miss("unclear-answer") if claimed and conjectured else found


def _marked_answer(file: LeanFile, statement: Statement) -> Finding | Miss | None:
    """The marked answer of one statement; its `let` names are kept where they can be."""
    for expand in (False, True):
        goal = read_goal(statement, file.variables, expand=expand)
        result = (
            _answer_term(goal, file)
            or _answer_binder(goal, file)
            or defined_answer(file, statement, goal)
        )
        if result is not None:
            return _typed(result, goal, statement)
    return None


def _typed(found: Finding | Miss, goal: Goal, statement: Statement) -> Finding | Miss:
    """A finding with the type that the goal tells, where its carrier tells none."""
    if isinstance(found, Miss) or found.type is not None:
        return found
    return replace(found, type=value_type(goal, statement))


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
    if role == "denied":
        return Miss("unclear-answer")
    return make_finding(pattern, role, value, _source_text(file, value), "answer-term", subject)


def _source_text(file: LeanFile, value: Term) -> str:
    """A value as the file writes it, or written anew where the file's text is not whole."""
    text = fold(file.source[value.span[0] : value.span[1]])
    whole = all(text.count(a) == text.count(b) for a, b in ("()", "{}", "[]", "⟨⟩"))
    return text if text and whole and "@" not in text else lean_text(value)


def _without_limit(value: Term) -> Term:
    """`nhds v` inside the mark is still the answer `v`."""
    return value.args[1] if head(value) in {"nhds", "𝓝"} and len(value.args) == 2 else value


def _answer_binder(goal: Goal, file: LeanFile) -> Finding | None:
    """`(answer : T) (h : ... answer ...) : answer = v`."""
    bound = {b.pattern.text for b in goal.binders if b.pattern.kind == "ident"}
    if "answer" not in bound:
        return None
    options = [equation_value(p, ident("answer")) for p in disjuncts(goal.conclusion)]
    values = tuple(v for v in options if v is not None)
    if not values or len(values) != len(options):
        return None
    if len(values) > 1:
        text = lean_text(goal.conclusion)
        return Finding("disjunction_of_eq", "either", values, text, "answer-binder")
    value = values[0]
    typed = next((b.type for b in goal.binders if b.pattern == ident("answer")), None)
    text = _source_text(file, value)
    pattern = "eq_numeral" if is_number(value) else "eq_closed_expr"
    value = meant(value, goal)
    role = "set" if value.kind in {"set", "setof", "image"} else "value"
    return Finding(pattern, role, (value,), text, "answer-binder", type=typed)
