"""A Lean file to its declarations: definitions with their values, theorems with their statements.

Invariant: a declaration runs from a command word at the start of a line to the next one, which is
how Lean files are laid out; what is inside is read by the term parser, never by text search.

Out of scope: macros, `mutual` blocks, and the bodies of proofs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from crossfade_splits.inject._lexer import Token, blank_comments, tokenize
from crossfade_splits.inject._parser import Parser
from crossfade_splits.inject._stream import CLOSING, ParseError
from crossfade_splits.inject._terms import Binder, Term, names
from crossfade_splits.inject._vocabulary import words

_COMMANDS = words(
    """theorem lemma example def abbrev instance structure inductive class variable variables
    open namespace section end universe set_option attribute local macro notation syntax
    deriving public import axiom scoped infix infixl infixr prefix postfix elab noncomputable
    private protected partial unsafe opaque mutual meta problem determine snip"""
)
_START = re.compile(
    r"^(?:@\[[^\]\n]*\]\s*)?(?:" + "|".join(sorted(_COMMANDS)) + r"|#\w+|@\[)\b", re.M
)
_MODIFIERS = words("""noncomputable private protected partial unsafe public meta nonrec""")
_ANSWER_COMMENT = re.compile(r"[ \t]*(?:\n[ \t]*)?--[ \t]*(?P<value>[^\n]+)")


@dataclass(frozen=True, slots=True)
class Definition:
    """`def name binders : type := value`; the value is None where it is not a single term."""

    name: str
    binders: tuple[Binder, ...]
    type: Term | None
    value: Term | None
    text: str
    """The value as written, with blank space folded."""
    missing: bool
    """True where the value is `sorry`."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A theorem's name, binders and type."""

    word: str
    """`theorem`, `lemma`, `example` or `problem`."""
    name: str
    binders: tuple[Binder, ...]
    goal: Term


@dataclass(frozen=True, slots=True)
class LeanFile:
    """All that is read of a file, in its order."""

    definitions: dict[str, Definition]
    statements: tuple[Statement, ...]
    variables: tuple[Binder, ...]
    source: str


def fold(text: str) -> str:
    """`text` on one line with single spaces."""
    return re.sub(r"\s+", " ", text).strip()


def read_file(source: str) -> LeanFile:
    """The declarations of a Lean file; those that cannot be read are left out."""
    blank = blank_comments(source)
    starts = [m.start() for m in _START.finditer(blank)] or [0]
    definitions: dict[str, Definition] = {}
    statements: list[Statement] = []
    variables: list[Binder] = []
    for start, end in zip(starts, [*starts[1:], len(blank)], strict=True):
        tokens = _without_modifiers(tokenize(blank, start, end))
        word = tokens[0].text if tokens else ""
        try:
            if word in {"def", "abbrev", "determine"}:
                definition = _definition(tokens, blank, source, end)
                definitions[definition.name] = definition
            elif word in {"theorem", "lemma", "example", "problem"}:
                statements.append(_statement(tokens, blank))
            elif word == "variable":
                variables += Parser(tokens[1:], blank).binders(closing=("",))
        except ParseError:
            continue
    return LeanFile(definitions, tuple(statements), tuple(variables), source)


def _without_modifiers(tokens: list[Token]) -> list[Token]:
    at = 0
    while at < len(tokens):
        if tokens[at].text == "@" and at + 1 < len(tokens) and tokens[at + 1].text == "[":
            while at < len(tokens) and tokens[at].text != "]":
                at += 1
        elif tokens[at].text not in _MODIFIERS:
            break
        at += 1
    return tokens[at:]


def _open(tokens: list[Token], blank: str) -> tuple[Parser, str]:
    """A parser that stands behind a declaration's word and name, and the name."""
    parser = Parser(tokens, blank)
    parser.next()
    name = ""
    if parser.peek().kind == "ident":
        name = parser.next().text
        while parser.peek().kind == "field" or (name.endswith(".") and parser.peek()):
            name += parser.next().text
    if parser.accept("."):
        parser.skip_bracket(parser.at)
    return parser, name


def _binders(parser: Parser) -> tuple[Binder, ...]:
    return parser.binders(closing=(":", ":=", "|", "where", ""))


def _definition(tokens: list[Token], blank: str, source: str, end: int) -> Definition:
    parser, name = _open(tokens, blank)
    binders = _binders(parser)
    typed = parser.term() if parser.accept(":") else None
    if not parser.accept(":="):
        return Definition(name, binders, typed, None, "", missing=False)
    first, last = parser.peek(), tokens[-1]
    text = blank[first.start : last.end]
    value: Term | None = None
    if first.text == "sorry":
        after = _ANSWER_COMMENT.match(source, first.end, end)
        if after is None:
            return Definition(name, binders, typed, None, "sorry", missing=True)
        # PutnamBench ships each answer as a comment behind the `sorry`.
        text = after["value"]
        parser = Parser(tokenize(text), text)
    try:
        value = parser.term()
        whole = parser.at == len(parser.tokens)
    except ParseError:
        whole = False
    readable = value is not None and value.kind != "opaque"
    missing = "sorry" in (names(value) if value and readable else set(text.split()))
    return Definition(name, binders, typed, value if whole else None, fold(text), missing=missing)


def _statement(tokens: list[Token], blank: str) -> Statement:
    word = tokens[0].text
    parser, name = _open(tokens, blank)
    binders = _binders(parser)
    parser.expect(":")
    goal = parser.term()
    if parser.at < len(parser.tokens) and parser.peek().text != ":=":
        goal = _salvage(parser, goal)
    return Statement(word, name, binders, goal)


def _salvage(parser: Parser, goal: Term) -> Term:
    """A goal that stopped at unknown notation: opaque as a whole, so nothing is read into it."""
    start = goal.span[0]
    end = start
    while parser.at < len(parser.tokens) and parser.peek().text not in {":=", ""}:
        opening = parser.peek().text in CLOSING
        end = (parser.skip_bracket(parser.at) if opening else parser.next()).end
    return Term("opaque", parser.source[start:end], span=(start, end))
