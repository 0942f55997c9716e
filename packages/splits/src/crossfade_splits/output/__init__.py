"""Writing a data set: rows as messages, Parquet files, evidence and the card."""

from crossfade_splits.output._card import card
from crossfade_splits.output._rows import KEPT, injected, rl_rows, rows_of, sft_rows
from crossfade_splits.output._write import canonical_json, staged, write_rows

__all__ = [
    "KEPT",
    "canonical_json",
    "card",
    "injected",
    "rl_rows",
    "rows_of",
    "sft_rows",
    "staged",
    "write_rows",
]
