"""Lean 4 source text to tokens, by position.

Invariant: every token's `start:end` slices the text it was read from, and comments are replaced
by blanks of equal length beforehand, so positions always refer to the original file.

Out of scope: strings with escapes, user-defined notation and anything that needs elaboration.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crossfade_splits.inject._vocabulary import words

_COMMENT = re.compile(r"/-|-/|--[^\n]*|\n")

_SYMBOLS = sorted(
    words(
        """:= => -> <- <|> <| |>. |> ... .. ∃! ∃ᵉ ∀ᵉ ∀ᶠ ∃ᶠ ∀ᵐ ∑' ∏' ⁻¹' ⁻¹ '' ⌋₊ ⌉₊ != && ||
        !![ ![ ^[ ×ˢ ℝ≥0∞ ℝ≥0 ℕ+ ℝ+ ℚ+ ℤ+ ℝ⁺ ‼ <= >= /\\ \\/ ++ :: // ≥ ≤ 𝓝[>] 𝓝[<] 𝓝[≠] 𝓝[≥]
        𝓝[≤]"""
    ),
    key=lambda symbol: (-len(symbol), symbol),
)
_SYMBOL = re.compile("|".join(map(re.escape, _SYMBOLS)))
_QUOTED = r"«[^»\n]{0,200}»"
_IDENT = re.compile(
    rf"(?:{_QUOTED}|[^\W\d]|_)(?:{_QUOTED}|[^\W]|['₀-₉ₐ-ₜ])*(?:\.(?:{_QUOTED}|[^\W\d])(?:[^\W]|['₀-₉ₐ-ₜ])*)*[!?]?"
)
_FIELD = re.compile(r"\.(?:\d+|[^\W\d][\w'₀-₉]*)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_SPLIT_OFF = "ᶜᵀᴴ"
_RESERVED_LETTERS = frozenset("λΠΣ")
_BANG_NAMES = re.compile(r"(?:^|\.)(?:get\w*|head\w*|last\w*|find\w*|toNat|some|iget)!$")

KEYWORDS = words(
    """fun λ let have letI haveI if then else in by do match with show from at where forall
    exists suffices calc"""
)


@dataclass(frozen=True, slots=True)
class Token:
    """One lexeme: its kind (`ident`, `number`, `symbol`, `keyword`, `field`), text and place."""

    kind: str
    text: str
    start: int
    end: int
    column: int
    first: bool
    """True where it is the first token on its line."""
    spaced: bool
    """True where blank space stands before it."""


def blank_comments(source: str) -> str:
    """Replaces comments (nested block comments too) by blanks; line breaks stay."""
    out: list[str] = []
    depth, last = 0, 0
    for match in _COMMENT.finditer(source):
        piece, text = source[last : match.start()], match.group()
        out.append(piece if depth == 0 else " " * len(piece))
        last = match.end()
        if text == "\n":
            out.append("\n")
            continue
        if text == "/-":
            depth += 1
        elif text == "-/" and depth:
            depth -= 1
        elif text.startswith("--") and depth:
            # Inside a block comment a dash line may hold the closing mark.
            close = text.find("-/")
            if close >= 0:
                depth -= 1
                last = match.start() + close + 2
                out.append(" " * (close + 2))
                continue
        out.append(" " * len(text))
    tail = source[last:]
    out.append(tail if depth == 0 else re.sub(r"[^\n]", " ", tail))
    return "".join(out)


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Tokens of `text[start:end]`, a comment-free Lean source."""
    stop = len(text) if end is None else end
    line_start = text.rfind("\n", 0, start) + 1
    tokens: list[Token] = []
    first, spaced, at = True, True, start
    while at < stop:
        char = text[at]
        if char.isspace():
            if char == "\n":
                first, line_start = True, at + 1
            spaced, at = True, at + 1
            continue
        kind, length = _scan(text, at, stop, joined=not spaced, after=tokens)
        word = text[at : at + length]
        tokens.append(Token(kind, word, at, at + length, at - line_start, first, spaced))
        first, spaced, at = False, False, at + length
    return tokens


def _scan(text: str, at: int, stop: int, *, joined: bool, after: list[Token]) -> tuple[str, int]:
    char = text[at]
    if char == "." and joined and after and (field := _field(text, at)):
        return "field", field
    if char == "." and not joined and (field := _field(text, at)):
        return "ident", field
    if symbol := _SYMBOL.match(text, at, stop):
        return "symbol", symbol.end() - at
    if number := _NUMBER.match(text, at, stop):
        return "number", number.end() - at
    if char not in _SPLIT_OFF and (word := _IDENT.match(text, at, stop)):
        return _word(word.group())
    return "symbol", 1


def _field(text: str, at: int) -> int:
    match = _FIELD.match(text, at)
    return match.end() - at if match else 0


def _word(word: str) -> tuple[str, int]:
    if word[0] in _RESERVED_LETTERS:
        return ("keyword" if word[0] == "λ" else "symbol"), 1
    cut = next((i for i, c in enumerate(word) if c in _SPLIT_OFF and i), len(word))
    word = word[:cut]
    if word[-1] in "!?" and not _BANG_NAMES.search(word):
        word = word[:-1]
    return ("keyword" if word in KEYWORDS else "ident"), len(word)
