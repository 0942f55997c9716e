"""The binder lists of Lean: `(x y : ℝ)`, `x ∈ s`, `n > 0`, `⟨a, b⟩`, `x in a..b`.

Invariant: a reader stops in front of the token that closes the list and never consumes it.

Out of scope: default values and `optParam` binders.
"""

from __future__ import annotations

from dataclasses import replace

from crossfade_splits.inject._stream import CLOSING, ParseError, Stream
from crossfade_splits.inject._terms import Binder, Term
from crossfade_splits.inject._vocabulary import words

_RANGES = words("∈ ∉ > < ≥ ≤ ≠ ⊆ ⊂ ∣ = ⊇")


class BinderReader(Stream):
    """The part of the parser that reads binders; terms come from the class that inherits it."""

    def term(self, rbp: int = 0) -> Term:
        """One term; see `Parser.term`."""
        raise NotImplementedError

    def binders(self, closing: tuple[str, ...]) -> tuple[Binder, ...]:
        """Binders up to one of `closing`."""
        found: list[Binder] = []
        while self.peek().text not in closing:
            start = self.at
            found += self._binder(closing)
            if self.at == start:
                raise ParseError(f"no binder starts with {self.peek().text!r}")
        return tuple(found)

    def _binder(self, closing: tuple[str, ...]) -> list[Binder]:
        token = self.peek()
        if token.text in {"(", "{", "[", "⦃"}:
            return self._group()
        patterns: list[Term] = []
        while self.peek().kind == "ident" or self.peek().text in {"_", "⟨"}:
            patterns.append(self._pattern())
        if not patterns:
            return []
        return self._annotate(patterns, closing)

    def _pattern(self) -> Term:
        token = self.next()
        if token.text == "⟨":
            return self._anonymous(token.start)
        return Term("ident", token.text, span=(token.start, token.end))

    def _anonymous(self, start: int) -> Term:
        items: list[Term] = []
        while not self.accept("⟩"):
            items.append(self._pattern())
            self.accept(",")
        return Term("tuple", "⟨", tuple(items), span=(start, self.tokens[self.at - 1].end))

    def _annotate(self, patterns: list[Term], closing: tuple[str, ...]) -> list[Binder]:
        if self.accept(":"):
            typed = self.term(26 if "↦" in closing else 0)
            if self.accept("in"):
                self.term(51)
            return [Binder(p, typed) for p in patterns]
        if self.accept("in"):
            return [Binder(p, None, "∈", self._range()) for p in patterns]
        if self.peek().text in _RANGES:
            relation = self.next().text
            bound = self._range()
            return [Binder(p, None, relation, bound) for p in patterns]
        return [Binder(p) for p in patterns]

    def _range(self) -> Term:
        bound = self.term(51)
        if self.accept(".."):
            upper = self.term(51)
            return Term("app", "", (Term("ident", "Set.Icc"), bound, upper))
        return bound

    def _group(self) -> list[Binder]:
        """A bracketed group: binders, an instance, or a pattern such as `(a, b)`."""
        opening = self.at
        token = self.next()
        close = {"(": ")", "{": "}", "[": "]", "⦃": "⦄"}[token.text]
        try:
            with self.context():
                found = self._inside_group(token.text, close)
        except ParseError:
            if token.text not in CLOSING:
                raise
            self.skip_bracket(opening)
            return [Binder(Term("ident", "_"))]
        if len(found) == 1 and found[0].pattern.kind == "tuple" and self.accept(":"):
            found = [Binder(found[0].pattern, self.term(26))]
        if self.accept("in"):
            # The filter of `∀ᶠ (n : ℕ) in atTop` or the domain of `∫ (x : ℝ) in a..b`.
            domain = self._range()
            found = [Binder(b.pattern, b.type, "∈", domain) for b in found]
        if token.text != "(":
            found = [replace(b, implicit=True) for b in found]
        return found

    def _inside_group(self, opening: str, close: str) -> list[Binder]:
        if opening == "[":
            if self.peek(1).text == ":":
                self.next(), self.next()
            typed = self.term()
            self.expect(close)
            return [Binder(Term("ident", "_"), typed)]
        found = self._binder((close,))
        if found and self.accept(close):
            return found
        # A destructuring pattern, `(a, b)` or `((a, b), c)`.
        items = [b.pattern for b in found]
        while self.accept(","):
            items += [b.pattern for b in self._binder((close, ","))]
        if self.accept(":"):
            typed = self.term()
            self.expect(close)
            return [Binder(Term("tuple", "(", tuple(items)), typed)]
        self.expect(close)
        return [Binder(Term("tuple", "(", tuple(items)))]
