"""What stands in brackets: tuples, sets, comprehensions, lists, matrices, floors and ceilings.

Invariant: a bracket whose inside is not understood becomes one `opaque` term, read to its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_splits.inject._binders import BinderReader
from crossfade_splits.inject._stream import CLOSING, ParseError
from crossfade_splits.inject._terms import Binder, Term
from crossfade_splits.inject._vocabulary import words

if TYPE_CHECKING:
    from crossfade_splits.inject._lexer import Token

RELATIONS = words("""= ≠ < > ≤ ≥ <= >= ∈ ∉ ∋ ∣ ∤ ⊆ ⊂ ⊇ ⊃ ≡ ≈ ∼ ~ ≃ ≅ ≪ ⟂ ∥ == != ⊑ ∝ ⊊ ⊢""")
_FENCES = {"⌊": ("⌋", "⌋₊"), "⌈": ("⌉", "⌉₊")}


class BracketReader(BinderReader):
    """The part of the parser that reads brackets; terms come from the class that inherits it."""

    def __init__(self, tokens: list[Token], source: str) -> None:
        super().__init__(tokens)
        self.source = source

    def bracket(self, token: Token) -> Term:
        """What follows an opening bracket that was just read."""
        opening = self.at - 1
        try:
            with self.context():
                return self._inside(token)
        except ParseError:
            self.skip_bracket(opening)
            return self.node("opaque", token.start)

    def _inside(self, token: Token) -> Term:
        if token.text in _FENCES:
            inner = self.term()
            close = self.expect(*_FENCES[token.text])
            return self.node("fence", token.start, token.text, (inner, Term("ident", close.text)))
        if token.text == "{":
            return self._braces(token)
        if token.text == "(":
            return self._parenthesis(token)
        rows = self._rows(CLOSING[token.text])
        kinds = {"⟨": "tuple", "[": "list", "![": "list", "!![": "matrix"}
        if token.text not in kinds:
            raise ParseError(f"unknown bracket {token.text!r}")
        return self.node(kinds[token.text], token.start, token.text, rows)

    def _parenthesis(self, token: Token) -> Term:
        if self.peek(1).text == ":=":
            self.next(), self.next()
            inner = self.term()
            self.expect(")")
            return self.node("typed", token.start, "named", (inner,))
        if self.accept(")"):
            return self.node("tuple", token.start)
        first = self.term()
        if self.accept(":"):
            if self.accept(")"):
                return first
            typed = self.term()
            self.expect(")")
            return self.node("typed", token.start, "", (first, typed))
        if self.accept(","):
            rows = self._rows(")")
            return self.node("tuple", token.start, "(", (first, *rows))
        self.expect(")")
        return first

    def _rows(self, close: str) -> tuple[Term, ...]:
        items: list[Term] = []
        while not self.accept(close):
            items.append(self.term())
            # A semicolon parts the rows of a matrix.
            if self.accept(";"):
                items.append(Term("ident", ";"))
            elif not self.accept(","):
                self.expect(close)
                break
        return tuple(items)

    def _braces(self, token: Token) -> Term:
        if self.accept("}"):
            return self.node("set", token.start)
        with self.context("set"):
            first = self.term()
            typed = self.term() if self.accept(":") else None
        if self.accept("|", "//"):
            return self._comprehension(token, first, typed)
        if typed is not None:
            raise ParseError("a type inside braces")
        items = [first]
        while self.accept(","):
            if self.peek().text == "}":
                break
            items.append(self.term())
        self.expect("}")
        return self.node("set", token.start, "", tuple(items))

    def _comprehension(self, token: Token, first: Term, typed: Term | None) -> Term:
        if typed is None and (binders := self._image_binders(first)) is not None:
            self.expect("}")
            return self.node("image", token.start, "", (first,), binders)
        body = self.term()
        self.expect("}")
        relation, bound, pattern = "", None, first
        if first.kind == "op" and first.text in RELATIONS and len(first.args) == 2:
            pattern, bound = first.args
            relation = first.text
        binder = Binder(pattern, typed, relation, bound)
        return self.node("setof", token.start, "", (pattern, body), (binder,))

    def _image_binders(self, value: Term) -> tuple[Binder, ...] | None:
        """The binders of `{f x | (x : ℝ)}`, or none where a predicate follows."""
        start = self.at
        try:
            binders = self.binders(closing=("}",))
        except ParseError:
            binders = ()
        ranged = any(b.bound is not None and b.relation != "=" for b in binders)
        typed = any(b.type is not None for b in binders)
        if self.peek().text == "}" and (typed or (ranged and value.kind != "ident")):
            return binders
        self.at = start
        return None

    def node(
        self,
        kind: str,
        start: int,
        text: str = "",
        args: tuple[Term, ...] = (),
        binders: tuple[Binder, ...] = (),
    ) -> Term:
        """A term that ends with the token read last."""
        end = self.tokens[self.at - 1].end
        if kind == "opaque" and not text:
            text = self.source[start:end]
        return Term(kind, text, args, binders, (start, end))
