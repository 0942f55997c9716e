"""One judge against people: confusion table, measures with intervals, curves, best threshold.

Where scores are missing every measure is first bounded: all missing answers wrong to all missing
answers right, the extremes of each of them. A point is given only while less than
`leaneval.metrics.POINT_LIMIT` is missing, as everywhere in leaneval.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.calibration import _curves as curves
from leaneval.calibration._bands import Band, bands
from leaneval.calibration._counts import Counts, counts
from leaneval.calibration._resamples import UNDEFINED, of_draws
from leaneval.calibration._threshold import Threshold, best_thresholds
from leaneval.metrics import POINT_LIMIT
from leaneval.statistics import Estimate, wilson

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from leaneval.calibration._judged import Judged
    from leaneval.calibration._labels import Labels
    from leaneval.calibration._resamples import Resamples

PROPORTIONS = {
    "precision": (("tp",), ("fp",)),
    "recall": (("tp",), ("fn",)),
    "specificity": (("tn",), ("fp",)),
    "agreement": (("tp", "tn"), ("fp", "fn")),
}
"""Measure -> the cells that hit and those that miss."""
_BELOW, _ABOVE = -1.0, 2.0


class Dispute(NamedTuple):
    """A statement on which judge and people part."""

    id: str
    right: bool
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class Curve:
    """A curve's points, as scikit-learn gives them.

    Attributes:
        x: False positive rate, or recall.
        y: True positive rate, or precision.
        thresholds: Least score that passes, one a point; NaN where none is.
    """

    x: tuple[float, ...]
    y: tuple[float, ...]
    thresholds: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Calibration:
    """One judge against people.

    Attributes:
        judged: Its answers.
        right: What people say, in the order of the labels.
        counts: Of the answered statements.
        missing: Statements without an answer, as (right, wrong).
        measures: By name; NaN where undefined, and as the point of what has only bounds.
        roc: None where undefined: people found all right or all wrong, or there are no scores.
        precision_recall: Likewise.
        thresholds: The best one by each criterion, the default first; empty where undefined.
        bands: Scores by band, and how often people find them right.
        disputes: Where the two part, in the file's order.
    """

    judged: Judged
    right: NDArray[np.bool_]
    counts: Counts
    missing: tuple[int, int]
    measures: Mapping[str, Estimate]
    roc: Curve | None
    precision_recall: Curve | None
    thresholds: tuple[Threshold, ...]
    bands: tuple[Band, ...]
    disputes: tuple[Dispute, ...]

    @property
    def statements(self) -> int:
        """How many the judge is for: all but those that do not compile."""
        return int((~self.judged.outside).sum())

    @property
    def coverage(self) -> float:
        """Share of them that it answered."""
        return 1 - sum(self.missing) / self.statements if self.statements else float("nan")


def calibrate(labels: Labels, judged: Judged, resamples: Resamples) -> Calibration:
    """Measure one judge.

    Args:
        labels: What people say.
        judged: What the judge says, in their order.
        resamples: Of the same labels; several judges given the same are compared pairwise.
    """
    right = np.array([row.right for row in labels.rows], bool)
    inside = ~judged.outside
    known = inside & ~np.isnan(judged.passes)
    missing = inside & ~known
    scored = inside & ~np.isnan(judged.scores)
    weights = known.astype(float)
    both = 0 < right[scored].sum() < scored.sum()
    return Calibration(
        judged, right, counts(right, judged.passes == 1, weights),
        (int((missing & right).sum()), int((missing & ~right).sum())),
        _measures(right, judged, resamples),
        _roc(right[scored], judged.scores[scored]) if both else None,
        _precision_recall(right[scored], judged.scores[scored]) if both else None,
        best_thresholds(right, judged.scores, scored, resamples) if both else (),
        bands(right[scored], judged.scores[scored]),
        tuple(
            Dispute(labels.rows[i].id, bool(right[i]), float(judged.scores[i]), judged.reasons[i])
            for i in np.flatnonzero(known & ((judged.passes == 1) != right))
        ),
    )  # fmt: skip


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


def _measures(
    right: NDArray[np.bool_], judged: Judged, resamples: Resamples
) -> dict[str, Estimate]:
    """Every measure, bounded where answers are missing."""
    inner = ~judged.outside
    inside, even = inner.astype(float), np.ones((1, len(right)))
    missing = int((np.isnan(judged.passes) & inner).sum())
    gaps = missing or (np.isnan(judged.scores) & inner).any()
    # with nothing missing the two ends are one
    ends = [_completed(right, judged, correct=c) for c in ((False, True) if gaps else (True,))]
    points = [_statistics(right, c, even, inside=inside) for c in ends]
    draws = [resamples(partial(_statistics, right, c, inside=inside)) for c in ends]
    tables = [counts(right, c.passes, inside) for c in ends]
    pointed = missing < POINT_LIMIT * max(1, inner.sum())
    found = {}
    for name in points[0]:
        low, high = (float(points[end][name][0]) for end in (0, -1))
        value = (low + high) / 2 if pointed else float("nan")
        estimate = of_draws(value, draws[0][name], draws[-1][name])
        if name in PROPORTIONS:
            estimate = _wilson(name, value, tables, estimate, resamples)
        defined = not np.isnan(low) and not np.isnan(high)
        found[name] = estimate if defined else UNDEFINED
    return found


def _wilson(
    name: str, value: float, tables: list[Counts], drawn: Estimate, resamples: Resamples
) -> Estimate:
    """Wilson's interval; with several statements a problem, the hull of it and the bootstrap's."""
    hits, misses = ([int(sum(getattr(t, c) for c in part)) for t in tables]
                    for part in PROPORTIONS[name])  # fmt: skip
    if any(hit + miss == 0 for hit, miss in zip(hits, misses, strict=True)):
        return UNDEFINED
    low, high = (wilson(hits[end], hits[end] + misses[end]) for end in (0, -1))
    if resamples.problems == len(resamples.member):
        return Estimate(value, low.low, high.high)
    return Estimate(value, min(low.low, drawn.low), max(high.high, drawn.high))


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


def _roc(right: NDArray[np.bool_], scores: NDArray[np.float64]) -> Curve:
    from sklearn.metrics import roc_curve

    x, y, thresholds = roc_curve(right, scores, drop_intermediate=False)
    return Curve(tuple(x.tolist()), tuple(y.tolist()), _finite(thresholds))


def _precision_recall(right: NDArray[np.bool_], scores: NDArray[np.float64]) -> Curve:
    from sklearn.metrics import precision_recall_curve

    precision, recall, thresholds = precision_recall_curve(right, scores)
    padded = np.append(thresholds, np.inf)
    return Curve(tuple(recall.tolist()), tuple(precision.tolist()), _finite(padded))


def _finite(thresholds: NDArray[np.float64]) -> tuple[float, ...]:
    return tuple(np.where(np.isinf(thresholds), np.nan, thresholds).tolist())
