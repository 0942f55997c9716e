"""A judge's measures with their intervals.

Where answers or scores are missing every measure is first bounded: all missing ones wrong to all
missing ones right, the extremes of each of them. A point is given only while less than
`leaneval.metrics.POINT_LIMIT` is missing, as everywhere in leaneval.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.calibration import _curves as curves
from leaneval.calibration._counts import Counts, counts
from leaneval.calibration._resamples import UNDEFINED, of_draws, share_of
from leaneval.metrics import POINT_LIMIT

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leaneval.calibration._judged import Judged
    from leaneval.calibration._resamples import Resamples
    from leaneval.statistics import Estimate

PROPORTIONS = {
    "precision": (("tp",), ("fp",)),
    "recall": (("tp",), ("fn",)),
    "specificity": (("tn",), ("fp",)),
    "agreement": (("tp", "tn"), ("fp", "fn")),
}
"""Measure -> the cells that hit and those that miss."""
_OF_SCORES = ("roc_auc", "average_precision")
"""Measures that need scores; the others are of answers."""
_BELOW, _ABOVE = -1.0, 2.0


class _Completed(NamedTuple):
    """Answers and scores with nothing missing; None instead of scores where there are none."""

    passes: NDArray[np.bool_]
    scores: NDArray[np.float64] | None


def _completed(right: NDArray[np.bool_], judged: Judged, *, correct: bool) -> _Completed:
    """What is missing filled in, all as people say or all against them."""
    filled = right if correct else ~right
    passes = np.where(np.isnan(judged.passes), filled, judged.passes == 1)
    unscored = np.isnan(judged.scores)
    if unscored[~judged.outside].all():
        return _Completed(passes, None)
    return _Completed(passes, np.where(unscored, np.where(filled, _ABOVE, _BELOW), judged.scores))


def measures(right: NDArray[np.bool_], judged: Judged, resamples: Resamples) -> dict[str, Estimate]:
    """Every measure by name, bounded where answers or scores are missing.

    Args:
        right: (statements,), what people say.
        judged: What the judge says.
        resamples: Of the statements.
    """
    inner = ~judged.outside
    inside, even = inner.astype(float), np.ones((1, len(right)))
    gaps = {of: int((np.isnan(v) & inner).sum()) for of, v in
            (("answers", judged.passes), ("scores", judged.scores))}  # fmt: skip
    # with nothing missing the two ends are one
    fills = (False, True) if any(gaps.values()) else (True,)
    ends = [_completed(right, judged, correct=fill) for fill in fills]
    points = [_statistics(right, c, even, inside=inside) for c in ends]
    draws = [resamples(partial(_statistics, right, c, inside=inside)) for c in ends]
    tables = [counts(right, c.passes, inside) for c in ends]
    few = {of: count < POINT_LIMIT * max(1, inner.sum()) for of, count in gaps.items()}
    found = {}
    for name in points[0]:
        low, high = (float(points[end][name][0]) for end in (0, -1))
        pointed = few["scores" if name in _OF_SCORES else "answers"]
        value = (low + high) / 2 if pointed else float("nan")
        estimate = of_draws(value, draws[0][name], draws[-1][name])
        if name in PROPORTIONS:
            estimate = _proportion(name, value, tables, estimate, resamples)
        defined = not np.isnan(low) and not np.isnan(high)
        found[name] = estimate if defined else UNDEFINED
    return found


def _proportion(
    name: str, value: float, tables: list[Counts], drawn: Estimate, resamples: Resamples
) -> Estimate:
    hits, misses = ([int(sum(getattr(t, c) for c in part)) for t in tables]
                    for part in PROPORTIONS[name])  # fmt: skip
    low, high = ((hits[end], hits[end] + misses[end]) for end in (0, -1))
    return share_of(value, low, high, drawn, resamples)


def _statistics(
    right: NDArray[np.bool_],
    completed: _Completed,
    weights: NDArray[np.float64],
    *,
    inside: NDArray[np.float64],
) -> dict[str, NDArray[np.float64]]:
    """Every measure of every resample, over the statements that the judge is for."""
    weights = weights * inside
    table = counts(right, completed.passes, weights)
    names = (*PROPORTIONS, "f1", "kappa", "youden")
    found: dict[str, NDArray[np.float64]] = {name: getattr(table, name) for name in names}
    if completed.scores is not None:
        ladder = curves.Ladder(completed.scores, right).at(weights)
        found["roc_auc"] = curves.roc_auc(ladder)
        found["average_precision"] = curves.average_precision(ladder)
    return found
