"""Strata: cells of problems that may stand in for one another.

A cell is one combination of source, topic, length third, difficulty third and whatever columns were
asked for. A cell too small to be matched gives up its least important part (the last named), then
the next, until it is large enough or is the whole pool.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

SMALLEST = 12
"""Problems a cell must hold to keep its full detail."""
ALL = "all"
"""The cell of problems that no finer one is large enough for."""
_NAMES = ("low", "middle", "high")
_MANY, _CODE = "\0many", "\0code"  # beside parts, whose names are those of a pool's columns


@dataclass(frozen=True)
class Strata:
    """The cell of each problem."""

    parts: tuple[str, ...]
    """What cells are made of, most important first."""
    labels: tuple[str, ...]
    """Cell names, such as `source=herald|length=low`."""
    cell: NDArray[np.int64]
    """Index into `labels` for each problem."""
    sources: tuple[str | None, ...]
    """The source of each cell, None where it mixes them."""
    cuts: dict[str, tuple[float, ...]]
    """Where numbers are cut into bins."""
    bins: tuple[tuple[str, ...], ...]
    """The bins that make up each cell, one for each of its parts."""


def _cuts(values: pl.Series) -> tuple[float, ...]:
    """The terciles of a number; none where few distinct values are bins of their own."""
    given = values.drop_nulls()
    if given.n_unique() <= len(_NAMES):
        return ()
    return tuple(
        round(float(q), 6)
        for q in (given.quantile(1 / 3, "lower"), given.quantile(2 / 3, "lower"))
        if q is not None
    )


def bins_of(values: pl.Series, cuts: Sequence[float]) -> pl.Series:
    """The bin of each value: `low`, `middle`, `high` between two cuts, else the value itself."""
    if not cuts:
        return values.cast(pl.String).fill_null("none")
    index = (values > cuts[0]).cast(pl.Int8) + (values > cuts[1]).cast(pl.Int8)
    return index.replace_strict(dict(enumerate(_NAMES)), default="none", return_dtype=pl.String)


def _parts(
    facts: pl.DataFrame, wanted: tuple[str, ...]
) -> tuple[pl.DataFrame, dict[str, tuple[float, ...]]]:
    """The bins of each part that varies."""
    columns: dict[str, pl.Series] = {}
    cuts: dict[str, tuple[float, ...]] = {}
    for name in wanted:
        values = facts[name]
        cuts[name] = _cuts(values) if values.dtype.is_numeric() else ()
        bins = bins_of(values, cuts[name])
        if bins.n_unique() > 1:
            columns[name] = bins
    return pl.DataFrame(columns), {k: v for k, v in cuts.items() if k in columns and v}


def stratify(facts: pl.DataFrame, wanted: tuple[str, ...]) -> Strata:
    """Put each problem into a cell.

    Args:
        facts: one row a problem, with a column for every wanted part.
        wanted: parts, most important first.
    """
    bins, cuts = _parts(facts, tuple(n for n in wanted if n in facts.columns))
    parts = tuple(bins.columns)
    if not parts:
        return Strata((), (ALL,), np.zeros(len(facts), dtype=np.int64), (None,), cuts, ((),))
    # Names are put together once for each combination, not for each problem.
    kinds = bins.group_by(parts, maintain_order=True).len(_MANY)
    label, depth = _labels(kinds, parts)
    labels = sorted(label.unique().to_list())
    codes = label.replace_strict({name: i for i, name in enumerate(labels)}, return_dtype=pl.Int64)
    cell = bins.join(kinds.with_columns(codes.alias(_CODE)), on=parts, maintain_order="left")
    source_of = _sources(kinds, parts, label, depth)
    sources = tuple(source_of.get(name) for name in labels)
    kept = zip(kinds.select(parts).iter_rows(), depth.tolist(), strict=True)
    made_of = dict(zip(label, (bins[:many] for bins, many in kept), strict=True))
    finest = tuple(made_of[name] for name in labels)
    return Strata(parts, tuple(labels), cell[_CODE].to_numpy(), sources, cuts, finest)


def label_of(parts: Sequence[str]) -> pl.Expr:
    """The name of the cell that some parts (columns of bins) make up."""
    names = [pl.format("{}={}", pl.lit(part), pl.col(part)) for part in parts]
    return pl.concat_str(names, separator="|").alias("label")


def _labels(kinds: pl.DataFrame, parts: tuple[str, ...]) -> tuple[pl.Series, NDArray[np.int64]]:
    """The cell of each combination of bins, the finest that is large enough, and its parts' number.

    A combination that no cell is large enough for has the cell `all`, of no part.
    """
    label = pl.Series("label", [ALL] * len(kinds), dtype=pl.String)
    depths = np.zeros(len(kinds), dtype=np.int64)
    for depth in range(len(parts), 0, -1):
        settled = depths > 0
        cell = kinds.select(label_of(parts[:depth]))["label"]
        # Only problems that no finer cell has taken are counted.
        free = pl.DataFrame({"label": cell, "free": kinds[_MANY].to_numpy() * ~settled})
        sizes = free.select(pl.col("free").sum().over("label"))["free"].to_numpy()
        take = ~settled & (sizes >= SMALLEST)
        label = label.zip_with(pl.Series(~take), cell)
        depths[take] = depth
    return label, depths


def _sources(
    kinds: pl.DataFrame, parts: tuple[str, ...], label: pl.Series, depth: NDArray[np.int64]
) -> dict[str, str]:
    """The source of each cell that has one."""
    if "source" not in parts:
        return {}
    whole = pl.Series(depth > parts.index("source"))
    return dict(zip(label.filter(whole), kinds["source"].filter(whole), strict=True))


def distances(bins: Sequence[tuple[str, ...]]) -> NDArray[np.int64]:
    """How unlike cells are by their bins: a differing part counts more than all less important."""
    out = np.zeros((len(bins), len(bins)), dtype=np.int64)
    for place, part in enumerate(reversed(range(max(map(len, bins))))):
        values = [cell[part] if part < len(cell) else None for cell in bins]
        codes = pl.Series(values, dtype=pl.String).rank("dense").fill_null(0).to_numpy()
        out += (codes[:, None] != codes[None, :]) * (1 << min(place, 40))
    return out
