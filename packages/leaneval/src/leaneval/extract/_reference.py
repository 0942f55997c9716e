"""Reading a reference: trusted Lean text whose last theorem is what the problem means.

Invariant: nothing is dropped but comments and the proof; all between the leading header and the
theorem is the statement's context, in order.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from leaneval.errors import DataError
from leaneval.extract._migrate import migrate
from leaneval.extract._rollout import ANONYMOUS, HEADER, header_line, tidy
from leaneval.lean import (
    DECLARATIONS,
    UnterminatedError,
    commands,
    split_declaration,
    strip_comments,
    tokens,
)
from leaneval.types import Statement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.lean import Command

# ProofNet# has a row in which the line break between an option and the theorem is lost.
_LOST_BREAK = re.compile(r"\b(true|false)(?=(?:theorem|lemma) )")


def parse_reference(text: str, header: str = "", *, migrated: bool = True) -> Statement:
    """The statement of a reference.

    Args:
        text: Lean text whose last theorem, lemma or example is the statement.
        header: Imports and opens, where the benchmark keeps them apart.
        migrated: Whether notation that Mathlib has dropped is written as it is now (`migrate`).
            What the reference was taken from, `source`, stays as published.

    Raises:
        DataError: There is no such declaration, or a comment or string is never closed.
    """
    source = f"{header.strip()}\n\n{text}".lstrip() if header.strip() else text
    clean = _LOST_BREAK.sub(r"\1\n", unicodedata.normalize("NFC", source.replace("\r\n", "\n")))
    try:
        clean = strip_comments(migrate(clean) if migrated else clean)
        parts = commands(tokens(clean), clean)
    except UnterminatedError as error:
        raise DataError(f"reference {_start(text)}: {error}. Close it.") from error
    places = [index for index, part in enumerate(parts) if part.word in DECLARATIONS]
    if not places:
        raise DataError(
            f"reference {_start(text)} declares no theorem, lemma or example. "
            "Give it one; its last is what the problem means."
        )
    return _statement(parts, places[-1], clean, source)


def _start(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def _statement(parts: Sequence[Command], place: int, clean: str, source: str) -> Statement:
    part = parts[place]
    found = split_declaration(part.body, clean, named=part.word != "example")
    if not found.signature:
        raise DataError(f"reference {_start(source)}: its last theorem has no type. Give it one.")
    leading = 0
    while leading < place and parts[leading].word in HEADER and not _tied(parts[leading]):
        leading += 1
    context = clean[parts[leading].start : part.start] if leading < place else ""
    return Statement(
        header="\n".join(header_line(p, clean) for p in parts[:leading]),
        name=found.name or ANONYMOUS,
        signature=tidy(found.signature),
        universes=found.universes,
        context=tidy(context),
        source=source,
    )


def _tied(part: Command) -> bool:
    """Whether the command holds for the next one only (`open X in`)."""
    return bool(part.body) and part.body[-1].text == "in"
