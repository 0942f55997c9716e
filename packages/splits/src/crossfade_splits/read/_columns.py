"""What columns a file has, for the message that misses one. A file without rows has none."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import polars as pl

from crossfade_splits.read._jsonl import is_array

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def first_columns(files: Sequence[Path] | None) -> list[str]:
    """The columns of the first file; of JSONL and of a .json array those of its first row.

    Args:
        files: of a pool; none for a hub data set, whose columns are not asked for.
    """
    if not files:
        return []
    if files[0].name.endswith(".parquet"):
        return list(pl.read_parquet_schema(files[0]))
    if is_array(files[0]):
        return _first_object(files[0].read_text(encoding="utf-8-sig"))
    with gzip.open(files[0]) if files[0].suffix == ".gz" else files[0].open("rb") as lines:
        row = next((line for line in lines if line.strip()), b"{}").decode("utf-8-sig")
    return _first_object(row)


def _first_object(text: str) -> list[str]:
    """The keys of the first object in some JSON; none where there is none."""
    try:
        found, _ = json.JSONDecoder().raw_decode(text, text.index("{"))
    except (ValueError, RecursionError):
        return []
    return list(found)
