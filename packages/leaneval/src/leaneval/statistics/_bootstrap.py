"""Bootstrap intervals over problems and seeds, paired across conditions.

A condition's values form a table (seeds x problems). A resample draws problems with replacement
and, where there are several, seeds with replacement (the two-way, "pigeonhole" bootstrap: Owen
2007, Ann. Appl. Stat. 1(2)); the interval holds the middle 95 % of the resamples' means.

Invariant: the problems drawn depend on the number of problems alone, the seeds drawn on the number
of seeds alone. So all conditions see the same resamples, a difference of two conditions' draws is
the draw of their difference, and what they have in common drops out. Two conditions of unequal
numbers of seeds draw theirs independently. With one seed the interval knows nothing of how much
another draw of the data or another training would have changed; with few it is too narrow
(docs/method.md says by how much).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from leaneval.statistics._estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

RESAMPLES = 10_000
SEED = 20_260_413
"""Of the random numbers, where no other is asked for."""
_BLOCK = 1_000
_PROBLEMS, _SEEDS = 1, 2


class Bootstrap:
    """The resamples of one comparison.

    Args:
        seeds: Rows of the tables, at least 1.
        problems: Columns of the tables, at least 1.
        resamples: How many.
        seed: Of the random numbers.
    """

    def __init__(
        self, seeds: int, problems: int, resamples: int = RESAMPLES, seed: int = SEED
    ) -> None:
        if min(seeds, problems, resamples) < 1:
            raise ValueError(
                "a bootstrap needs at least one seed, one problem and one resample, got "
                f"{seeds}, {problems} and {resamples}"
            )
        self._seeds = _counts(seeds, resamples, (seed, _SEEDS, seeds)) / seeds
        self._problems = _counts(problems, resamples, (seed, _PROBLEMS, problems))

    def means(self, tables: ArrayLike) -> NDArray[np.float64]:
        """The mean of each table in each resample.

        Args:
            tables: (..., seeds, problems).

        Returns:
            (..., resamples).
        """
        values = np.asarray(tables, dtype=np.float64)
        *lead, seeds, problems = values.shape
        if (seeds, problems) != (self._seeds.shape[1], self._problems.shape[1]):
            raise ValueError(
                f"a table must be (seeds, problems) = ({self._seeds.shape[1]}, "
                f"{self._problems.shape[1]}), got ({seeds}, {problems})"
            )
        columns = values.reshape(-1, problems).T / problems
        found = np.empty((len(self._problems), int(np.prod(lead))))
        for start in range(0, len(found), _BLOCK):
            rows = slice(start, start + _BLOCK)
            drawn = self._problems[rows].astype(np.float64) @ columns
            drawn = drawn.reshape(len(drawn), -1, seeds)
            found[rows] = np.einsum("rms,rs->rm", drawn, self._seeds[rows])
        return np.ascontiguousarray(found.T).reshape(*lead, len(found))

    def estimate(
        self, low: NDArray[np.float64], high: NDArray[np.float64] | None = None
    ) -> Estimate:
        """Mean and interval of a quantity whose data may be partly missing.

        Args:
            low: (seeds, problems), all that is missing counted as failing.
            high: The same, counted as passing; None where nothing is missing.
        """
        if high is None or np.array_equal(low, high):
            return Estimate.of_draws(float(np.mean(low)), self.means(low))
        value = float((np.mean(low) + np.mean(high)) / 2)
        return Estimate.of_draws(value, *self.means(np.stack([low, high])))


@lru_cache(maxsize=8)
def _counts(kinds: int, resamples: int, key: tuple[int, ...]) -> NDArray[np.unsignedinteger]:
    """How often each of `kinds` things is drawn in each resample: (resamples, kinds)."""
    rng = np.random.default_rng(key)
    counts = np.empty((resamples, kinds), dtype=np.min_scalar_type(kinds))
    for start in range(0, resamples, _BLOCK):
        rows = min(_BLOCK, resamples - start)
        drawn = rng.integers(kinds, size=(rows, kinds)) + kinds * np.arange(rows)[:, None]
        found = np.bincount(drawn.ravel(), minlength=rows * kinds)
        counts[start : start + rows] = found.reshape(rows, kinds)
    counts.flags.writeable = False
    return counts
