"""The rows of a data set, as the claims look at them.

Identity is worked out once, over all distinct rows of all sets together, from what is written and
by the exact join: nothing is taken over from how the sets were made.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from crossfade_splits.near import join_pairs
from crossfade_splits.output import injected
from crossfade_splits.pool import components
from crossfade_splits.text import normalise_prompt, normalise_target, numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from crossfade_splits.recipe import Recipe


class Data:
    """Sets by name, and the conditions they make up.

    Args:
        frames: the rows of each set.
        conditions: `name, sft, draw, requested` of each condition.
        recipe: what was asked for.
        known: `id, normal, lean` of these very rows, which the exact join was just made over and
            found no pair in, so that `make` need not do it twice; whoever checks a data set leaves
            this out. `lean` may be any key that is equal for equal targets.
    """

    def __init__(
        self,
        frames: Mapping[str, pl.DataFrame],
        conditions: Sequence[Mapping[str, Any]],
        recipe: Recipe,
        known: pl.DataFrame | None = None,
    ) -> None:
        self._known = known
        self.frames, self.conditions, self.recipe = frames, conditions, recipe

    @cached_property
    def distinct(self) -> pl.DataFrame:
        """Every distinct row once: `id, problem, reference, normal, words...`."""
        wanted = ["id", "problem", "reference", "header"]
        wanted += ["source", "topic", "difficulty", "stratum"]
        rows = pl.concat([frame.select(wanted) for frame in self.frames.values()])
        rows = rows.unique("id", keep="first", maintain_order=True)
        if self._known is not None:
            return rows.join(self._known, on="id", how="left", maintain_order="left")
        return rows.with_columns(
            normalise_prompt(rows["problem"]).alias("normal"),
            normalise_target(rows.select(pl.concat_str("header", "reference")).to_series()).alias(
                "lean"
            ),
        )

    @cached_property
    def at(self) -> dict[str, NDArray[np.int64]]:
        """For each set the indices of its rows in `distinct`."""
        places = self.distinct.select("id").with_row_index("at")
        return {
            name: frame.select("id")
            .join(places, on="id", how="left", maintain_order="left")["at"]
            .to_numpy()
            .astype(np.int64)
            for name, frame in self.frames.items()
        }

    @cached_property
    def exact(self) -> NDArray[np.int64]:
        """A number for each distinct row, equal for equal normal forms."""
        return self.distinct["normal"].rank("dense").to_numpy().astype(np.int64)

    @cached_property
    def pairs(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """Every near-duplicate pair of distinct rows."""
        if self._known is not None:
            none = np.zeros(0, dtype=np.int64)
            return none, none, np.zeros(0)
        normal = self.distinct["normal"]
        salt = numbers(normal)
        if not self.recipe.near.numbers:
            salt = np.zeros_like(salt)
        return join_pairs(normal.to_list(), salt, self.recipe.near.threshold)

    @cached_property
    def problem(self) -> NDArray[np.int64]:
        """A number for each distinct row, equal for rows that are one problem."""
        low, high, _ = self.pairs
        edges = [(low, high), self._same(self.exact)]
        if self.recipe.near.target == "lean":
            lean = self.distinct["lean"]
            if lean.null_count() < len(lean):
                codes = lean.rank("dense").fill_null(0).to_numpy().astype(np.int64)
                edges.append(self._same(codes))
        a = np.concatenate([edge[0] for edge in edges])
        b = np.concatenate([edge[1] for edge in edges])
        return components(a, b, len(self.distinct))

    @staticmethod
    def _same(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        order = np.argsort(codes, kind="stable")
        same = (codes[order][1:] == codes[order][:-1]) & (codes[order][1:] > 0)
        return order[1:][same], order[:-1][same]

    @cached_property
    def asked(self) -> pl.DataFrame:
        """Answer injection run again: `id, asked, answer, pattern, reason` of each distinct row."""
        rows = self.distinct.select("id", "problem", target=pl.concat_str("header", "reference"))
        if self.recipe.inject:
            return rows.select("id").hstack(injected(rows["problem"], rows["target"]))
        nothing = [pl.lit(None, pl.String).alias(c) for c in ("answer", "pattern", "reason")]
        return rows.select("id", pl.col("problem").alias("asked"), *nothing)

    @cached_property
    def facts(self) -> dict[str, NDArray[np.float64]]:
        """Numbers that balance is judged by."""
        length = pl.col("normal").str.len_chars().cast(pl.Float64)
        target = pl.col("reference").str.len_chars().cast(pl.Float64).fill_null(0)
        frame = self.distinct.select(
            length=length,
            difficulty=pl.col("difficulty").fill_null(float("nan")),
            target_length=target,
        )
        return {name: frame[name].to_numpy() for name in frame.columns}

    @cached_property
    def categories(self) -> dict[str, NDArray[np.str_]]:
        """Categories that balance is judged by."""
        columns = ("source", "topic", "stratum")
        return {
            name: self.distinct[name].cast(pl.String).fill_null("none").to_numpy().astype(np.str_)
            for name in columns
        }
