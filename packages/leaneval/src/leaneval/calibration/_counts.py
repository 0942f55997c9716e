"""A judge's answers against people's: the confusion table and what is read off it.

The functions work on one table or on a stack of resampled ones alike. Invariant: what is undefined
(a class that is not there) is NaN, never 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Counts(NamedTuple):
    """Statements by what the judge and people say; arrays of one shape.

    Attributes:
        tp: Both say that it means the problem.
        fp: Only the judge does.
        fn: Only people do.
        tn: Neither does.
    """

    tp: NDArray[np.float64]
    fp: NDArray[np.float64]
    fn: NDArray[np.float64]
    tn: NDArray[np.float64]

    @property
    def precision(self) -> NDArray[np.float64]:
        """Share of passing statements that are right."""
        return _share(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> NDArray[np.float64]:
        """Share of right statements that pass (sensitivity)."""
        return _share(self.tp, self.tp + self.fn)

    @property
    def specificity(self) -> NDArray[np.float64]:
        """Share of wrong statements that fail."""
        return _share(self.tn, self.tn + self.fp)

    @property
    def agreement(self) -> NDArray[np.float64]:
        """Share of statements on which the two agree."""
        return _share(self.tp + self.tn, self.tp + self.fp + self.fn + self.tn)

    @property
    def f1(self) -> NDArray[np.float64]:
        """Harmonic mean of precision and recall."""
        return _share(2 * self.tp, 2 * self.tp + self.fp + self.fn)

    @property
    def kappa(self) -> NDArray[np.float64]:
        """Agreement beyond chance (Cohen, 1960), for a two-by-two table."""
        passing, right = self.tp + self.fp, self.tp + self.fn
        failing, wrong = self.fn + self.tn, self.fp + self.tn
        return _share(
            2 * (self.tp * self.tn - self.fp * self.fn), passing * wrong + right * failing
        )

    @property
    def youden(self) -> NDArray[np.float64]:
        """Recall + specificity - 1: 0 is guessing, 1 is perfect (Youden, 1950)."""
        return self.recall + self.specificity - 1


def counts(
    right: NDArray[np.bool_], passes: NDArray[np.bool_], weights: NDArray[np.float64]
) -> Counts:
    """The tables of weighted statements.

    Args:
        right: (statements,), what people say.
        passes: (statements,), what the judge says.
        weights: (..., statements).
    """
    cells = (right & passes, ~right & passes, right & ~passes, ~right & ~passes)
    return Counts(*(weights @ cell.astype(float) for cell in cells))


def _share(part: NDArray[np.float64], whole: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(divide="ignore", invalid="ignore"):
        found: NDArray[np.float64] = np.where(whole > 0, part / whole, np.nan)
    return found
