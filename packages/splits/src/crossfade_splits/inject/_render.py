"""A reduced Lean term as mathematics that a person reads: `2 * Real.sqrt 21` is 2√21.

Invariant: what has no plain reading raises `Unreadable`; no Lean syntax leaks into the text.

Out of scope: LaTeX; simplification.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_splits.inject._arithmetic import Arithmetic
from crossfade_splits.inject._collections import Collections
from crossfade_splits.inject._propositions import Propositions
from crossfade_splits.inject._speaker import Unreadable

if TYPE_CHECKING:
    from crossfade_splits.inject._terms import Term


class Renderer(Arithmetic, Collections, Propositions):
    """Renders terms in one language."""

    def math(self, term: Term, power: int = 0) -> str:
        """`term` as an expression, in parentheses where it binds looser than `power`."""
        match term.kind:
            case "op":
                return self.operator(term, power)
            case "app":
                return self.application(term, power)
            case "bind":
                return self.bound(term, power)
            case "if":
                text = self._cases(term)
                return f"({text})" if power else text
            case _:
                return self._closed(term)

    def _cases(self, term: Term) -> str:
        """A value by cases: "1 if n is odd, 2 if n = 4, and 0 otherwise"."""
        cases = []
        while term.kind == "if":
            condition, value, term = term.args
            cases.append(self.say("case", self.phrase(condition), self.math(value)))
        return self.say("cases", self.words["comma"].join(cases), self.math(term))

    def _closed(self, term: Term) -> str:
        """Terms that carry their own brackets or need none."""
        match term.kind:
            case "num":
                number = term.text
                return number.rstrip("0").rstrip(".") if number.endswith(".0") else number
            case "ident":
                return self.name(term)
            case "tuple":
                return f"({self.listed(term.args)})"
            case "set":
                return f"{{{self.listed(term.args)}}}" if term.args else "∅"
            case "list" | "matrix":
                return self.matrix(term)
            case "setof" | "image":
                return self.comprehension(term)
            case "fence":
                return self.fence(term)
            case _:
                raise Unreadable(term.kind)


__all__ = ["Renderer", "Unreadable"]
