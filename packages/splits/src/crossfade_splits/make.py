"""From a pool to data sets: the whole pipeline.

read -> normalise -> decontaminate -> de-duplicate -> stratify -> draw -> prove -> inject -> write.
The drawn problems are joined exactly before anything is written; if MinHash overlooked a pair, the
later of the two leaves the pool and the draw is made again. The output folder appears at the end.
"""

from __future__ import annotations

import importlib.metadata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from crossfade_splits.decontaminate import Benchmark, Decontaminator, load_benchmark
from crossfade_splits.design import Condition, Strata, conditions, draw, round_share, stratify
from crossfade_splits.design import check as check_request
from crossfade_splits.errors import DataError
from crossfade_splits.evidence import evidence
from crossfade_splits.near import join_pairs
from crossfade_splits.output import (
    canonical_json,
    card,
    rl_rows,
    rows_of,
    sft_rows,
    staged,
    write_rows,
)
from crossfade_splits.pool import Clusters, Pool, check_ids, cluster, ingest
from crossfade_splits.proof import Data, claim, count_values, largest_problem, seal, warnings_of
from crossfade_splits.read import ADAPTERS, digest, files_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from crossfade_splits.recipe import Recipe

_SOFTWARE = ("crossfade-splits", "polars", "numpy")


@dataclass
class _Plan:
    """What was decided before rows are written."""

    clusters: Clusters
    keep: NDArray[np.int64]
    strata: Strata
    conditions: list[Condition]
    overlooked: pl.DataFrame
    """Near-duplicates that the exact join found: `row, reason, because, similarity, kept`."""


def _unused(recipe: Recipe) -> int:
    """RL places that are shared at every overlap asked for."""
    if recipe.hold == "distinct":
        return 0
    return min(round_share(p, rl) for p in recipe.overlap for rl in recipe.rl)


def _draws(recipe: Recipe, pool: Pool, keep: NDArray[np.int64]) -> tuple[Strata, list[Condition]]:
    facts = pool.facts[keep]
    strata = stratify(facts, recipe.stratify)
    found = []
    for number in range(recipe.draws):
        drawn = draw(
            strata,
            pool.ids[keep],
            sft=max(recipe.sft),
            rl=max(recipe.rl),
            unused=_unused(recipe),
            seed=recipe.seed + number,
            mixture=recipe.mixture,
        )
        found += conditions(recipe, drawn, number)
    return strata, found


def _overlooked(pool: Pool, rows: NDArray[np.int64], threshold: float) -> pl.DataFrame:
    """Near-duplicates among the drawn rows; the one with the higher id key has to go."""
    low, high, score = join_pairs(pool.texts(rows), pool.numbers[rows], threshold)
    low, high = rows[low], rows[high]
    later = pool.ids[low] > pool.ids[high]
    gone, kept = np.where(later, low, high), np.where(later, high, low)
    frame = pl.DataFrame(
        {
            "row": gone,
            "reason": ["near-duplicate"] * len(gone),
            "because": kept,
            "similarity": score,
        }
    )
    frame = frame.with_columns(pl.col("because").alias("kept"))
    return frame.unique("row", keep="first", maintain_order=True)


def _plan(recipe: Recipe, pool: Pool) -> _Plan:
    contaminated = pool.contamination["row"].unique().to_numpy()
    rows = np.setdiff1d(np.flatnonzero(pool.usable), contaminated)
    if not len(rows):
        raise DataError(
            "The pool must hold rows that are no benchmark problem, it holds none; name another "
            "pool or fewer benchmarks."
        )
    clusters = cluster(pool, rows, recipe.near)
    keep, late = clusters.keep, clusters.removed.clear()
    while True:
        strata, found = _draws(recipe, pool, keep)
        drawn = np.unique(np.concatenate([np.concatenate([c.sft, c.rl]) for c in found]))
        missed = _overlooked(pool, keep[drawn], recipe.near.threshold)
        if not len(missed):
            return _Plan(clusters, keep, strata, found, late)
        late = pl.concat([late, missed])
        keep = keep[~np.isin(keep, missed["row"].to_numpy())]


def _known(pool: Pool, rows: NDArray[np.int64], ids: pl.Series) -> pl.DataFrame:
    """Normal forms and target keys of some rows, under their ids."""
    keys = pl.Series(pool.target[rows])
    lean = keys.zip_with(keys != 0, pl.Series([None], dtype=pl.UInt64))
    return pl.DataFrame({"id": ids, "normal": pool.texts(rows), "lean": lean})


