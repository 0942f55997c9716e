"""Why each removed row was removed, for people and for `verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from crossfade_splits.pool import Pool


def _ids(pool: Pool) -> pl.DataFrame:
    """`row, id, source` of every row."""
    parts = [
        pl.read_ipc(path, columns=["id", "source"])
        for path in sorted(pool.folder.glob("part_*.arrow"))
    ]
    return pl.concat(parts).with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))


def evidence(pool: Pool, merged: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return every removed row with its reason, and every match with a benchmark.

    Args:
        pool: the pool.
        merged: rows merged into another's problem: `row, reason, because, similarity, kept`.

    Returns:
        `id, source, reason, other, similarity, kept`, and
        `id, benchmark, problem, reason, similarity`; both sorted, so that they are the same bytes
        for the same pool.
    """
    ids = _ids(pool)
    name = ids.select(pl.col("row").alias("because"), pl.col("id").alias("other"))
    stay = ids.select(pl.col("row").alias("kept_row"), pl.col("id").alias("kept"))
    merged = merged.rename({"kept": "kept_row"})
    merged = merged.join(ids, on="row").join(name, on="because").join(stay, on="kept_row")
    hits = pool.contamination.join(ids, on="row").sort("id", "benchmark", "problem")
    first = hits.unique("row", keep="first", maintain_order=True).with_columns(
        pl.format("{}:{}", "benchmark", "problem").alias("other"),
        pl.format("contaminated-{}", "reason").alias("reason"),
    )
    bare = (
        ids.filter(pl.Series(~pool.usable))
        .join(hits, on="row", how="anti")
        .with_columns(
            reason=pl.lit("no-target"),
            other=pl.lit(None, pl.String),
            similarity=pl.lit(None, pl.Float64),
        )
    )
    columns = ["id", "source", "reason", "other", "similarity"]
    removed = pl.concat(
        [
            *[part.select(columns) for part in pool.removed],
            first.select(columns),
            bare.select(columns),
        ]
    ).with_columns(pl.lit(None, pl.String).alias("kept"))
    removed = pl.concat([removed, merged.select(*columns, "kept")])
    matches = hits.select("id", "benchmark", "problem", "reason", "similarity")
    return removed.with_columns(pl.col("similarity").round(6)).sort("id", "reason"), matches
