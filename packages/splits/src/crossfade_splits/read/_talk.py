"""Conversations as text: what the user asks in them, and what the assistant answers.

A column may hold messages (`[{"role": "user", "content": "..."}]`, as TRL and most chat data sets
do) in place of text. A value that is no conversation stays as it is. Out of scope: images and
other parts of messages that are not text, tool calls.
"""

from __future__ import annotations

import json
from typing import Any

import polars as pl

from crossfade_splits.errors import DataError


def _messages(text: str) -> list[dict[str, Any]] | None:
    """The messages of a conversation; None where the text is none."""
    try:
        talk = json.loads(text)
    except (ValueError, RecursionError):
        return None
    fits = all(isinstance(m, dict) and {"role", "content"} <= m.keys() for m in talk)
    return talk if fits else None


def _content(message: dict[str, Any]) -> str | None:
    """A message's text, its parts joined; None where it holds none."""
    content = message["content"]
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "".join(part for part in parts if isinstance(part, str)) or None
    return content if isinstance(content, str) else None


def said(texts: pl.Series, role: str, once: str | None = None) -> pl.Series:
    """Replace each conversation by the last message of a role, null where it has none.

    Args:
        texts: a column of text, some of it conversations as JSON.
        role: `user` or `assistant`.
        once: where the texts come from, to refuse conversations in which the role speaks twice.

    Raises:
        DataError: it does; the message shows the conversation.
    """
    talk = texts.str.contains(r"^\s*\[\s*\{") & texts.str.contains('"role"', literal=True)
    rows = talk.fill_null(value=False).arg_true()
    if not len(rows):
        return texts
    out: list[str | None] = []
    for text in texts.gather(rows):
        messages = _messages(text)
        heard = [m for m in messages or () if m["role"] == role]
        if once and len(heard) > 1:
            raise DataError(
                f"{once}: a conversation must hold one {role} message, got {len(heard)} in "
                f"{text[:80]!r}; cut it to one exchange or name a column of text."
            )
        out.append(text if messages is None else _content(heard[-1]) if heard else None)
    return texts.clone().scatter(rows, pl.Series(out, dtype=pl.String))
