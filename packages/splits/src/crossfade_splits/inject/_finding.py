"""What was found in a Lean target: the answer's terms, their role, and why there may be none.

Invariant: a `Finding` always has terms to render; a `Miss` says in one word why there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crossfade_splits.inject._terms import Term

TRUTHS = frozenset(["truth", "truths", "existence", "infinite", "finite"])
"""The roles of an answer that is yes or no."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An answer in a target.

    Roles: `value` (the answer is X), `minimum`, `maximum`, `infimum`, `supremum`, `limit`, `set`,
    `condition` (it holds iff X), `claim` (X itself is what has to be shown), `function`, `several`
    and `either` (a list of values); of unmarked goals also `lower bound`, `upper bound`, `range`,
    `parity`, `family` (a function up to constants), `expression`; and those in `TRUTHS`.
    """

    pattern: str
    """The shape of the goal around the answer, in the words of the pattern list."""
    role: str
    terms: tuple[Term, ...]
    answer: str
    """The answer as written in Lean, `yes` or `no`."""
    carrier: str
    """`definition`, `answer-term`, `answer-binder` or `goal`."""
    subject: Term | None = None
    """The element or function that a set or condition speaks of."""
    type: Term | None = None
    opposite: bool = False
    """True where the target marks the truth of a negation, `¬P ↔ answer`."""
    sure: bool = True
    """False where only the problem's wording can tell that this is the answer."""


@dataclass(frozen=True, slots=True)
class Miss:
    """No answer, and the reason's code."""

    reason: str
