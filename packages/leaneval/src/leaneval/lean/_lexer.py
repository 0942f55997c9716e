"""The lexer: one compiled expression, the same one for comments and for tokens.

Invariant: token texts are substrings of the input at `start`, in order; between two tokens there
is only white space or a comment. Lean's own token table grows with its imports (`∑`, `≃[`), so
symbols are cut small here: what matters is where names, brackets, `:=`, comments and literals are.
"""

from __future__ import annotations

import re
from enum import IntEnum
from typing import NamedTuple

from leaneval.lean._words import HASH_COMMANDS


class Kind(IntEnum):
    """What a token is."""

    IDENT = 1
    NUMBER = 2
    SYMBOL = 3
    STRING = 4
    CHAR = 5
    BACKTICK = 6


class Token(NamedTuple):
    """A token: its kind, its text, and where it starts in the text it came from."""

    kind: Kind
    text: str
    start: int

    @property
    def end(self) -> int:
        """Offset just after the token."""
        return self.start + len(self.text)


class UnterminatedError(ValueError):
    """A comment or string is opened and never closed; what follows would be swallowed."""

    def __init__(self, what: str, start: int) -> None:
        super().__init__(what, start)
        self.what = what
        self.start = start

    def __str__(self) -> str:
        return f"the {self.what} opened at offset {self.start} is never closed"


# Lean.isLetterLike and Lean.isSubScriptAlnum, from src/Init/Meta/Defs.lean of Lean 4.
_LETTER = (
    "a-zA-Z_À-ÖØ-öø-ſ"
    "\u0391-\u039f\u03a1\u03a2\u03a4-\u03a9\u03b1-\u03ba\u03bc-\u03fb"
    "\u1f00-\u1ffe\u2100-\u214f\U0001d49c-\U0001d59f"
)
_REST = _LETTER + "0-9'!?\u2080-\u2089\u2090-\u209c\u1d62-\u1d6a\u2c7c"
_PART = rf"(?:[{_LETTER}][{_REST}]*|«[^«»\n]*»)"

# One match a token: blanks and line comments before it are part of the match. The groups are
# numbered as `Kind` is; 7 opens a block comment, none at all means that the text is at its end.
_MASTER = re.compile(
    r"(?:[ \t\r\n]+|--[^\n]*)*+(?:"
    rf"({_PART}(?:\.{_PART})*)"
    r"|(0[xX][0-9a-fA-F_]+|0[bB][01_]+|0[oO][0-7_]+"
    r"|[0-9][0-9_]*(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)"
    rf"|({'|'.join(HASH_COMMANDS)}|''|⁻¹'|:=|=>|//|\|\|\|?|<\||\|>\.?|->|<-|\.\.\.?"
    r"|(?!/-|[\"`]|'(?:[^'\\]|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.))').)"
    r'|("(?:[^"\\]|\\.)*+"|")'
    r"|('(?:[^'\\]|\\(?:x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.))')"
    r"|(`+)"
    r"|(/-[-!]?))?",
    re.DOTALL,
)
_BLOCK_EDGE = re.compile(r"/-|-/")
_KINDS = (None, *Kind)
_BLOCK = 7


def _end_of_block(text: str, start: int, inside: int) -> int:
    """Offset after the nested comment opened at `start`, whose body begins at `inside`."""
    depth = 1
    for edge in _BLOCK_EDGE.finditer(text, inside):
        depth += 1 if edge[0] == "/-" else -1
        if not depth:
            return edge.end()
    raise UnterminatedError("comment", start)


def tokens(text: str) -> list[Token]:
    """The tokens of a text, comments and white space left out.

    Raises:
        UnterminatedError: A block comment or a string literal is never closed.
    """
    found: list[Token] = []
    at: int | None = 0
    while at is not None:
        at = _read(text, at, found)
    return found


def _read(text: str, at: int, found: list[Token]) -> int | None:
    """Add the tokens from `at` on; the offset after the next block comment, or None at the end."""
    add, make = found.append, tuple.__new__
    for here in _MASTER.finditer(text, at):
        group = here.lastindex
        if group is None:
            break
        if group == _BLOCK:
            return _end_of_block(text, here.start(group), here.end())
        word = here[group]
        if word == '"':
            raise UnterminatedError("string", here.start(group))
        add(make(Token, (_KINDS[group], word, here.start(group))))
    return None


_COMMENT_OR_LITERAL = re.compile(
    rf"""--[^\n]*|/-[-!]?|//|"(?:[^"\\]|\\.)*+"?|«[^«»\n]*»|(?<![{_REST}])'\\?"'""",
    re.DOTALL,
)


def _blank(comment: str) -> str:
    """White space that leaves what follows a comment on the line and column it was on."""
    *lines, last = comment.split("\n")
    return "\n" * len(lines) + " " * (len(last) if lines else 1)


def strip_comments(text: str) -> str:
    """The text with each comment replaced by white space, line breaks kept; literals untouched.

    Raises:
        UnterminatedError: A block comment is never closed.
    """
    if "--" not in text and "/-" not in text:
        return text
    parts: list[str] = []
    at, kept = 0, 0
    while (here := _COMMENT_OR_LITERAL.search(text, at)) is not None:
        start, at = here.span()
        if here[0].startswith("/-"):
            at = _end_of_block(text, start, at)
        elif not here[0].startswith("--"):
            continue
        parts += text[kept:start], _blank(text[start:at])
        kept = at
    return "".join([*parts, text[kept:]])
