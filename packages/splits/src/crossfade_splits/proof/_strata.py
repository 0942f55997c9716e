"""Checks of strata: each row's stratum and stand-in difficulty follow from what stands beside them.

Out of scope: how large a stratum was in the pool, a part whose column the rows do not hold, and
difficulty that came from a column of the pool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from crossfade_splits.design import ALL, bins_of, label_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossfade_splits.proof._data import Data

_WRITTEN = ("source", "topic", "length", "difficulty")
"""Parts that rows hold: a column of the pool that is called as one of theirs is none of them."""


def _proxy(data: Data) -> pl.Series:
    """Difficulty where the pool gave none: the length of the normalised target."""
    lengths = data.distinct.select(
        pl.coalesce(
            pl.col("lean").str.len_chars(),
            pl.concat_str("header", "reference").str.len_chars(),
        ).cast(pl.Float64)
    )
    return lengths.to_series()


def _difficulty(origin: str, data: Data) -> str | None:
    given = data.distinct["difficulty"]
    if origin not in ("column", "proxy", "none"):
        return f"pool.difficulty: must be column, proxy or none, claimed {origin!r}"
    if origin == "none" and given.null_count() < len(given):
        return "pool.difficulty: claimed none, found a row that has one"
    if origin == "proxy":
        expected = _proxy(data)
        odd = data.distinct.filter(given.ne_missing(expected))["id"]
        if len(odd):
            return f"difficulty of {odd.sort()[0]!r} is not the length of its target"
    return None


def strata(pool: Mapping[str, Any], data: Data) -> str | None:
    """Every stratum names bins of its own row, by the parts and cuts on record."""
    if problem := _difficulty(pool["difficulty"], data):
        return problem
    parts, cuts = pool["strata"]["parts"], pool["strata"]["cuts"]
    if parts != [part for part in data.recipe.stratify if part in parts]:
        return f"pool.strata.parts: must be of {data.recipe.stratify}, in order, claimed {parts}"
    if unknown := sorted(set(cuts) - set(parts)):
        return f"pool.strata.cuts: {unknown[0]} is no part of the strata"
    rows = data.distinct.with_columns(length=pl.col("normal").str.len_chars())
    known = next((at for at, part in enumerate(parts) if part not in _WRITTEN), len(parts))
    bins = rows.select("id", "stratum").with_columns(
        bins_of(rows[part], cuts.get(part, ())).alias(part) for part in parts[:known]
    )
    cells = [label_of(parts[:depth]) for depth in range(1, known + 1)]
    fits = pl.any_horizontal(pl.col("stratum") == cell for cell in [pl.lit(ALL), *cells])
    if known < len(parts):
        begins = (
            pl.format("{}|{}=", cells[-1], pl.lit(parts[known])) if cells else parts[known] + "="
        )
        fits |= pl.col("stratum").str.starts_with(begins)
    odd = bins.filter(~fits).sort("id")
    if len(odd):
        return f"stratum of {odd['id'][0]!r} does not follow from its row: {odd['stratum'][0]!r}"
    return None
