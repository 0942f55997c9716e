"""Lean text as a list of theorems, and the theorem that a whole text is.

Invariant: nothing between theorems is lost. A command that is not a theorem goes in front of every
theorem that follows it, where the gate sees it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leaneval.extract._rollout import ANONYMOUS, read_declaration, without_preamble
from leaneval.lean import (
    DECLARATIONS,
    UnterminatedError,
    commands,
    split_declaration,
    strip_comments,
    tokens,
)

if TYPE_CHECKING:
    from leaneval.lean import Command
    from leaneval.types import Statement

OPEN_PROOF = re.compile(r":=\s*(?:by\s+)?sorry\s*")
"""A proof that was left open."""


def theorems(text: str) -> list[tuple[str, str]]:
    """The theorems of a Lean file: name, and Lean text with the commands that come before it.

    A text that cannot be read (an unterminated comment) is one theorem without a name, for
    `extract` to say what is wrong.
    """
    try:
        bare = strip_comments(text)
        parts = commands(tokens(bare), bare)
    except UnterminatedError:
        return [(ANONYMOUS, text)]
    found, ahead = [], ""
    for part in parts:
        source = bare[part.start : part.end]
        if part.word in DECLARATIONS:
            found.append((_name(part, bare), f"{ahead}{source}\n"))
        else:
            ahead += f"{source}\n"
    return found


def _name(part: Command, text: str) -> str:
    named = part.word != "example"
    return split_declaration(part.body, text, named=named).name or ANONYMOUS


def open_theorem(source: str, preamble: str) -> Statement | None:
    """The statement that a whole text asks about, if it is one `theorem` and its proof is `sorry`.

    Then to compile the text is to elaborate the statement. Anything else (a proof that was tried,
    a second command, attributes, the word `lemma`, which only Mathlib knows) has to be compiled as
    it stands, and is None here.
    """
    try:
        bare = strip_comments(source)
        parts = commands(tokens(bare), bare)
    except UnterminatedError:
        return None
    if [part.word for part in parts if part.word in DECLARATIONS] != ["theorem"]:
        return None
    last = parts[-1]
    proof = split_declaration(last.body, bare).proof if last.word == "theorem" else None
    if proof is None or last.lead or not OPEN_PROOF.fullmatch(bare[proof : last.end]):
        return None
    statement, _, _ = read_declaration(parts, len(parts) - 1, bare, source)
    return statement and without_preamble(statement, preamble)


def is_open_theorem(source: str, statement: Statement) -> bool:
    """Whether `source`, out of which `extract` took `statement`, is plainly an open theorem.

    A cheap yes for the common text, which begins with `theorem` and where nothing stands between
    the statement and `:= by sorry`; a no says nothing.
    """
    proof = OPEN_PROOF.search(source)
    return (
        proof is not None
        and proof.end() == len(source)
        and source.startswith("theorem ")
        and not statement.header
        and source[: proof.start()].rstrip().endswith(statement.signature)
    )
