"""Extraction as the study did it: the first fence, whole, compiled as it stands.

Invariant: nothing is checked or mended here beyond what the study's description says; the text
is hostile and goes into a file of its own. Out of scope: the study's prompts.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leaneval.extract._fence import fences
from leaneval.extract._rollout import encodable, read_declaration, without_preamble
from leaneval.lean import DECLARATIONS, UnterminatedError, commands, strip_comments, tokens

if TYPE_CHECKING:
    from leaneval.types import Statement

MAX_STUDY = 1_000_000
"""Characters of a file that is compiled under `study`; a longer one is no file."""

_IMPORT = re.compile(r"^[ \t]*import[ \t]", re.MULTILINE)


def study_source(rollout: str, preamble: str) -> str | None:
    """The file that `study` compiles, or None where the rollout has no fence.

    The first Lean fence counts (the first of any kind where none is marked); the preamble is put
    in front unless the text has imports of its own.
    """
    blocks = fences(rollout.replace("\r\n", "\n"))
    if not blocks:
        return None
    first = next((block for block in blocks if block.is_lean), blocks[0])
    text = encodable(first.content).strip()
    if not text or len(text) > MAX_STUDY:
        return None
    return text if _IMPORT.search(text) or not preamble else f"{preamble.rstrip()}\n\n{text}"


def study_statement(rollout: str, preamble: str) -> Statement | None:
    """The first declaration of `study_source`, for a formal judge; None where there is none."""
    source = study_source(rollout, preamble)
    if source is None:
        return None
    try:
        text = strip_comments(source)
        parts = commands(tokens(text), text)
    except UnterminatedError:
        return None
    place = next((i for i, part in enumerate(parts) if part.word in DECLARATIONS), None)
    if place is None:
        return None
    statement, _, _ = read_declaration(parts[: place + 1], place, text, source)
    return statement and without_preamble(statement, preamble)