def _frames(
    recipe: Recipe, pool: Pool, plan: _Plan
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame, pl.DataFrame]:
    """The rows of every set, those of all distinct problems, and what is known of these."""
    drawn = np.unique(np.concatenate([np.concatenate([c.sft, c.rl]) for c in plan.conditions]))
    taken = pool.take(plan.keep[drawn]).with_columns(
        pl.Series("stratum", [plan.strata.labels[c] for c in plan.strata.cell[drawn]]),
        pool.facts["difficulty"].gather(plan.keep[drawn]).alias("difficulty"),
    )
    rows = rows_of(taken, recipe.inject)
    place = np.zeros(len(plan.keep), dtype=np.int64)
    place[drawn] = np.arange(len(drawn))
    rl, sft = rl_rows(rows, recipe.format), sft_rows(rows, recipe.format)
    frames: dict[str, pl.DataFrame] = {}
    for condition in plan.conditions:
        for name, whole, members in (
            (condition.sft_name, sft, condition.sft),
            (condition.name, rl, condition.rl),
        ):
            if name not in frames:
                frames[name] = whole[place[members]]
    return frames, rows, _known(pool, plan.keep[drawn], rows["id"])


def _inputs(recipe: Recipe, benchmarks: list[Benchmark]) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for source in recipe.pool:
        only = ADAPTERS[source.adapter].file if source.adapter else None
        files = files_of(source.path, only)
        for path in files or []:
            out.append({"file": path.name, "sha256": digest(path), "bytes": path.stat().st_size})
        if files is None:
            out.append({"hub": source.path})
    out += [{"benchmark": b.name, "sha256": b.sha256, "rows": len(b.problems)} for b in benchmarks]
    return out


def _conditions(plan: _Plan) -> list[dict[str, Any]]:
    return [
        {
            "name": c.name,
            "sft": c.sft_name,
            "draw": c.draw,
            "requested": c.overlap,
            "base_sft": c.base_sft,
        }
        for c in plan.conditions
    ]


def _manifest(
    recipe: Recipe, pool: Pool, plan: _Plan, inputs: list[dict[str, Any]], claims: dict[str, Any]
) -> dict[str, Any]:
    """What the data set says of itself before its rows and evidence are counted."""
    return {
        "format": 1,
        "software": {name: importlib.metadata.version(name) for name in _SOFTWARE},
        "recipe": recipe.model_dump(mode="json"),
        "inputs": inputs,
        "pool": {
            "read": pool.read,
            "problems": len(plan.keep),
            "difficulty": pool.difficulty,
            "strata": {"parts": list(plan.strata.parts), "cuts": plan.strata.cuts},
        },
        "claims": claims,
        "warnings": warnings_of(claims, recipe),
    }


def _found(matches: pl.DataFrame, rows: pl.DataFrame) -> dict[str, Any]:
    """What decontamination and injection came to."""
    return {
        "contamination": matches.to_dicts(),
        "injection": {
            "injected": count_values(rows["pattern"]),
            "skipped": count_values(rows.filter(pl.col("answer").is_null())["reason"]),
        },
    }


def _write(table: pl.DataFrame, folder: Path, name: str) -> dict[str, str]:
    """Write one Parquet file of a data set; return its name and digest."""
    write_rows(table, folder / name)
    return {"file": name, "sha256": digest(folder / name)}


def make(recipe: Recipe, out: Path) -> dict[str, Any]:
    """Build the data sets of a recipe.

    Args:
        recipe: the request.
        out: the folder to create.

    Returns:
        The manifest, as written.

    Raises:
        UsageError: the request cannot be met, or `out` exists.
        DataError: an input is broken.
    """
    check_request(recipe)
    with staged(out) as (result, scratch):
        benchmarks = [load_benchmark(name) for name in recipe.decontaminate.benchmarks]
        guard = Decontaminator(benchmarks, recipe.decontaminate) if benchmarks else None
        pool = ingest(recipe, scratch, guard)
        check_ids(pool)
        plan = _plan(recipe, pool)
        removed, matches = evidence(pool, pl.concat([plan.clusters.removed, plan.overlooked]))
        frames, rows, known = _frames(recipe, pool, plan)
        files = {n: _write(frame, result, f"data/{n}.parquet") for n, frame in frames.items()}
        evidenced = _write(removed, result, "evidence/removed.parquet")
        _write(matches, result, "evidence/contamination.parquet")
        claims = {"files": files, **claim(Data(frames, _conditions(plan), recipe, known))}
        manifest = _manifest(recipe, pool, plan, _inputs(recipe, benchmarks), claims)
        manifest |= _found(matches, rows)
        manifest["pool"] |= {
            "removed": count_values(removed["reason"]),
            "largest_problem": largest_problem(removed),
            "removed_sha256": evidenced["sha256"],
        }
        manifest["seal"] = seal(manifest)
        (result / "manifest.json").write_text(canonical_json(manifest), encoding="utf-8")
        (result / "README.md").write_text(card(manifest), encoding="utf-8")
    return manifest
