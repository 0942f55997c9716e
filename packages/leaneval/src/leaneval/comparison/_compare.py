"""The numbers of a comparison.

Invariant: all conditions see the same resamples of problems, and of seeds where they have as many;
so a difference's draws are the differences of draws. Seeds of two conditions are paired by their
number where both name them (only those that both have are compared), else by their order, else,
where there are more of one, not at all. Sources of the formulas: `leaneval.statistics`.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval._collector import put_off
from leaneval.comparison._resampling import Resampling
from leaneval.comparison._types import Change, Comparison, Difference, Measured, Pair
from leaneval.errors import UsageError
from leaneval.metrics import Interval, missing_share
from leaneval.results import Bounds, tabulate
from leaneval.statistics import RESAMPLES, SEED, SignFlips, holm

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from leaneval.results import Condition, Shared
    from leaneval.statistics import Estimate

_ROUNDING = 1e-9


def main_metrics(shared: Shared, *, judged: bool = True) -> tuple[str, ...]:
    """C@k and S@k at the least and the greatest k, and the gap."""
    ends = dict.fromkeys((shared.k[0], shared.k[-1]))
    kinds = ("C", "S") if judged else ("C",)
    return (*(f"{kind}@{k}" for kind in kinds for k in ends), *(("gap",) if judged else ()))


@put_off()
def compare(
    conditions: Sequence[Condition],
    shared: Shared,
    *,
    metrics: Sequence[str] | None = None,
    baseline: str | None = None,
    pairs: Sequence[tuple[str, str]] | None = None,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Comparison:
    """Compare conditions on what they share.

    Args:
        conditions: At least two for a difference; their names are distinct.
        shared: What `leaneval.results.common` said of them.
        metrics: Names of `leaneval.metrics.intervals`; None: the main ones that all have.
        baseline: Compare each with this condition alone; None: all pairs.
        pairs: Compare these alone, (of, minus) by name, and adjust for them alone.
        resamples: Of the bootstrap and of the test.
        seed: Of their random numbers.

    Raises:
        UsageError: There is no such metric or baseline.
    """
    tables = [
        tabulate(condition, replace(shared, k=_with_one(shared.k))) for condition in conditions
    ]
    chosen = _chosen(metrics, shared, tables)
    resampling = Resampling(chosen, len(shared.problems), resamples, seed)
    measured = tuple(
        Measured(condition, _missing(condition, shared), table, resampling.estimates(table))
        for condition, table in zip(conditions, tables, strict=True)
    )
    by_name = {one.name: one for one in measured}
    asked = _pairs(measured, baseline) if pairs is None else [
        (by_name[of], by_name[minus]) for of, minus in pairs
    ]  # fmt: skip
    untested = [_pair(*both, resampling, shared) for both in asked]
    found = _tested(untested, shared, SignFlips(len(shared.problems), resamples, seed))
    return Comparison(shared, chosen, measured, found, resamples, seed)


def _with_one(ks: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted({1, *ks}))


def _chosen(
    metrics: Sequence[str] | None, shared: Shared, tables: Sequence[Mapping[str, Bounds]]
) -> tuple[str, ...]:
    known = [name for name in tables[0] if all(name in table for table in tables)]
    if metrics is None:
        return main_metrics(shared, judged="S@1" in known)
    if unknown := [name for name in metrics if name not in known]:
        raise UsageError(
            f"a metric must be one that all runs have, got {unknown[0]!r}. They have "
            f"{', '.join(known)}."
        )
    return tuple(dict.fromkeys(metrics))


def _missing(condition: Condition, shared: Shared) -> float:
    return missing_share(
        run.samples[problem].duals for run in condition.runs for problem in shared.problems
    )


def _pairs(measured: Sequence[Measured], baseline: str | None) -> list[tuple[Measured, Measured]]:
    if baseline is None:
        return [(later, earlier) for earlier, later in combinations(measured, 2)]
    by_name = {one.name: one for one in measured}
    if baseline not in by_name:
        raise UsageError(
            f"the baseline must be one of the conditions, got {baseline!r}. They are "
            f"{', '.join(by_name)}."
        )
    return [(one, by_name[baseline]) for one in measured if one.name != baseline]


class _Untested(NamedTuple):
    """A pair before its p-values: seed-mean differences by metric and problem, and intervals."""

    of: Measured
    minus: Measured
    seeds: tuple[int, int]
    rows: Bounds
    estimates: Mapping[str, Estimate]
    changed_by: str
    changes: tuple[Change, ...]

    def tested(
        self, p: NDArray[np.float64], adjusted: NDArray[np.float64], problems: Sequence[str]
    ) -> Pair:
        """The pair with a p-value and an adjusted one by metric."""
        found = {
            name: Difference(
                estimate,
                float(p[m]),
                float(adjusted[m]),
                *_changed(name, self.rows.low[m], self.rows.high[m], problems),
            )
            for m, (name, estimate) in enumerate(self.estimates.items())
        }
        return Pair(self.of, self.minus, self.seeds, found, self.changed_by, self.changes)


def _pair(of: Measured, minus: Measured, resampling: Resampling, shared: Shared) -> _Untested:
    ours, theirs = _seeds(of.condition, minus.condition)
    one, other = resampling.of(of.bounds, ours), resampling.of(minus.bounds, theirs)
    rows = Bounds(
        one.low.mean(axis=1) - other.high.mean(axis=1),
        one.high.mean(axis=1) - other.low.mean(axis=1),
    )
    solved = "S@1" if "S@1" in of.bounds and "S@1" in minus.bounds else "C@1"
    changes = _changes(_solved(of, solved, ours), _solved(minus, solved, theirs), shared.problems)
    estimates = resampling.differences(one, other)
    return _Untested(of, minus, (len(ours), len(theirs)), rows, estimates, solved, changes)


def _solved(one: Measured, metric: str, seeds: tuple[int, ...]) -> list[Interval]:
    """Share of rollouts that pass, by problem."""
    low, high = (table[list(seeds)].mean(axis=0) for table in one.bounds[metric])
    return [Interval(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def _changes(
    of: Sequence[Interval], minus: Sequence[Interval], problems: Sequence[str]
) -> tuple[Change, ...]:
    found = [
        Change(problem, a, b)
        for problem, a, b in zip(problems, of, minus, strict=True)
        if a.low > b.high + _ROUNDING or a.high < b.low - _ROUNDING
    ]
    return tuple(sorted(found, key=lambda change: -abs(sum(change.of) - sum(change.minus))))


def _seeds(of: Condition, minus: Condition) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which of each condition's runs are compared, matched as far as they can be."""
    ours, theirs = ([run.seed for run in condition.runs] for condition in (of, minus))
    both = [seed for seed in ours if seed is not None and seed in theirs]
    if both and None not in ours and None not in theirs:
        return tuple(map(ours.index, both)), tuple(map(theirs.index, both))
    return tuple(range(len(ours))), tuple(range(len(theirs)))


def _tested(pairs: Sequence[_Untested], shared: Shared, flips: SignFlips) -> tuple[Pair, ...]:
    if not pairs:
        return ()
    low, high = (np.stack(tables) for tables in zip(*(pair.rows for pair in pairs), strict=True))
    shape = low.shape[:2]
    p_values = flips.p_values(*(rows.reshape(-1, rows.shape[-1]) for rows in (low, high)))
    p_values = p_values.reshape(shape)
    adjusted = np.stack([holm(column) for column in p_values.T], axis=1)
    return tuple(
        pair.tested(p_values[number], adjusted[number], shared.problems)
        for number, pair in enumerate(pairs)
    )


def _changed(
    metric: str, low: NDArray[np.float64], high: NDArray[np.float64], problems: Sequence[str]
) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Problems whose value rose, and fell, whatever is missing."""
    if metric == "gap":
        return None, None
    rose, fell = np.flatnonzero(low > _ROUNDING), np.flatnonzero(high < -_ROUNDING)
    return tuple(problems[i] for i in rose), tuple(problems[i] for i in fell)
