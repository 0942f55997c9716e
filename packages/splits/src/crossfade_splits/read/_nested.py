"""Refuse prompts that are records in place of text.

Every column arrives as text, a nested value as its JSON. That a whole block of prompts is JSON
means that the column holds records (`{"text": ...}`, `[{"from": "human", ...}]`); trained on, they
would teach braces. Single prompts that are JSON pass: they may ask about it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crossfade_splits.errors import DataError

if TYPE_CHECKING:
    import polars as pl


def _is_record(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict | list)
    except (ValueError, RecursionError):
        return False


def refuse_records(prompts: pl.Series, whence: str) -> None:
    """Refuse a block of prompts of which every one is a JSON object or array.

    Raises:
        DataError: the message shows the first.
    """
    some = prompts.drop_nulls()
    if not len(some) or not some.str.contains(r"^\s*[\[{]").all():
        return
    if all(map(_is_record, some)):
        raise DataError(
            f"{whence}: a prompt must be text or messages with `role` and `content`, every row "
            f"holds a record, the first {some[0][:80]!r}; write its text into a column and name "
            "that with --prompt-column."
        )
