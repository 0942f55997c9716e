"""Ids for rows that bring none, made of their content.

Rows alike in every field are told apart by a number (`-2`, `-3`, ...): which of them gets which
makes no difference, so the order of the rows makes none. A row takes eight bytes of memory.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from numpy.typing import NDArray


def _digest(row: tuple[object, ...]) -> bytes:
    text = json.dumps(row, ensure_ascii=False)  # another for every other row, of null and "" too
    return hashlib.blake2b(text.encode(), digest_size=10).digest()


def _holds(ordered: NDArray[np.uint64], keys: NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Whether each key is among the ordered ones."""
    at = np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)
    found: NDArray[np.bool_] = ordered[at] == keys
    return found


class ContentIds:
    """Gives ids, block by block."""

    def __init__(self) -> None:
        self._seen: list[NDArray[np.uint64]] = []
        self._times: dict[str, int] = {}

    def fill(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Give an id to every row of a block that has none."""
        bare = frame["id"].is_null()
        if not bare.any():
            return frame
        content = frame.filter(bare).drop("id")
        made = pl.Series(self._named([_digest(row) for row in content.iter_rows()]))
        return frame.with_columns(frame["id"].clone().scatter(bare.arg_true(), made))

    def _named(self, digests: list[bytes]) -> list[str]:
        keys = np.frombuffer(b"".join(d[:8] for d in digests), dtype=np.uint64)
        before = np.zeros(len(keys), dtype=bool)
        for block in self._seen:
            before |= _holds(block, keys)
        again = before | pl.Series(keys).is_duplicated().to_numpy()
        names = ["h" + digest.hex() for digest in digests]
        for at in np.flatnonzero(again).tolist():
            count = self._times.get(names[at], int(before[at])) + 1
            self._times[names[at]] = count
            if count > 1:
                names[at] += f"-{count}"
        self._seen.append(np.sort(keys))
        return names
