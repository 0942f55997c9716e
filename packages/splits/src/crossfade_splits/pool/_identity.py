"""Which rows of the pool are one problem.

Two rows are linked if they share a normal form, are near-duplicates (Jaccard similarity of their
shingle sets at or above the threshold, numbers equal), share a normalised Lean target, or carry the
same cluster id; a problem is a connected component. The row with the lowest id key stays, the
others are removed with the link that removed them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from crossfade_splits.near import candidate_pairs, similar
from crossfade_splits.pool._components import components

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crossfade_splits.pool._store import Pool
    from crossfade_splits.recipe import Near

EXACT, NEAR, TARGET, CLUSTER = "exact-duplicate", "near-duplicate", "same-target", "same-cluster"
_KINDS = (EXACT, NEAR, TARGET, CLUSTER)


@dataclass(frozen=True)
class Clusters:
    """The problems of a pool."""

    keep: NDArray[np.int64]
    """One row per problem, in the order of id keys."""
    removed: pl.DataFrame
    """`row, reason, because, similarity, kept`: the other rows, the row each is linked to."""


def _same(keys: NDArray[np.uint64], ids: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each row the row with the lowest id among those with its key; itself where key is 0."""
    order = np.lexsort((ids, keys))
    first = np.append(True, keys[order][1:] != keys[order][:-1])
    leader = np.empty(len(keys), dtype=np.int64)
    leader[order] = order[np.maximum.accumulate(np.where(first, np.arange(len(keys)), 0))]
    rows = np.arange(len(keys))
    return np.where(keys == 0, rows, leader)


def _near(
    pool: Pool, rows: NDArray[np.int64], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Near-duplicates among some rows: MinHash candidates, verified."""
    rows = rows[np.argsort(pool.ids[rows])]
    bands = (band[rows] for band in pool.bands())
    low, high = candidate_pairs(bands, pool.sketches()[rows], threshold)
    low, high = rows[low], rows[high]
    score = similar(pool.texts, low, high, threshold)
    near = score >= threshold - 1e-12
    return low[near], high[near], score[near]


def _links(pool: Pool, rows: NDArray[np.int64], near: Near) -> pl.DataFrame:
    """All links as `a, b, kind, similarity`."""
    ids = pool.ids[rows]
    frames = []

    def link(keys: NDArray[np.uint64], kind: int) -> NDArray[np.int64]:
        leader = _same(keys, ids)
        follows = np.flatnonzero(leader != np.arange(len(rows)))
        frames.append(
            pl.DataFrame(
                {
                    "a": rows[follows],
                    "b": rows[leader[follows]],
                    "kind": np.full(len(follows), kind),
                    "similarity": np.ones(len(follows)) if kind == 0 else None,
                },
                schema_overrides={"similarity": pl.Float64},
            )
        )
        return leader

    leader = link(pool.exact[rows], 0)
    link(pool.target[rows], 2)
    given = pool.facts["cluster"].gather(rows)
    if given.null_count() < len(given):
        keys = given.hash(seed=0).to_numpy() | np.uint64(1)
        link(np.where(given.is_null().to_numpy(), np.uint64(0), keys), 3)
    low, high, score = _near(pool, rows[leader == np.arange(len(rows))], near.threshold)
    frames.append(
        pl.DataFrame({"a": low, "b": high, "kind": np.full(len(low), 1), "similarity": score})
    )
    return pl.concat(frames)


def _reasons(links: pl.DataFrame, gone: pl.DataFrame, pool: Pool) -> pl.DataFrame:
    """The plainest link of each removed row, the same whatever the order of the rows."""
    # A row that others follow was removed for a link of its own, if it has one.
    behind = pl.when(pl.col("kind") == 1).then(1).otherwise(pl.col("kind") + len(_KINDS))
    turned = links.select(
        pl.col("b").alias("a"), pl.col("a").alias("b"), behind.alias("kind"), "similarity"
    )
    why = pl.concat([links, turned]).join(gone, left_on="a", right_on="row", how="semi")
    why = why.with_columns(key=pl.Series(pool.ids[why["b"].to_numpy()], dtype=pl.UInt64))
    why = why.sort("a", "kind", -pl.col("similarity").fill_null(0), "key")
    why = why.unique("a", keep="first", maintain_order=True)
    names = dict(enumerate(_KINDS * 2))
    return gone.join(why, left_on="row", right_on="a").select(
        "row",
        pl.col("kind").replace_strict(names, return_dtype=pl.String).alias("reason"),
        pl.col("b").alias("because"),
        "similarity",
        "kept",
    )


def cluster(pool: Pool, rows: NDArray[np.int64], near: Near) -> Clusters:
    """Group some rows of a pool into problems and choose one row of each."""
    links = _links(pool, rows, near)
    total = len(pool)
    label = components(links["a"].to_numpy(), links["b"].to_numpy(), total)[rows]
    order = np.lexsort((pool.ids[rows], label))
    first = np.append(True, label[order][1:] != label[order][:-1])
    keep = rows[order[first]]
    kept = np.zeros(total, dtype=np.int64)
    kept[rows[order]] = np.repeat(keep, np.diff(np.append(np.flatnonzero(first), len(order))))
    gone = pl.DataFrame({"row": rows[order[~first]], "kept": kept[rows[order[~first]]]})
    removed = _reasons(links, gone, pool)
    return Clusters(keep[np.argsort(pool.ids[keep])], removed)
