"""Bootstrap over labelled statements: what another draw of labels would have said.

A resample draws problems with replacement, each with all of its statements, because statements of
one problem are not independent; where every problem has one statement that is the plain bootstrap.
Intervals are percentiles. Everything that is compared sees the same resamples, so differences are
paired. The weights themselves are needed here (for curves, and for what a resample left out), which
`leaneval.statistics.Bootstrap` does not give. Out of scope: how else people might have labelled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leaneval.statistics import RESAMPLES, Estimate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

SEED = 20_260_413
_CELLS = 1_000_000
"""Numbers in memory at once."""

UNDEFINED = Estimate(float("nan"), float("nan"), float("nan"))
"""What a file does not determine, such as a ROC curve where people found all right."""


class Resamples:
    """The resamples of one labelled file.

    Args:
        groups: What statements of one problem share, one entry a statement.
        resamples: How many.
        seed: Of the draw.
    """

    def __init__(self, groups: Sequence[str], resamples: int = RESAMPLES, seed: int = SEED) -> None:
        _, member = np.unique(np.array(groups, dtype=object).astype(str), return_inverse=True)
        self.member: NDArray[np.intp] = member
        self.problems = int(member.max()) + 1
        self._resamples = resamples
        self._seed = seed

    def __call__(
        self, statistics: Callable[[NDArray[np.float64]], Mapping[str, NDArray[np.float64]]]
    ) -> dict[str, NDArray[np.float64]]:
        """Every statistic of every resample.

        Args:
            statistics: From weights (resamples, statements) to named arrays (resamples,).
        """
        blocks = [statistics(weights) for weights in self._blocks()]
        return {name: np.concatenate([block[name] for block in blocks]) for name in blocks[0]}

    def _blocks(self) -> Iterator[NDArray[np.float64]]:
        rng = np.random.default_rng(self._seed)
        even = np.full(self.problems, 1 / self.problems)
        size = max(1, _CELLS // len(self.member))
        for start in range(0, self._resamples, size):
            rows = min(size, self._resamples - start)
            draws = rng.multinomial(self.problems, even, rows).astype(float)
            yield draws[:, self.member]


def of_draws(
    value: float, low: NDArray[np.float64], high: NDArray[np.float64] | None = None
) -> Estimate:
    """The percentile interval; resamples where the statistic is undefined are left out.

    Args:
        value: The point.
        low: The statistic in each resample, all that is missing taken against the judge.
        high: The same, taken in its favour; None where nothing is missing.
    """
    draws = [found[~np.isnan(found)] for found in (low, low if high is None else high)]
    return Estimate.of_draws(value, *draws) if min(map(len, draws)) else UNDEFINED
