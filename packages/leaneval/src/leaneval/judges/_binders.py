"""Where a Lean signature binds names, and how far each binding reaches, read off its tokens.

Lean accepts a statement only if every free name in it exists in the library, so the bound names are
the one place where a candidate can write words of its own. Invariant: pure, total, linear but for
the nesting; a reach may be too wide (up to the enclosing bracket), never too narrow. Out of scope:
binders of notations that Mathlib does not have.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaneval.lean import BRACKETS, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leaneval.lean import Token

_QUANTIFIERS = frozenset("∀∃λΣΠ∑∏∐⋃⋂⨆⨅∫∮∯⨍⨁⨂")
_WORDS = frozenset(
    {"fun", "let", "have", "letI", "haveI", "let_fun", "for", "suffices"}
    | {"intro", "intros", "rintro", "obtain", "rcases"}
)
_KEYWORDS = frozenset(
    {"in", "with", "from", "then", "else", "do", "at", "by", "show", "if", "match"}
    | {"using", "rec", "mut"}
)
_COMPARISONS = frozenset({":", "|", "//", "∈", "∉", "⊆", "<", ">", "≤", "≥", "≠"})
_ARROWS = frozenset({"→", "->", "×"})
_PROPOSITIONAL = frozenset("=≠<>≤≥∣∤∧∨¬∀∃↔∈∉⊆⊂≡")


@dataclass(frozen=True, slots=True)
class Binding:
    """One bound name.

    Attributes:
        name: As written, without dots.
        first: Index of the first token that it reaches (the binder itself, mostly).
        last: Index just after the last one.
        hypothesis: Whether its type looks like a proposition.
        pattern: Bound by a `match` pattern, where it may be a constructor instead.
    """

    name: str
    first: int
    last: int
    hypothesis: bool = False
    pattern: bool = False


def bindings(tokens: Sequence[Token]) -> list[Binding]:
    """All bindings of a signature: binders, `:`, type."""
    return list(_Reader(tokens).read())


class _Reader:
    """The tokens, with the partner of every bracket and the end of every token's group."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._close: dict[int, int] = {}
        self._ends = [len(tokens)] * len(tokens)
        self._match()

    def read(self) -> Iterator[Binding]:
        yield from self._telescope()
        for index, token in enumerate(self._tokens):
            text = token.text
            if text in _QUANTIFIERS or text in _WORDS:
                yield from self._binders(self._after_decoration(index), self._ends[index])
            elif text == "|":
                yield from self._alternative(index)
            elif text in ("if", "match") and self._text(index + 2) == ":":
                yield from self._names(index + 1, index + 2, index + 1, self._ends[index])
            elif index in self._close:
                yield from self._bracket(index)

    def _match(self) -> None:
        stack: list[int] = []
        for index, token in enumerate(self._tokens):
            if stack and token.text == BRACKETS[self._tokens[stack[-1]].text]:
                self._close[stack.pop()] = index
            if token.text in BRACKETS:
                stack.append(index)
        enclosing = [len(self._tokens)]
        for index, token in enumerate(self._tokens):
            if len(enclosing) > 1 and index == enclosing[-1]:
                enclosing.pop()
            self._ends[index] = enclosing[-1]
            if token.text in BRACKETS and index in self._close:
                enclosing.append(self._close[index])

    def _text(self, index: int) -> str:
        return self._tokens[index].text if 0 <= index < len(self._tokens) else ""

    def _telescope(self) -> Iterator[Binding]:
        """The binders before the signature's own colon."""
        yield from self._binders(0, len(self._tokens))

    def _after_decoration(self, index: int) -> int:
        """Past what is glued to a quantifier: `∃!`, `∑'`, `∀ᶠ`, `∫⁻`."""
        at = index + 1
        while self._text(at) in tuple("!'ᶠᵐ⁻") and self._text(at):
            glued = self._tokens[at].start == self._tokens[at - 1].end
            if not glued:
                break
            at += 1
        return at + (self._text(at) in ("rec", "mut"))

    def _binders(self, at: int, last: int) -> Iterator[Binding]:
        """Names and bracketed groups in a row, each reaching to `last`."""
        while at < last:
            if at in self._close:
                yield from self._group(at, last)
                at = self._close[at] + 1
            elif self._is_name(at):
                yield from self._names(at, at + 1, at, last)
                at += 1
            else:
                return

    def _group(self, start: int, last: int) -> Iterator[Binding]:
        """A bracketed binder: `(a b : T)`, `{a}`, `[i : C]`, or a pattern `⟨a, b⟩`."""
        end = self._close[start]
        if self._text(start) == "⟨" or self._text(start + 1) == "⟨" or self._has_comma(start):
            yield from self._names(start + 1, end, start, last)
            return
        stop = start + 1
        while stop < end and self._is_name(stop):
            stop += 1
        if self._text(start) == "[" and self._text(stop) != ":":
            return
        kind = any(token.text in _PROPOSITIONAL for token in self._tokens[stop:end])
        yield from self._names(start + 1, stop, start, last, hypothesis=kind)

    def _has_comma(self, start: int) -> bool:
        return self._is_name(start + 1) and self._text(start + 2) == ","

    def _bracket(self, index: int) -> Iterator[Binding]:
        """Binders that begin with a bracket: a dependent arrow, a set or subtype."""
        end = self._close[index]
        if self._text(end + 1) in _ARROWS and self._colon_after_names(index):
            yield from self._group(index, self._ends[index])
        if self._text(index) != "{":
            return
        bar = next((i for i in range(index + 1, end) if self._bars(i, end)), None)
        if bar is None:
            return
        if self._is_name(index + 1) and self._text(index + 2) in _COMPARISONS:
            yield from self._names(index + 1, index + 2, index, end)
        elif index + 1 in self._close and self._close[index + 1] < bar:
            yield from self._names(index + 2, self._close[index + 1], index, end)
        at = bar + 1
        while at in self._close and at < end and self._colon_after_names(at):
            for found in self._group(at, end):
                yield Binding(found.name, index, end, found.hypothesis)
            at = self._close[at] + 1

    def _bars(self, index: int, end: int) -> bool:
        return self._ends[index] == end and self._text(index) in ("|", "//")

    def _colon_after_names(self, start: int) -> bool:
        at = start + 1
        while self._is_name(at):
            at += 1
        return at > start + 1 and self._text(at) == ":"

    def _alternative(self, index: int) -> Iterator[Binding]:
        """`| pattern => body`: the names of the pattern."""
        end = self._ends[index]
        for at in range(index + 1, end):
            if self._text(at) == "=>" and self._ends[at] == end:
                for found in self._names(index + 1, at, index, end):
                    yield Binding(found.name, found.first, found.last, pattern=True)
                return
            if self._text(at) == "|" and self._ends[at] == end:
                return

    def _names(
        self, start: int, stop: int, first: int, last: int, *, hypothesis: bool = False
    ) -> Iterator[Binding]:
        for at in range(start, stop):
            if self._is_name(at):
                yield Binding(self._text(at), first, last, hypothesis)

    def _is_name(self, index: int) -> bool:
        if not 0 <= index < len(self._tokens) or self._tokens[index].kind is not Kind.IDENT:
            return False
        text = self._tokens[index].text
        plain = "." not in text or text.startswith("«")
        return plain and text not in _KEYWORDS and text not in _WORDS
