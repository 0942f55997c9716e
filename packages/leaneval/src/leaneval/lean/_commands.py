"""Cutting a file into its commands.

Lean recovers from any error at the next command word, whatever brackets are open; so does this.
A command reaches to the next one, so the last tokens of a declaration are its proof.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaneval.lean._words import MODIFIERS, STARTERS, command_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.lean._lexer import Token


@dataclass(frozen=True, slots=True)
class Command:
    """One command of a file.

    Attributes:
        word: What it begins with after its lead: `theorem`, `open`, `#eval`; empty for text that
            is no command at all.
        lead: Attributes and modifiers in front of the word.
        body: The tokens after the word.
        start: Offset where the lead begins.
        end: Offset after the last token.
    """

    word: str
    lead: tuple[Token, ...]
    body: tuple[Token, ...]
    start: int
    end: int


def _after_attribute(found: Sequence[Token], at: int) -> int:
    """Index after the `]` that closes the `@[` at `at`."""
    depth = 0
    for index in range(at + 1, len(found)):
        depth += {"[": 1, "]": -1}.get(found[index].text, 0)
        if not depth:
            return index + 1
    return len(found)


def _is_attribute(found: Sequence[Token], at: int) -> bool:
    here = found[at]
    return (
        here.text == "@"
        and at + 1 < len(found)
        and found[at + 1].text == "["
        and found[at + 1].start == here.end
    )


def _starts(found: Sequence[Token], text: str) -> list[tuple[int, int]]:
    """(index of the lead, index of the word) of every command."""
    starts: list[tuple[int, int]] = []
    at, size = 0, len(found)
    while at < size:
        if found[at].text not in STARTERS:
            at += 1
            continue
        lead = at
        while at < size:
            if _is_attribute(found, at):
                at = _after_attribute(found, at)
            elif found[at].text in MODIFIERS and command_word(found[at], text):
                at += 1
            else:
                break
        if at < size and command_word(found[at], text):
            starts.append((lead, at))
            after_open = found[at].text == "open" and at + 1 < size
            at += 2 if after_open and found[at + 1].text == "scoped" else 1
        elif lead < at:
            starts.append((lead, at))
        else:
            at += 1
    return starts


def commands(found: Sequence[Token], text: str) -> list[Command]:
    """The commands of a file, in order.

    Args:
        found: `tokens(text)`.
        text: The file.
    """
    if not found:
        return []
    starts = _starts(found, text)
    if not starts or starts[0][0] > 0:
        starts.insert(0, (0, -1))
    made: list[Command] = []
    for (lead, word), (following, _) in zip(starts, [*starts[1:], (len(found), 0)], strict=True):
        known = 0 <= word < following and command_word(found[word], text) is not None
        made.append(
            Command(
                word=found[word].text if known else "",
                lead=tuple(found[lead:word]) if word >= 0 else (),
                body=tuple(found[word + 1 if known else max(word, 0) : following]),
                start=found[lead].start,
                end=found[following - 1].end,
            )
        )
    return made
