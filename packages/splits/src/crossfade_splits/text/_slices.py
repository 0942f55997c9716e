"""Row-wise work on a long column, slice by slice on all cores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from crossfade_splits._threads import on_threads

if TYPE_CHECKING:
    from collections.abc import Callable

_ROWS = 10_000


def in_slices(work: Callable[[pl.Series], pl.Series], texts: pl.Series) -> pl.Series:
    """Apply `work` to slices of a column; numpy and polars let other threads run meanwhile."""
    if len(texts) <= _ROWS:
        return work(texts)
    slices = [texts.slice(at, _ROWS) for at in range(0, len(texts), _ROWS)]
    return pl.concat(on_threads(work, slices))
