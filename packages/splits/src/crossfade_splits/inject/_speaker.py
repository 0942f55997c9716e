"""What every part of the renderer shares: the language, the letters, the simplest terms.

Invariant: a name with no plain reading raises `Unreadable`; nothing of Lean's syntax leaks out.
"""

from __future__ import annotations

import re
from abc import abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crossfade_splits.inject._known import (
    CONSTANTS,
    PREDICATES,
    WORDED,
    is_constant,
    is_function,
    last,
)
from crossfade_splits.inject._terms import Term, is_op
from crossfade_splits.inject._vocabulary import words
from crossfade_splits.inject._words import WORDS

if TYPE_CHECKING:
    from crossfade_splits.inject._terms import Binder

RELATIONS = words("= ≠ < > ≤ ≥ ∈ ∉ ⊆ ⊂ ⊇")
TURNED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}
SUM, SIGNED, PRODUCT, POWER, ATOM = 65, 66, 70, 75, 100
"""How tightly a text binds; brackets go around what binds looser than its place."""
SET_NAMES = {
    "ℕ": "ℕ", "ℕ+": "ℕ⁺", "ℤ": "ℤ", "ℝ": "ℝ", "ℚ": "ℚ", "ℂ": "ℂ", "ℝ≥0": "[0, ∞)",
    "PNat": "ℕ⁺", "ℤˣ": "{-1, 1}", "ℝ+": "(0, ∞)", "ℚ+": "ℚ⁺", "Nat": "ℕ", "Real": "ℝ", "Int": "ℤ",
}  # fmt: skip
_NAMELESS = words("volume True False id n✝ _ · ?_ range Finset")
_INDEXED = re.compile(r"[^\W\d_][₀-₉]+$")


class Unreadable(ValueError):  # noqa: N818 - it describes a term, and no caller sees it
    """A term without a plain reading."""


@dataclass
class Speaker:
    """The settings of one rendering, and what needs no grammar."""

    language: str = "en"
    renamed: dict[str, str] = field(default_factory=dict)
    """Lean's letters to the problem's."""
    indexed: frozenset[str] = frozenset()
    """Letters whose argument the problem writes as an index."""
    universe: str = ""
    """What `Set.univ` is, where the answer's type tells."""

    def __post_init__(self) -> None:
        self.words = WORDS[self.language]

    @abstractmethod
    def math(self, term: Term, power: int = 0) -> str:
        """`term` as an expression, in parentheses where it binds looser than `power`."""

    @abstractmethod
    def phrase(self, term: Term) -> str:
        """A proposition as words."""

    @abstractmethod
    def predicate(self, term: Term, negation: str = "") -> str:
        """A named property in words, `negation` being empty or "not "."""

    @abstractmethod
    def ranges(self, binders: tuple[Binder, ...], *, plural: bool = False) -> str:
        """What is bound, in words: "integers n and k", "n ≥ 1"."""

    def say(self, key: str, *parts: str) -> str:
        """A phrase of this language."""
        return self.words[key].format(*parts)

    def listed(self, terms: tuple[Term, ...]) -> str:
        """Expressions with commas between."""
        return ", ".join(self.math(t, 1) for t in terms)

    def atomic(self, term: Term) -> str:
        """An expression in parentheses unless it is one number or letter."""
        text = self.math(term)
        return text if plain(text) else f"({text})"

    def name(self, term: Term) -> str:
        """A letter, a constant or a set of numbers."""
        name = term.text
        if last(name) == "univ" and self.universe:
            return self.universe
        if name in SET_NAMES:
            return SET_NAMES[name]
        if name == "∅":
            return "∅"
        if is_constant(term) or name in {"⊤", "X", "Polynomial.X"}:
            if last(name) in CONSTANTS:
                return self.renamed.get(last(name), CONSTANTS[last(name)])
            raise Unreadable(name)
        if is_function(name) and last(name) in WORDED:
            return WORDED[last(name)]
        known = is_function(name) or name in _NAMELESS or name in PREDICATES
        if known or "." in name or name.startswith("@"):
            raise Unreadable(name)
        return self.renamed.get(name, name)

    def call(self, term: Term) -> str:
        """A function of the problem's own, at its arguments."""
        function, args = self.math(term.args[0]), term.args[1:]
        if function in self.indexed and len(args) == 1:
            return f"{function}_{self.atomic(args[0])}"
        return f"{function}({self.listed(args)})"


def flat(term: Term, symbol: str) -> list[Term]:
    """The operands of nested uses of one operator."""
    if is_op(term, symbol):
        return [part for a in term.args for part in flat(a, symbol)]
    return [term]


def is_proposition(term: Term) -> bool:
    """Whether a term's root makes a proposition."""
    return term.kind == "op" and term.text in RELATIONS | set("∧∨¬∣∤↔→≡")


def plain(text: str) -> bool:
    """Whether a text is one number or one letter (with its index), so that it needs no brackets."""
    return text.isdecimal() or (len(text) == 1 and text.isalpha()) or bool(_INDEXED.match(text))
