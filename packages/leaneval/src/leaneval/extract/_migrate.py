"""References in notation that Mathlib has dropped, rewritten so that today's Mathlib reads them.

One rule: the binder of a finite sum or product was once written `∑ x in s, f x` and is now
`∑ x ∈ s, f x`; Mathlib had both for a while, for the same term, then dropped the first. 94 of
Gaokao-Formal's references use it and 14 of ProofNet#'s. Invariant: nothing but the word `in` of
such a binder changes, so `migrate` is idempotent, and text without one is returned as it is. Only
references are migrated: a candidate in the old notation does not compile, and that is its verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.lean import UnterminatedError, tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.lean import Token

MIGRATION = "1"
"""Version of the rule; the benchmarks' migrated texts are pinned by a test."""

_OPERATORS = frozenset("∑∏")
_OPEN, _CLOSE = frozenset("([{⟨"), frozenset(")]}⟩")
_ENDS = frozenset({",", ":=", "=>", "∈"})


def migrate(text: str) -> str:
    """`text` with `∑ x in s` and `∏ x in s` written `∑ x ∈ s` and `∏ x ∈ s`.

    Args:
        text: Trusted Lean text; one with an open comment or string is returned as it is, for
            whoever parses it to complain.
    """
    try:
        found = list(tokens(text))
    except UnterminatedError:
        return text
    pieces, end = [], 0
    for index, token in enumerate(found):
        if token.text in _OPERATORS and (word := _membership(found[index + 1 :])):
            pieces += [text[end : word.start], "∈"]
            end = word.end
    return "".join([*pieces, text[end:]])


def _membership(binder: Sequence[Token]) -> Token | None:
    """The `in` of the binder that starts here, outside all brackets; None if it has none."""
    depth = 0
    for token in binder:
        depth += (token.text in _OPEN) - (token.text in _CLOSE)
        if depth == 0 and token.text == "in":
            return token
        if depth < 0 or (depth == 0 and (token.text in _ENDS or token.text in _OPERATORS)):
            return None
    return None
