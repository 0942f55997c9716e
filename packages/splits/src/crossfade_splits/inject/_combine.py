"""Findings made from a value, and several findings made one.

Invariant: what one sentence cannot carry is a `Miss`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crossfade_splits.inject._finding import Finding, Miss
from crossfade_splits.inject._known import is_number

if TYPE_CHECKING:
    from crossfade_splits.inject._terms import Term


def together(found: list[Finding]) -> Finding | Miss:
    """Several statements with answers of their own: one finding that lists them."""
    if all(f.role == "truth" for f in found):
        return truths(found)
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


def truths(found: list[Finding]) -> Finding:
    """One yes or no for each statement."""
    return replace(
        found[0],
        role="truths",
        terms=tuple(f.terms[0] for f in found),
        answer="; ".join(f.answer for f in found),
    )


def make_finding(
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
    if value.kind == "ident" and value.text.lower() in {"true", "false"}:
        text = "yes" if value.text.lower() == "true" else "no"
        opposite = role == "opposite"
        return Finding(pattern, "truth", (value,), text, carrier, subject, typed, opposite=opposite)
    if role == "opposite":
        role = "condition"
    if role in {"equations", "member"}:
        role = "value"
    if value.kind == "tuple" and all(a.text in {"True", "False"} for a in value.args):
        return Finding(pattern, "truths", value.args, text, carrier)
    if pattern == "eq_numeral" and not is_number(value):
        pattern = "eq_closed_expr"
    return Finding(pattern, role, (value,), text, carrier, subject, typed)
