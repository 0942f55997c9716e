"""Refuse prompts that are records in place of text.

Every column arrives as text, a nested value as its JSON. That all prompts of an input are JSON
means that the column holds records (`{"text": ...}`, `[{"from": "human", ...}]`); trained on, they
would teach braces. Where some are and others are not, all pass: they may ask about it.
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


class Records:
    """Whether every prompt of one input is a JSON object or array, block by block."""

    def __init__(self) -> None:
        self._first: str | None = None
        self._text = False

    def see(self, prompts: pl.Series) -> None:
        """Look at a block, unless one before it held text."""
        some = prompts.drop_nulls()
        if self._text or not len(some):
            return
        looks = some.str.contains(r"^\s*[\[{]").all()
        self._text = not (looks and all(map(_is_record, some)))
        self._first = some[0] if self._first is None else self._first

    def refuse(self, whence: str) -> None:
        """Refuse an input that was seen to its end and held nothing but records.

        Raises:
            DataError: the message shows the first.
        """
        if self._first is not None and not self._text:
            raise DataError(
                f"{whence}: a prompt must be text or messages with `role` and `content`, every row "
                f"holds a record, the first {self._first[:80]!r}; write its text into a column and "
                "name that with --prompt-column."
            )
