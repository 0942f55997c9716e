"""Read a recipe's inputs into a `Pool`: one pass, block by block."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from crossfade_splits.errors import DataError
from crossfade_splits.near import BANDS, signatures
from crossfade_splits.pool._quality import judge, load_verdicts
from crossfade_splits.pool._store import Pool, Texts, id_keys
from crossfade_splits.read import FIELDS, pool_blocks
from crossfade_splits.text import normalise_prompt, normalise_target, numbers

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from crossfade_splits.decontaminate import Decontaminator
    from crossfade_splits.recipe import Recipe

_MATCHES = {
    "row": pl.Int64,
    "benchmark": pl.String,
    "problem": pl.String,
    "reason": pl.String,
    "similarity": pl.Float64,
}


_FACTS = ("length", "difficulty", "source", "topic", "cluster")
"""What is kept of every row, whatever the recipe stratifies by."""


class _Columns:
    """Growing columns of numbers."""

    def __init__(self) -> None:
        self._parts: dict[str, list[NDArray[np.uint64]]] = {}

    def add(self, **arrays: NDArray[np.uint64]) -> None:
        for name, array in arrays.items():
            self._parts.setdefault(name, []).append(array)

    def get(self, name: str) -> NDArray[np.uint64]:
        return np.concatenate(self._parts.get(name, [np.zeros(0, dtype=np.uint64)]))


def _hash(series: pl.Series) -> NDArray[np.uint64]:
    return series.hash(seed=0).to_numpy()


def _facts(block: pl.DataFrame, extra: list[str]) -> pl.DataFrame:
    """What the strata and the balance look at."""
    proxy = pl.coalesce(pl.col("lean").str.len_chars(), pl.col("target").str.len_chars())
    return block.select(
        pl.col("normal").str.len_chars().cast(pl.Int32).alias("length"),
        pl.col("difficulty"),
        proxy.cast(pl.Float64).alias("proxy"),
        *(pl.col(c).cast(pl.Categorical) for c in ("source", "topic", *extra)),
        "cluster",
    )


def _rejects(block: pl.DataFrame, reasons: pl.Series) -> pl.DataFrame:
    return (
        block.with_columns(reasons.alias("reason"))
        .filter(reasons.is_not_null())
        .select(
            "id",
            "source",
            "reason",
            pl.lit(None, pl.String).alias("other"),
            pl.lit(None, pl.Float64).alias("similarity"),
        )
    )


class _Growing:
    """A pool while it is read: files that grow, and columns of numbers."""

    def __init__(self, recipe: Recipe, folder: Path, guard: Decontaminator | None) -> None:
        self._recipe, self._folder, self._guard = recipe, folder, guard
        self._extra = [name for name in recipe.stratify if name not in _FACTS]
        self._texts, self._columns = Texts(folder / "texts.utf8"), _Columns()
        self._bands = [(folder / f"band_{b:02}.u64").open("wb") for b in range(BANDS)]
        self._sketches = (folder / "sketches.u64").open("wb")
        self._facts: list[pl.DataFrame] = []
        self._matches: list[pl.DataFrame] = []
        self.kept = 0

    def add(self, block: pl.DataFrame) -> None:
        """Take in rows that passed the quality rules, with their normal forms."""
        normal, near = block["normal"], self._recipe.near
        salt = numbers(normal)
        if not near.numbers:
            salt = np.zeros_like(salt)
        signed = signatures(normal.to_list(), salt)
        for file, band in zip(self._bands, signed.bands, strict=True):
            band.tofile(file)
        signed.sketches.tofile(self._sketches)
        if self._guard is not None:
            self._matches.append(self._guard.matches(normal, block["lean"], self.kept))
        self._columns.add(
            ids=id_keys(block["id"]),
            exact=_hash(normal),
            numbers=salt,
            target=_target_keys(block["lean"], near.target == "lean"),
        )
        self._facts.append(_facts(block, self._extra))
        self._texts.append(normal)
        part = self._folder / f"part_{len(self._facts):06}.arrow"
        block.select(FIELDS).write_ipc(part)  # strata are in the facts, whatever they are called
        self.kept += len(block)

    def close(self) -> None:
        """Stop growing."""
        for file in (*self._bands, self._sketches):
            file.close()
        self._texts.close()

    def pool(self, read: int, removed: list[pl.DataFrame]) -> Pool:
        """The pool, once closed."""
        whole = pl.concat(self._facts)
        targeted = whole["proxy"].is_not_null().to_numpy()
        frame, origin = _settle_difficulty(whole)
        return Pool(
            folder=self._folder,
            texts=self._texts,
            ids=self._columns.get("ids"),
            exact=self._columns.get("exact"),
            numbers=self._columns.get("numbers"),
            target=self._columns.get("target"),
            facts=frame,
            usable=targeted if targeted.any() else np.ones(self.kept, dtype=bool),
            read=read,
            difficulty=origin,
            removed=removed,
            contamination=pl.concat([pl.DataFrame(schema=_MATCHES), *self._matches]),
        )


def ingest(recipe: Recipe, folder: Path, guard: Decontaminator | None = None) -> Pool:
    """Read, normalise and hash the pool.

    Args:
        recipe: what to read.
        folder: an empty scratch folder.
        guard: finds benchmark problems, where a benchmark was given.

    Raises:
        DataError: an input is broken, or no row passes the quality rules.
    """
    verdicts = load_verdicts(recipe.quality.verdicts) if recipe.quality.verdicts else None
    growing = _Growing(recipe, folder, guard)
    removed: list[pl.DataFrame] = []
    read = 0
    try:
        for _, raw in pool_blocks(recipe):
            read += len(raw)
            block = _with_normal_forms(raw)
            reasons = judge(block, recipe.quality, verdicts)
            removed.append(_rejects(block, reasons))
            block = block.filter(reasons.is_null())
            if len(block):
                growing.add(block)
    finally:
        growing.close()
    if not growing.kept:
        raise DataError(
            f"A pool must hold rows that pass the quality rules: none of {read} does "
            f"({_first_reason(removed)}); loosen [quality]."
        )
    return growing.pool(read, removed)


def _with_normal_forms(raw: pl.DataFrame) -> pl.DataFrame:
    lean = raw["target"]
    return raw.with_columns(
        pl.col("prompt").fill_null(""),
        normalise_prompt(raw["prompt"].fill_null("")).alias("normal"),
        (normalise_target(lean) if lean.null_count() < len(lean) else lean).alias("lean"),
    )


def _target_keys(lean: pl.Series, wanted: bool) -> NDArray[np.uint64]:
    if not wanted:
        return np.zeros(len(lean), dtype=np.uint64)
    keys = _hash(lean) | np.uint64(1)
    keys[lean.is_null().to_numpy()] = 0
    return keys


def _first_reason(removed: list[pl.DataFrame]) -> str:
    reasons = pl.concat(removed)["reason"].value_counts(sort=True) if removed else None
    return reasons["reason"][0] if reasons is not None and len(reasons) else "no rows"


def _settle_difficulty(facts: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """Take the given difficulty, else the proxy; say which."""
    for column, origin in (("difficulty", "column"), ("proxy", "proxy")):
        if facts[column].null_count() < len(facts):
            return facts.with_columns(pl.col(column).alias("difficulty")).drop("proxy"), origin
    return facts.drop("proxy"), "none"
