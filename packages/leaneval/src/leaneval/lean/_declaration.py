"""Where a declaration's statement ends and its proof begins.

The proof begins at the first `:=`, `where` or `| pattern =>` that belongs to the declaration
itself: not inside brackets, not the value of a `let` or `have` in the type, not an arm of a `match`
there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaneval.lean._lexer import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.lean._lexer import Token

BRACKETS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⦃": "⦄"}
"""Opening bracket -> closing bracket."""

_CLOSERS = frozenset(BRACKETS.values())
_WITH_VALUE = frozenset({"let", "have", "letI", "haveI", "let_fun"})
_SHAPING = _CLOSERS | _WITH_VALUE | frozenset(BRACKETS) | {":", ":=", "where", "match", "|"}
_ARM_EDGES = frozenset({"=>", "|", ":=", "fun", "λ"})


@dataclass(frozen=True, slots=True)
class Shape:
    """What can be said of a signature's tokens without parsing terms.

    Attributes:
        cut: Index of the token that begins the proof, or None.
        colon: Index of the `:` in front of the type, or None.
        astray: Index of a bracket that closes nothing, or `len(tokens)` where one stays open;
            None where all match.
        depth: Deepest nesting of brackets.
        unvalued: How many `let` and `have` outside brackets have no `:=`.
    """

    cut: int | None
    colon: int | None
    astray: int | None
    depth: int
    unvalued: int


@dataclass(frozen=True, slots=True)
class Declaration:
    """A declaration's parts; `name` is empty where it has none, `proof` None where it has none.

    Attributes:
        name: As written, dots and all.
        universes: Explicit universe parameters.
        signature: From after the name to before the proof.
        shape: Of the signature and proof tokens.
        proof: Offset in the text where the proof begins.
    """

    name: str
    universes: tuple[str, ...]
    signature: str
    shape: Shape
    proof: int | None


def _begins_arm(found: Sequence[Token], at: int) -> bool:
    """Whether the `|` at `at` begins `| pattern =>` rather than an absolute value."""
    depth = 0
    for index in range(at + 1, min(at + 200, len(found))):
        text = found[index].text
        if text in BRACKETS:
            depth += 1
        elif text in _CLOSERS:
            depth -= 1
        elif depth == 0 and text in _ARM_EDGES:
            return text == "=>"
        if depth < 0:
            return False
    return False


@dataclass(slots=True)
class _Outside:
    """What the tokens outside every bracket have said so far."""

    colon: int | None = None
    pending: int = 0
    arms: bool = False

    def begins_proof(self, found: Sequence[Token], at: int) -> bool:
        """Take in the token at `at`; whether the proof begins there."""
        text = found[at].text
        if text == ":":
            self.colon = at if self.colon is None else self.colon
        elif text in _WITH_VALUE:
            self.pending += 1
        elif text == "match":
            self.arms = True
        elif text == ":=":
            self.pending -= 1
            return self.pending < 0
        elif text == "|" and not self.arms and _begins_arm(found, at):
            of_proof = not self.pending and (at == 0 or found[at - 1].text not in ("fun", "λ"))
            self.arms, self.pending = True, max(self.pending - 1, 0)
            return of_proof
        return text == "where"


def shape(found: Sequence[Token]) -> Shape:
    """Read a declaration's tokens from after its name, up to where its proof begins."""
    closers: list[str] = []
    outside = _Outside()
    deepest = 0
    cut = astray = None
    for at, token in enumerate(found):
        text = token.text
        if text not in _SHAPING:
            continue
        if text in BRACKETS:
            closers.append(BRACKETS[text])
            deepest = max(deepest, len(closers))
        elif text in _CLOSERS:
            if not closers or closers.pop() != text:
                astray = at
                break
        elif not closers and outside.begins_proof(found, at):
            cut = at
            break
    if closers and astray is None:
        astray = len(found)
    return Shape(cut, outside.colon, astray, deepest, max(outside.pending, 0))


def _universes(found: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """The universe parameters that begin at `at` (`.{u, v}`), and the index after them."""
    if len(found) < at + 2 or found[at].text != "." or found[at + 1].text != "{":
        return (), at
    for index in range(at + 2, len(found)):
        if found[index].text == "}":
            inside = found[at + 2 : index]
            return tuple(token.text for token in inside if token.text != ","), index + 1
    return (), at


def split_declaration(body: Sequence[Token], text: str, *, named: bool = True) -> Declaration:
    """Take a declaration apart.

    Args:
        body: The tokens after `theorem`, to the end of the command.
        text: What they are tokens of; free of comments.
        named: False for `example`.
    """
    has_name = named and bool(body) and body[0].kind is Kind.IDENT
    universes, at = _universes(body, 1) if has_name else ((), 0)
    rest = body[at:]
    found = shape(rest)
    stop = len(rest) if found.cut is None else found.cut
    return Declaration(
        name=body[0].text if has_name else "",
        universes=universes,
        signature=text[rest[0].start : rest[stop - 1].end] if stop else "",
        shape=found,
        proof=None if found.cut is None else rest[found.cut].start,
    )
