"""How much two existing data sets overlap, problem by problem.

Works on any two inputs: what one row of B is to the rows of A is one of identical (normal form),
near-duplicate, same Lean target, or new. The join is exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from crossfade_splits.errors import DataError
from crossfade_splits.near import join_pairs
from crossfade_splits.read import raw_blocks, said
from crossfade_splits.text import normalise_prompt, normalise_target, numbers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from crossfade_splits.recipe import Near

PROMPTS = ("prompt", "problem", "nl", "question", "informal_statement", "messages", "instruction")
TARGETS = ("target", "reference", "lean4", "formal_statement", "completion", "answer")
IDS = ("id", "uuid", "name")
_FENCE = r"(?s)```(?:lean4?)?\s*\n(.*?)```"


@dataclass(frozen=True)
class Side:
    """One data set under audit."""

    name: str
    ids: list[str]
    normal: pl.Series
    lean: pl.Series


@dataclass(frozen=True)
class Pair:
    """A row of B and its counterpart in A."""

    a: str
    b: str
    kind: str
    similarity: float | None
    """Jaccard; None where only the target is shared."""
    a_text: str
    b_text: str


@dataclass(frozen=True)
class Audit:
    """Rows of B by what they are to A."""

    a_rows: int
    b_rows: int
    a_distinct: int
    b_distinct: int
    exact: int
    near: int
    """Near-duplicates that are not identical."""
    target: int
    """Rows that share a Lean target only."""
    pairs: list[Pair]
    """The closest pairs that are not identical, closest first."""

    @property
    def overlapping(self) -> int:
        """Rows of B that are a problem of A."""
        return self.exact + self.near + self.target

    @property
    def overlap(self) -> float:
        """Share of B's rows that are a problem of A."""
        return self.overlapping / self.b_rows if self.b_rows else 0.0


def load_side(path: str, prompt: str | None, target: str | None) -> Side:
    """Read one data set.

    Args:
        path: a file, folder or hub id.
        prompt: its prompt column; without it the first known name that is there.
        target: its target column, likewise; there need be none.

    Raises:
        DataError: there is no prompt column, or no row.
    """
    wanted = list(dict.fromkeys([c for c in (prompt, target) if c] + [*PROMPTS, *TARGETS, *IDS]))
    blocks = list(raw_blocks(path, wanted))
    if not blocks or not sum(map(len, blocks)):
        raise DataError(f"{path}: a data set must hold rows, it is empty; name another.")
    raw = pl.concat(blocks)
    names = [prompt] if prompt else list(PROMPTS)
    found = [c for c in names if raw[c].null_count() < len(raw)]
    if not found:
        raise DataError(
            f"{path}: no row has a prompt column, looked for {', '.join(names)}; "
            "name it with --prompt-column."
        )
    targets = [c for c in ([target] if target else TARGETS) if raw[c].null_count() < len(raw)]
    empty = pl.Series([None] * len(raw), dtype=pl.String)
    lean = said(raw[targets[0]], "assistant") if targets else empty
    fenced = lean.str.extract(_FENCE)
    lean = fenced.zip_with(fenced.is_not_null(), lean)
    ids = raw.select(pl.coalesce(IDS).alias("id"))["id"]
    numbered = pl.Series([f"row {i}" for i in range(len(raw))])
    normal = normalise_prompt(said(raw[found[0]], "user").fill_null(""))
    return Side(
        path, ids.zip_with(ids.is_not_null(), numbered).to_list(), normal, normalise_target(lean)
    )


def _first_of(a: pl.Series, b: pl.Series) -> NDArray[np.int64]:
    """For each value of `b` the first row of `a` that holds it, else -1."""
    table = pl.DataFrame({"key": a}).with_row_index("row").drop_nulls()
    table = table.filter(pl.col("key") != "").unique("key", keep="first", maintain_order=True)
    found = pl.DataFrame({"key": b}).join(table, on="key", how="left", maintain_order="left")
    return found["row"].cast(pl.Int64).fill_null(-1).to_numpy()


def _nearest(a: Side, b: Side, near: Near) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """For each row of `b` its closest near-duplicate in `a`, else -1, and their similarity."""
    texts = pl.concat([a.normal, b.normal])
    salt = numbers(texts) if near.numbers else np.zeros(len(texts), dtype=np.uint64)
    side = np.repeat([0, 1], [len(a.normal), len(b.normal)])
    low, high, score = join_pairs(texts.to_list(), salt, near.threshold, side)
    said = (texts != "").to_numpy()
    real = said[low] & said[high]
    low, high, score = low[real], high[real] - len(a.normal), score[real]
    best = np.lexsort((low, -score, high))
    rows, first = np.unique(high[best], return_index=True)
    match, likeness = np.full(len(b.normal), -1, dtype=np.int64), np.zeros(len(b.normal))
    match[rows], likeness[rows] = low[best][first], score[best][first]
    return match, likeness


def audit(a: Side, b: Side, near: Near, shown: int = 10) -> Audit:
    """Measure which rows of `b` are problems of `a`.

    Args:
        a: the reference, such as an SFT set.
        b: the set under test, such as an RL set or a benchmark.
        near: what identity means.
        shown: how many pairs to list.
    """
    exact = _first_of(a.normal, b.normal)
    match, likeness = _nearest(a, b, near)
    target = _first_of(a.lean, b.lean)
    if near.target == "none":
        target[:] = -1
    is_near = (exact < 0) & (match >= 0)
    is_target = (exact < 0) & (match < 0) & (target >= 0)

    def pair(row: int, other: int, kind: str, similarity: float | None) -> Pair:
        return Pair(a.ids[other], b.ids[row], kind, similarity, a.normal[other], b.normal[row])

    closest = np.flatnonzero(is_near)[np.argsort(-likeness[is_near], kind="stable")][:shown]
    pairs = [pair(r, int(match[r]), "near-duplicate", float(likeness[r])) for r in closest.tolist()]
    rest = np.flatnonzero(is_target)[: shown - len(pairs)].tolist()
    pairs += [pair(r, int(target[r]), "same-target", None) for r in rest]
    return Audit(
        a_rows=len(a.normal),
        b_rows=len(b.normal),
        a_distinct=a.normal.n_unique(),
        b_distinct=b.normal.n_unique(),
        exact=int((exact >= 0).sum()),
        near=int(is_near.sum()),
        target=int(is_target.sum()),
        pairs=pairs,
    )
