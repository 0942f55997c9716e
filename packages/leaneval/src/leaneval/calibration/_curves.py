"""ROC and precision-recall over weighted statements, and the best threshold, resample by resample.

`Ladder` counts who passes at each distinct score of a file for any weights at once; areas and best
thresholds are read off it. scikit-learn gives the curves themselves and is the tests' oracle here;
it takes one set of weights a call, which is too slow for ten thousand of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.integrate import trapezoid

from leaneval.calibration._counts import Counts

if TYPE_CHECKING:
    from numpy.typing import NDArray

CRITERIA = ("youden", "f1")
"""What a best threshold may maximise; the first is the default. It does not depend on how many
statements are right, so it carries over from a labelled file to a run; F1 does."""

_TIE = 1e-12
"""What rounding may do to equal values."""


class Ladder:
    """The distinct scores of a file, from the highest down.

    Args:
        scores: (statements,), no NaN.
        right: (statements,), what people say.
    """

    def __init__(self, scores: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
        self._order = np.argsort(-scores, kind="stable")
        descending = scores[self._order]
        self._ends = np.flatnonzero(np.append(np.diff(descending) < 0, True))
        self.thresholds: NDArray[np.float64] = descending[self._ends]
        self._right = right[self._order]

    def at(self, weights: NDArray[np.float64]) -> Counts:
        """Confusion tables where each distinct score in turn is the least that passes.

        Args:
            weights: (resamples, statements).

        Returns:
            Counts of shape (resamples, thresholds).
        """
        drawn = weights[..., self._order]
        tp = np.cumsum(drawn * self._right, axis=-1)[..., self._ends]
        fp = np.cumsum(drawn * ~self._right, axis=-1)[..., self._ends]
        return Counts(tp, fp, tp[..., -1:] - tp, fp[..., -1:] - fp)


def roc_auc(ladder: Counts) -> NDArray[np.float64]:
    """Area under the ROC curve by trapezoids, as in `sklearn.metrics.roc_auc_score`."""
    recall, fallout = _from_zero(ladder.recall), _from_zero(1 - ladder.specificity)
    area: NDArray[np.float64] = trapezoid(recall, fallout, axis=-1)
    return area


def average_precision(ladder: Counts) -> NDArray[np.float64]:
    """Sum of precision times gain in recall, as in `sklearn.metrics.average_precision_score`."""
    gains = np.diff(_from_zero(ladder.recall), axis=-1)
    # a rung that no weight has reached yet has no precision, and gains nothing
    found: NDArray[np.float64] = np.where(gains > 0, gains * ladder.precision, gains).sum(axis=-1)
    return found


def best(ladder: Counts, criterion: str) -> NDArray[np.intp]:
    """Index of the best threshold; of equals the strictest."""
    value = getattr(ladder, criterion)
    value = np.where(np.isnan(value), -np.inf, value)
    reached = value >= value.max(axis=-1, keepdims=True) - _TIE
    found: NDArray[np.intp] = reached.argmax(axis=-1)
    return found


def pick(ladder: Counts, place: NDArray[np.intp]) -> Counts:
    """The tables at one threshold a resample."""
    return Counts(*(np.take_along_axis(c, place[..., None], axis=-1)[..., 0] for c in ladder))


def _from_zero(values: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([np.zeros((*values.shape[:-1], 1)), values], axis=-1)
