"""Bootstrap intervals over problems and seeds, paired across conditions.

A condition's values form a table (seeds x problems). A resample draws problems with replacement
and, where there are several, seeds with replacement (the two-way, "pigeonhole" bootstrap: Owen
2007, Ann. Appl. Stat. 1(2)). All conditions see the same resamples, so a difference is paired: what
problems and seeds have in common drops out. With one seed the interval knows nothing of how much
another draw of the data or another training would have changed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

RESAMPLES = 4_000
_LEVEL = 0.95
_SEED = 20_260_413


class Estimate(NamedTuple):
    """A mean with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return self.low > 0 or self.high < 0


class Bootstrap:
    """The resamples of one comparison.

    Args:
        seeds: Rows of the tables.
        problems: Columns of the tables.
    """

    def __init__(self, seeds: int, problems: int) -> None:
        rng = np.random.default_rng(_SEED)
        even = np.full(problems, 1 / problems)
        self._problems = rng.multinomial(problems, even, RESAMPLES) / problems
        self._seeds = rng.multinomial(seeds, np.full(seeds, 1 / seeds), RESAMPLES) / seeds

    def estimate(self, low: NDArray[np.float64], high: NDArray[np.float64]) -> Estimate:
        """Mean and interval of a quantity whose data may be partly missing.

        Args:
            low: (seeds, problems), all that is missing counted as failing.
            high: The same, counted as passing; equal to `low` where nothing is missing.
        """
        tail = (1 - _LEVEL) / 2
        return Estimate(
            float((low.mean() + high.mean()) / 2),
            float(np.quantile(self._means(low), tail)),
            float(np.quantile(self._means(high), 1 - tail)),
        )

    def _means(self, table: NDArray[np.float64]) -> NDArray[np.float64]:
        means: NDArray[np.float64] = ((self._seeds @ table) * self._problems).sum(axis=1)
        return means
