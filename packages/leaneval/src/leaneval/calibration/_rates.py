"""How often a judge errs, in many draws of the labels.

The labels' problems get random exponential weights (the Bayesian bootstrap: Rubin 1981, Ann.
Statist. 9), and each cell of the confusion table half a statement more (Jeffreys), because a judge
without an error on few labels is not perfect. For statements of problems of their own that makes
sensitivity Beta(TP + 1/2, FN + 1/2) and specificity Beta(TN + 1/2, FP + 1/2).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.calibration._counts import Counts
from leaneval.calibration._resamples import CELLS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from leaneval.calibration._calibration import Calibration
    from leaneval.calibration._resamples import Resamples

_LABELS = 4
"""Names this module's random numbers apart from those that draw problems and seeds."""


class Rates(NamedTuple):
    """Sensitivity and specificity: as measured, then in each draw of the labels."""

    sensitivity: NDArray[np.float64]
    specificity: NDArray[np.float64]


def rates(
    calibration: Calibration, labels: Resamples, resamples: int, seed: int
) -> Iterator[Rates]:
    """The judge's rates; where answers are missing, at all four extremes of what they might be."""
    rng = np.random.default_rng((seed, _LABELS))
    judged, right = calibration.judged, calibration.right
    answers = (judged.passes == 1, judged.passes == 0, np.isnan(judged.passes))
    kinds = [is_right & a & ~judged.outside for is_right in (right, ~right) for a in answers]
    by_problem = np.zeros((labels.problems, len(kinds)))
    np.add.at(by_problem, labels.member, np.array(kinds, float).T)
    drawn = np.vstack([by_problem.sum(axis=0), _weighted(rng, by_problem, resamples)])
    halves = np.vstack([np.zeros(4), rng.gamma(0.5, size=(resamples, 4))]).T
    tp, fn, hidden, fp, tn, wrong_hidden = drawn.T
    for of_right in (False, True)[: 1 + bool(calibration.missing[0])]:
        for of_wrong in (False, True)[: 1 + bool(calibration.missing[1])]:
            table = Counts(
                tp + hidden * of_right + halves[0], fp + wrong_hidden * of_wrong + halves[1],
                fn + hidden * (not of_right) + halves[2],
                tn + wrong_hidden * (not of_wrong) + halves[3],
            )  # fmt: skip
            yield Rates(table.recall, table.specificity)


def _weighted(
    rng: np.random.Generator, by_problem: NDArray[np.float64], resamples: int
) -> NDArray[np.float64]:
    """Sums under random exponential weights, (resamples, kinds), a block of weights at a time."""
    size = max(1, CELLS // len(by_problem))
    blocks = [
        rng.exponential(size=(min(size, resamples - start), len(by_problem))) @ by_problem
        for start in range(0, resamples, size)
    ]
    return np.concatenate(blocks)
