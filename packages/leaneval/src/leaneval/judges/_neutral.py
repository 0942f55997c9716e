"""A candidate as the judge is shown it: no comments, no words of its own.

Names are rewritten where they could speak to the judge: the theorem's, and every bound name longer
than three letters (short ones carry no sentence and make a statement readable). Invariants: the
renaming is injective, its new names occur nowhere else in the text and each binding is renamed over
its whole reach, so the statement means what it meant; a library name is renamed only inside the
reach of a binding of the same name. Pure and total. Out of scope: what the gate already refuses.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from leaneval.judges._binders import bindings
from leaneval.lean import Kind, UnterminatedError, strip_comments, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leaneval.judges._binders import Binding
    from leaneval.lean import Token
    from leaneval.types import Statement

NEUTRALISER = "1"
"""Changes whenever `neutral_text` could give another text: part of the judge's identity."""

_SHORT = 3
_LONG_PATTERN = 12
_INDEX = re.compile(r"[0-9'!?_₀-₉]+$")
_OPEN = re.compile(r"open( scoped)?( [A-Za-z][A-Za-z0-9]*(\.[A-Za-z][A-Za-z0-9]*)*)+")
_BLANKS = re.compile(r"[ \t\r\f\v]*\n\s*|[ \t\r\f\v]+")


@lru_cache(maxsize=1024)
def neutral_text(statement: Statement) -> str:
    """The statement as Lean text, neutralised."""
    universes = {name: f"u{number}" for number, name in enumerate(statement.universes, 1)}
    signature = _readable(statement.signature)
    found = tokens(signature)
    renamed = _rename(signature, found, bindings(found), universes)
    parameters = f".{{{', '.join(universes.values())}}}" if universes else ""
    opens = [line for line in statement.header.splitlines() if _OPEN.fullmatch(line.strip())]
    body = _BLANKS.sub(lambda blank: "\n" if "\n" in blank[0] else " ", renamed).strip()
    return "\n".join([*opens, f"theorem candidate{parameters} {body}"])


def _readable(text: str) -> str:
    """Without comments, and without what an unclosed comment or string swallows."""
    try:
        text = strip_comments(text)
        tokens(text)
    except UnterminatedError as error:
        return _readable(text[: error.start])
    return text


def _rename(
    text: str, found: Sequence[Token], bound: Iterable[Binding], universes: dict[str, str]
) -> str:
    telling = [binding for binding in bound if _telling(binding)]
    taken = {part for token in found for part in token.text.split(".")}
    names = _Names(taken | set(universes.values()))
    for binding in telling:
        names.new(binding.name, "h" if _is_hypothesis(binding) else "x")
    reach = _reach(telling, len(found))
    pieces, at = [], 0
    for index, token in enumerate(found):
        new = _new_text(found, index, names, reach, universes)
        pieces += [text[at : token.start], new]
        at = token.end
    return "".join([*pieces, text[at:]])


def _new_text(
    found: Sequence[Token],
    index: int,
    names: _Names,
    reach: dict[str, list[tuple[int, int]]],
    universes: dict[str, str],
) -> str:
    token = found[index]
    if token.kind is Kind.STRING:
        return f'"{names.new(token.text, "s")}"'
    if token.kind is not Kind.IDENT:
        return token.text
    before = found[index - 1] if index else None
    if before and before.kind is Kind.BACKTICK:
        return names.new(token.text, "x")
    root, dot, fields = _split(token.text)
    if root in universes and root not in reach:
        return universes[root] + dot + fields
    if before and before.text == "." and before.end == token.start:
        return token.text
    inside = any(first <= index < last for first, last in reach.get(root, ()))
    label = root in reach and not dot and _follows(found, index, ":=")
    if inside or label or "«" in token.text:
        return names.new(root, "x") + dot + ("" if "«" in fields else fields)
    return token.text


class _Names:
    """New names, each unlike every other name in the text."""

    def __init__(self, taken: set[str]) -> None:
        self._taken = taken
        self._given: dict[str, str] = {}

    def new(self, old: str, letter: str) -> str:
        """The new name of `old`, the same each time."""
        if old not in self._given:
            number = 1
            while f"{letter}{number}" in self._taken:
                number += 1
            self._given[old] = f"{letter}{number}"
            self._taken.add(self._given[old])
        return self._given[old]


def _split(name: str) -> tuple[str, str, str]:
    if name.startswith("«"):
        end = name.index("»") + 1
        return name[:end], name[end : end + 1], name[end + 1 :]
    return name.partition(".")


def _follows(found: Sequence[Token], index: int, text: str) -> bool:
    return index + 1 < len(found) and found[index + 1].text == text


def _telling(binding: Binding) -> bool:
    """Whether the name could say something."""
    stem = _INDEX.sub("", binding.name)
    if binding.pattern:
        return "«" in stem or "_" in stem or len(stem) > _LONG_PATTERN
    return "«" in stem or len(stem) > _SHORT


def _is_hypothesis(binding: Binding) -> bool:
    return binding.hypothesis or binding.name[0] in "hH"


def _reach(bound: Iterable[Binding], size: int) -> dict[str, list[tuple[int, int]]]:
    """The stretches of tokens over which each name is bound."""
    reach: dict[str, list[tuple[int, int]]] = {}
    for binding in bound:
        stretches = reach.setdefault(binding.name, [])
        if not any(first <= binding.first and binding.last <= last for first, last in stretches):
            stretches.append((binding.first, min(binding.last, size)))
    return reach
