"""When a row of the pool is a benchmark problem.

A row matches a problem if it has its normal form, its normalised Lean target, a Jaccard similarity
of at least `jaccard` (0.85 where either has fewer than 100 windows), or holds at least the share
`containment` of its windows (a copy with text around it; problems of at least 100 windows only).
For the last two every number of the problem must occur in the row. Short questions are made of
stock phrases ("What is the smallest integer greater than 10"), so likeness proves less
of them; rules on n-grams flag them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from crossfade_splits.near import Probe, gram_sets, overlaps
from crossfade_splits.text import normalise_prompt, normalise_target

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from crossfade_splits.decontaminate._benchmarks import Benchmark
    from crossfade_splits.recipe import Decontaminate

LONG = 100
"""Windows from which on a text says enough for likeness short of a copy to count."""
STRICT = 0.85
"""Jaccard similarity asked of shorter texts."""
_SAMPLE = 5_000
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


class Decontaminator:
    """Tests rows against every problem of some benchmarks.

    Args:
        benchmarks: what to look for.
        rules: the bounds.
    """

    def __init__(self, benchmarks: Sequence[Benchmark], rules: Decontaminate) -> None:
        self._rules = rules
        frames = [b.problems.with_columns(pl.lit(b.name).alias("benchmark")) for b in benchmarks]
        self._problems = pl.concat(frames)
        normal = normalise_prompt(self._problems["prompt"])
        lean = normalise_target(self._problems["target"])
        self._texts = normal.to_list()
        self._numbers = [set(_NUMBER.findall(text)) for text in self._texts]
        self._by_text = {text: i for i, text in reversed(list(enumerate(self._texts))) if text}
        self._by_target = {t: i for i, t in reversed(list(enumerate(lean.to_list()))) if t}
        self._probe: Probe | None = None

    def _near(
        self, texts: list[str]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64], NDArray[np.bool_]]:
        """Matches by likeness: row, problem, similarity, and whether it is containment only."""
        if self._probe is None:
            bound = min(self._rules.containment, self._rules.jaccard)
            self._probe = Probe(self._texts, texts[:_SAMPLE], bound)
        rows, problems = self._probe.candidates(texts)
        whose, place = np.unique(rows, return_inverse=True)
        candidates = [texts[row] for row in whose]
        spoken = [set(_NUMBER.findall(text)) for text in candidates]
        fits = [self._numbers[p] <= spoken[r] for r, p in zip(place, problems, strict=True)]
        numbers = np.array(fits, dtype=bool)
        rows, place, problems = rows[numbers], place[numbers], problems[numbers]
        sets, known = gram_sets(candidates), self._probe.sets
        shared = overlaps(sets, known, place, problems)
        sizes = known.sizes[problems]
        jaccard = shared / (sets.sizes[place] + sizes - shared)
        held = shared / sizes
        short = np.minimum(sizes, sets.sizes[place]) < LONG
        alike = jaccard >= np.where(short, max(STRICT, self._rules.jaccard), self._rules.jaccard)
        match = alike | ((held >= self._rules.containment) & (sizes >= LONG))
        similarity = np.where(alike, jaccard, held)
        return rows[match], problems[match], similarity[match], ~alike[match]

    def matches(self, normal: pl.Series, lean: pl.Series, offset: int = 0) -> pl.DataFrame:
        """Return the matches of a block of rows, one (the strongest) per row and benchmark.

        Args:
            normal: normal forms of the prompts.
            lean: normal forms of the targets, null where there is none.
            offset: index of the first row.

        Returns:
            Columns `row, benchmark, problem, reason, similarity`.
        """
        texts = normal.to_list()
        found: list[tuple[int, int, int, float | None]] = []
        for row, text in enumerate(texts):
            if (problem := self._by_text.get(text)) is not None:
                found.append((row, problem, 0, 1.0))
        for row, target in enumerate(lean.to_list()):
            if (problem := self._by_target.get(target)) is not None:
                found.append((row, problem, 1, None))
        rows, problems, similarity, contained = self._near(texts)
        kinds = np.where(contained, 3, 2)
        found += zip(
            rows.tolist(), problems.tolist(), kinds.tolist(), similarity.tolist(), strict=True
        )
        return self._frame(found, offset)

    def _frame(self, found: list[tuple[int, int, int, float | None]], offset: int) -> pl.DataFrame:
        names = ("exact", "same-target", "near-duplicate", "contains")
        frame = pl.DataFrame(
            found,
            schema={"row": pl.Int64, "at": pl.Int64, "kind": pl.Int64, "similarity": pl.Float64},
            orient="row",
        )
        return (
            frame.with_columns(
                pl.col("row") + offset,
                self._problems["benchmark"].gather(frame["at"]).alias("benchmark"),
                self._problems["id"].gather(frame["at"]).alias("problem"),
                pl.col("similarity").round(4),
                pl.col("kind")
                .replace_strict(dict(enumerate(names)), return_dtype=pl.String)
                .alias("reason"),
            )
            .sort("row", "benchmark", "kind", -pl.col("similarity").fill_null(0), "problem")
            .unique(["row", "benchmark"], keep="first", maintain_order=True)
            .select("row", "benchmark", "problem", "reason", "similarity")
        )
