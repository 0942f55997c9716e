"""Finding the Lean text in a model's answer: think blocks out, fences read, bare text trimmed.

Invariant: one pass over the marks, so a megabyte of them costs milliseconds.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_THINK = re.compile(r"<(/?)think(?:ing)?>", re.IGNORECASE)
_MARK = re.compile(r"(`{3,}|~{3,})[ \t]*(\{?\.?[A-Za-z][\w.+-]*)?")
_LEAN = re.compile(r"\{?\.?lean4?\}?", re.IGNORECASE)
_BARE = re.compile(
    r"^[ \t]*(?:import|open|set_option|universe|namespace|section|variable|@\[|/--"
    r"|(?:(?:private|protected|noncomputable|nonrec|unsafe|partial|local|scoped)[ \t]+)*"
    r"(?:theorem|lemma|example|def|abbrev|axiom|opaque|instance|structure|class|inductive"
    r"|notation|infix[lr]?|prefix|postfix|macro|macro_rules|syntax|elab))\b",
    re.MULTILINE,
)
_PARAGRAPH = re.compile(r"\n[ \t]*\n(?=[A-Z*#>])([^\n]*)")
_PROSE = re.compile(r"[ \t][a-z]+[ \t.,]")


class Fence(NamedTuple):
    """A fenced block: its language in lower case and its content."""

    language: str
    content: str

    @property
    def is_lean(self) -> bool:
        """Whether it is marked as Lean."""
        return _LEAN.fullmatch(self.language) is not None


def without_thoughts(text: str) -> str | None:
    """The text outside `<think>` blocks; None where one is never closed.

    A closing mark alone ends a block that the prompt's template opened.
    """
    parts: list[str] = []
    at, inside = 0, False
    for mark in _THINK.finditer(text):
        if mark[1]:
            if not inside:
                parts.clear()
            at, inside = mark.end(), False
        elif not inside:
            parts.append(text[at : mark.start()])
            inside = True
    return None if inside else "".join([*parts, text[at:]])


def fences(text: str) -> list[Fence]:
    """The fenced blocks, in order; one that is never closed reaches to the end.

    A mark with a language opens a block even inside another one (a model that forgot to close
    it); a mark without closes one of its own kind, wherever on the line it stands.
    """
    found: list[Fence] = []
    opened: tuple[str, str, int] | None = None
    for mark in _MARK.finditer(text):
        rune, language = mark[1], (mark[2] or "").lower()
        if opened is None:
            opened = (rune, language, mark.end())
        elif rune[0] == opened[0][0] and len(rune) >= len(opened[0]):
            found.append(Fence(opened[1], _content(text, opened[2], mark.start())))
            opened = (rune, language, mark.end()) if _LEAN.fullmatch(language) else None
    if opened is not None:
        found.append(Fence(opened[1], _content(text, opened[2], len(text))))
    return found


def _content(text: str, start: int, end: int) -> str:
    """A block's content; what else stands on its opening line is a title, not Lean."""
    line = text.find("\n", start, end)
    titled = line >= 0 and not _BARE.match(text[start:line])
    return text[line + 1 : end] if titled else text[start:end]


def bare(text: str) -> str | None:
    """Lean text that was written without a fence: from its first command to the next prose."""
    first = _BARE.search(text)
    if first is None:
        return None
    for paragraph in _PARAGRAPH.finditer(text, first.end()):
        line = paragraph[1]
        if ":" not in line and _PROSE.search(line):
            return text[first.start() : paragraph.start()]
    return text[first.start() :]
