"""What came of a run: numbers, page, and the files that hold them."""

from __future__ import annotations

from crossfade_train.report._page import page, tables
from crossfade_train.report._summary import Summary, summarise
from crossfade_train.report._write import write

__all__ = ["Summary", "page", "summarise", "tables", "write"]
