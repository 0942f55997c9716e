"""One judge against people: confusion table, measures, curves, best threshold, disputes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.calibration._bands import Band, bands
from leaneval.calibration._counts import Counts, counts
from leaneval.calibration._measures import measures
from leaneval.calibration._threshold import Threshold, best_thresholds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from leaneval.calibration._judged import Judged
    from leaneval.calibration._labels import Labels
    from leaneval.calibration._resamples import Resamples
    from leaneval.statistics import Estimate


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
        measures(right, judged, resamples),
        _roc(right[scored], judged.scores[scored]) if both else None,
        _precision_recall(right[scored], judged.scores[scored]) if both else None,
        best_thresholds(right, judged.scores, scored, resamples) if both else (),
        bands(right, judged.scores, scored, resamples),
        tuple(
            Dispute(labels.rows[i].id, bool(right[i]), float(judged.scores[i]), judged.reasons[i])
            for i in np.flatnonzero(known & ((judged.passes == 1) != right))
        ),
    )  # fmt: skip


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
