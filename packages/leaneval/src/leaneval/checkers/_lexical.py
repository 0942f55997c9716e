"""The little reading of Lean text that assembly needs.

Invariant: reading is never what makes a claim compile. It decides what may share a file with
others, and where a whole file's proofs were left open. Out of scope: the gate, whose rules have
names of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leaneval.lean import COMMANDS, MODIFIERS, UnterminatedError, strip_comments, tokens

if TYPE_CHECKING:
    from collections.abc import Callable

    from leaneval.lean import Token

_WORD = re.compile(r"(?<![\w.'])[a-z_]\w*(?!')")
_COMMAND_WORDS = COMMANDS | MODIFIERS | {"sorry", "admit"}
_SUSPECT_MARKS = ('"', "#", "/-", "-/", "--", "@[", ":=")
_PLAIN_HEADER = re.compile(r"\s*(?:import|open|set_option|prelude)\b[\w\s.,'«»()]*")
_UNREADABLE = re.compile("[\ud800-\udfff\x00]")
_SORRY = re.compile(r"sorry")
_SEARCH_WORDS = {"by", "by_elab", "run_tac"}
_HEADER_LINE = re.compile(r"\s*(?:prelude|import\s.*)?")


def is_plain_header(header: str) -> bool:
    """Whether every line opens, imports or sets an option and does no more."""
    return all(_PLAIN_HEADER.fullmatch(line) for line in header.splitlines() if line.strip())


def is_suspect(signature: str) -> bool:
    """Whether a signature holds a token with which it could end itself and begin something else.

    Such a statement is checked in a file of its own. Honest ones that do (a `let`, an
    `open ... in`) lose nothing but the saving of a shared start-up.
    """
    if any(mark in signature for mark in _SUSPECT_MARKS):
        return True
    return not _COMMAND_WORDS.isdisjoint(_WORD.findall(signature))


def may_search(signature: str) -> bool:
    """Whether a signature holds a tactic block, which may look through the environment."""
    return not _SEARCH_WORDS.isdisjoint(_WORD.findall(signature))


def without_covered(text: str, covers: Callable[[str], bool]) -> str:
    """`text` with those of its first lines blank that the shared environment covers.

    Only lines of white space, comments and imports can stand before or between them.
    """
    lines = text.split("\n")
    try:
        visible = strip_comments(text).split("\n")
    except UnterminatedError:
        visible = lines
    for index, line in enumerate(visible):
        if not _HEADER_LINE.fullmatch(line):
            break
        if covers(line):
            # what is left of a comment there keeps its line
            lines[index] = lines[index].replace(line.strip(), "", 1)
    return "\n".join(lines)


def has_theorem(text: str) -> bool:
    """Whether `text` declares a theorem, as far as can be seen without Lean."""
    try:
        return any(token.text == "theorem" for token in tokens(text))
    except UnterminatedError:
        return False


def fill_open_proofs(text: str, term: str) -> str:
    """`text` with `:= sorry` and `:= by sorry` made `:= term`, any other `sorry` made `(term)`.

    Lines are kept. In comments the word is spoilt, so that none is left that Lean could read:
    without Init, Lean drops a declaration that holds one and says nothing.
    """
    try:
        words = tokens(text)
    except UnterminatedError:
        return _spoil(text)
    pieces: list[str] = []
    position = 0
    for index, token in enumerate(words):
        if token.text != "sorry":
            continue
        start = _open_proof(words, index)
        lines = text.count("\n", start, token.end)
        filling = f"({term})" if start == token.start else f":= {term}"
        pieces += [_spoil(text[position:start]), filling, "\n" * lines]
        position = token.end
    return "".join(pieces) + _spoil(text[position:])


def _open_proof(words: list[Token], index: int) -> int:
    """Where the open proof that ends in `words[index]` begins; that word's start if it is none."""
    before = [token.text for token in words[max(index - 2, 0) : index]]
    if before[-1:] == [":="]:
        return words[index - 1].start
    return words[index - 2].start if before == [":=", "by"] else words[index].start


def _spoil(text: str) -> str:
    return _SORRY.sub("s_rry", text)


def readable(text: str) -> str:
    """`text` with what Lean would not survive (NUL, lone surrogates) made a mark it refuses."""
    return _UNREADABLE.sub("\ufffd", text).replace("\r\n", "\n").replace("\r", "\n")
