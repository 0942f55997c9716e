"""Checks of files: digests, evidence, card."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from crossfade_splits.output import card
from crossfade_splits.proof._difference import difference
from crossfade_splits.read import digest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crossfade_splits.proof._data import Data


def files(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """Every listed file is there with its digest, and no other data file is."""
    listed = manifest["claims"]["files"]
    for name, entry in sorted(listed.items()):
        if entry["file"] != f"data/{name}.parquet":
            return f"files.{name}: must be data/{name}.parquet, claimed {entry['file']}"
        path = folder / entry["file"]
        if not path.is_file():
            return f"files.{name}: {entry['file']} is missing"
        if (found := digest(path)) != entry["sha256"]:
            return f"files.{name}: claimed SHA-256 {entry['sha256'][:12]}..., found {found[:12]}..."
    known = {entry["file"] for entry in listed.values()}
    extra = sorted({f"data/{p.name}" for p in (folder / "data").iterdir()} - known)
    return f"files: {extra[0]} is not in the manifest" if extra else None


def largest_problem(removed: pl.DataFrame) -> int:
    """Rows of the problem that most rows were merged into."""
    merged = removed["kept"].drop_nulls()
    return 1 + max(merged.value_counts()["count"].to_list(), default=0)


def _arithmetic(pool: Mapping[str, Any], removed: pl.DataFrame) -> str | None:
    table = removed["reason"].value_counts()
    counts = dict(table.iter_rows())
    if counts != pool["removed"]:
        return f"pool.removed: claimed {pool['removed']}, found {counts}"
    left = pool["read"] - len(removed)
    if left != pool["problems"]:
        return (
            f"pool: {pool['read']} read less {len(removed)} removed is {left}, "
            f"claimed {pool['problems']} problems"
        )
    if pool["largest_problem"] != (largest := largest_problem(removed)):
        return f"pool.largest_problem: claimed {pool['largest_problem']}, found {largest}"
    return None


def evidence(folder: Path, manifest: Mapping[str, Any], data: Data) -> str | None:
    """The list of removed rows matches the counts, the matches and the data."""
    path = folder / "evidence" / "removed.parquet"
    pool = manifest["pool"]
    if (found := digest(path)) != pool["removed_sha256"]:
        return (
            f"pool.removed_sha256: claimed {pool['removed_sha256'][:12]}..., found {found[:12]}..."
        )
    removed = pl.read_parquet(path)
    if problem := _arithmetic(pool, removed):
        return problem
    back = data.distinct.join(removed, on="id", how="semi")["id"]
    if len(back):
        return f"removed rows must not be in the data, {back.sort()[0]!r} is"
    matches = pl.read_parquet(folder / "evidence" / "contamination.parquet")
    if problem := difference(manifest["contamination"], matches.to_dicts(), "contamination"):
        return problem
    gone = removed.filter(pl.col("reason").str.starts_with("contaminated"))
    odd = sorted(set(matches["id"]) ^ set(gone["id"]))
    return f"contamination: {odd[0]!r} is a match or removed as one, not both" if odd else None


def cards(folder: Path, manifest: Mapping[str, Any]) -> str | None:
    """The card says what the manifest says."""
    text = (folder / "README.md").read_text(encoding="utf-8")
    return None if text == card(manifest) else "README.md differs from what the manifest says"
