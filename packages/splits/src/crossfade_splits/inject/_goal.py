"""A statement taken apart: what is bound, what is assumed, what is concluded.

Invariant: `conclusion` is the goal with every leading ∀, implication and `let` taken off, in
order; what was taken off is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crossfade_splits.inject._reduce import reduce
from crossfade_splits.inject._terms import Binder, Term, is_op

if TYPE_CHECKING:
    from crossfade_splits.inject._source import Statement


@dataclass(frozen=True, slots=True)
class Goal:
    """Binders and hypotheses in order, and the conclusion, reduced."""

    binders: tuple[Binder, ...]
    hypotheses: tuple[Term, ...]
    conclusion: Term


def read_goal(
    statement: Statement, variables: tuple[Binder, ...] = (), *, expand: bool = True
) -> Goal:
    """The parts of a statement; a binder whose type is a proposition is a hypothesis too.

    Args:
        statement: The theorem.
        variables: Binders declared by `variable` before it.
        expand: Whether leading `let` names are replaced by their values or stay as names.
    """
    binders = [*variables, *statement.binders]
    hypotheses: list[Term] = []
    term = reduce(statement.goal) if expand else statement.goal
    while True:
        if not expand and term.kind == "let" and term.args[0].kind == "ident":
            term = term.args[2]
            continue
        if term.kind == "bind" and term.text == "∀":
            binders += term.binders
            term = term.args[0]
        elif is_op(term, "→"):
            hypotheses.append(term.args[0])
            term = term.args[1]
        else:
            break
    hypotheses += [reduce(b.type) for b in binders if b.type is not None]
    return Goal(tuple(binders), tuple(map(reduce, hypotheses)), reduce(term))


def conjuncts(term: Term) -> list[Term]:
    """The parts of a conjunction, from left to right."""
    if is_op(term, "∧"):
        return conjuncts(term.args[0]) + conjuncts(term.args[1])
    return [term]


def disjuncts(term: Term) -> list[Term]:
    """The parts of a disjunction, from left to right."""
    if is_op(term, "∨"):
        return disjuncts(term.args[0]) + disjuncts(term.args[1])
    return [term]
