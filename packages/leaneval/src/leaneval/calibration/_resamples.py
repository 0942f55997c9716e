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

from leaneval.statistics import RESAMPLES, SEED, Estimate, wilson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

CELLS = 1_000_000
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
        number = {group: place for place, group in enumerate(sorted(set(groups)))}
        self.member: NDArray[np.intp] = np.array([number[group] for group in groups], np.intp)
        self.problems = len(number)
        self._resamples = resamples
        self._seed = seed

    @property
    def clustered(self) -> bool:
        """Whether some problem has several statements."""
        return self.problems < len(self.member)

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
        size = max(1, CELLS // len(self.member))
        for start in range(0, self._resamples, size):
            rows = min(size, self._resamples - start)
            draws = rng.multinomial(self.problems, even, rows).astype(float)
            yield draws[:, self.member]


def share_of(
    value: float, low: tuple[int, int], high: tuple[int, int], drawn: Estimate, resamples: Resamples
) -> Estimate:
    """A share with Wilson's interval, or that and the bootstrap's where problems are clusters.

    Args:
        value: The point.
        low: (hits, trials), all that is missing taken against the judge.
        high: The same, taken in its favour.
        drawn: The bootstrap's.
        resamples: Of the statements.
    """
    if not low[1] or not high[1]:
        return UNDEFINED
    ends = wilson(*low).low, wilson(*high).high
    if not resamples.clustered:
        return Estimate(value, *ends)
    return Estimate(value, min(ends[0], drawn.low), max(ends[1], drawn.high))


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
