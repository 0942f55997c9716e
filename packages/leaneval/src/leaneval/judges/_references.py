"""A problem's references as a formal judge asks about them, each with what to call it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.extract import parse_reference

if TYPE_CHECKING:
    from leaneval.types import Problem, Statement


def named_references(problem: Problem) -> list[tuple[str, Statement]]:
    """(name, statement) of every reference, the first one first.

    Raises:
        DataError: One of them holds no theorem.
    """
    return [
        (
            "the reference" if number == 0 else f"alternative reference {number}",
            parse_reference(text, problem.header),
        )
        for number, text in enumerate((problem.reference, *problem.references))
    ]
