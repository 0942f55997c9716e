"""A cursor over tokens, with the two contexts that Lean's layout needs.

Invariant: `peek` never shows a token that the present layout forbids: inside a `let` value a new
line at or left of the `let` ends the value, as Lean's own column check does.

Out of scope: grammar; that is `_parser`.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crossfade_splits.inject._lexer import Token

if TYPE_CHECKING:
    from collections.abc import Iterator

CLOSING = {
    "(": ")", "[": "]", "{": "}", "⟨": "⟩", "![": "]", "!![": "]", "^[": "]", "⌊": "⌋", "⌈": "⌉",
    "⟪": "⟫", "⟦": "⟧", "«": "»",
}  # fmt: skip
_CLOSERS = frozenset(CLOSING.values()) | {"⌋₊", "⌉₊"}
_END = Token("end", "", 0, 0, 0, first=False, spaced=False)


class ParseError(ValueError):
    """The text is not a Lean term that this parser knows."""


class Stream:
    """Tokens with a position, a bar context (`set`, `abs`, `norm` or none) and a column limit."""

    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.bar = ""
        self.limit = -1

    def peek(self, ahead: int = 0) -> Token:
        """The token `ahead` of the present one, or an end mark."""
        index = self.at + ahead
        if index >= len(self.tokens):
            return _END
        token = self.tokens[index]
        if token.first and token.column <= self.limit:
            return _END
        return token

    def next(self) -> Token:
        """Takes the present token."""
        token = self.peek()
        if token.kind == "end":
            raise ParseError("the term ends too early")
        self.at += 1
        return token

    def accept(self, *texts: str) -> bool:
        """Takes the present token if it is one of `texts`."""
        token = self.peek()
        if token.kind != "end" and token.text in texts:
            self.at += 1
            return True
        return False

    def expect(self, *texts: str) -> Token:
        """Takes the present token, which must be one of `texts`."""
        token = self.next()
        if token.text not in texts:
            raise ParseError(f"expected {' or '.join(texts)}, found {token.text!r}")
        return token

    @contextmanager
    def context(self, bar: str = "", limit: int = -1) -> Iterator[None]:
        """Reads with another bar context and column limit."""
        old = self.bar, self.limit
        self.bar, self.limit = bar, limit
        try:
            yield
        finally:
            self.bar, self.limit = old

    def skip_bracket(self, opening: int) -> Token:
        """Moves past the bracket that opens at token index `opening`; returns its last token."""
        depth = 0
        for index in range(opening, len(self.tokens)):
            text = self.tokens[index].text
            depth += (text in CLOSING) - (text in _CLOSERS)
            if depth == 0:
                self.at = index + 1
                return self.tokens[index]
        raise ParseError("a bracket is never closed")

    def skip_to_stop(self) -> Token:
        """Moves to the end of the surrounding bracket or of the text; returns the last token."""
        last = self.tokens[max(self.at - 1, 0)]
        while (token := self.peek()).kind != "end":
            if token.text in CLOSING:
                last = self.skip_bracket(self.at)
                continue
            if token.text in _CLOSERS or token.text == ",":
                return last
            last = self.next()
        return last
