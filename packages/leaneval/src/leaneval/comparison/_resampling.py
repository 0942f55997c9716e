"""All conditions of a comparison under the same resamples, each resampled once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.statistics import Bootstrap, Estimate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from leaneval.results import Bounds


class Side(NamedTuple):
    """One condition with some of its seeds.

    Attributes:
        low: (metrics, seeds, problems), what is missing counted as failing.
        high: The same, counted as passing.
        low_draws: (metrics, resamples): means of `low`.
        high_draws: Of `high`.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    low_draws: NDArray[np.float64]
    high_draws: NDArray[np.float64]


class Resampling:
    """The resamples of a comparison.

    Args:
        metrics: Which of the tables' metrics, in order.
        problems: How many there are.
        resamples: How many.
        seed: Of the random numbers.
    """

    def __init__(self, metrics: Sequence[str], problems: int, resamples: int, seed: int) -> None:
        self._metrics = metrics
        self._problems, self._resamples, self._seed = problems, resamples, seed
        self._made: dict[tuple[int, tuple[int, ...]], Side] = {}

    def of(self, tables: Mapping[str, Bounds], seeds: tuple[int, ...] | None = None) -> Side:
        """A condition's tables and draws; made once for the same mapping and seeds.

        Args:
            tables: By metric; kept by the caller as long as this object is used.
            seeds: Which rows; None: all.
        """
        rows = tuple(range(len(tables[self._metrics[0]].low))) if seeds is None else seeds
        key = (id(tables), rows)
        if key not in self._made:
            self._made[key] = self._side(tables, rows)
        return self._made[key]

    def _side(self, tables: Mapping[str, Bounds], rows: tuple[int, ...]) -> Side:
        low = np.stack([tables[name].low[list(rows)] for name in self._metrics])
        high = np.stack([tables[name].high[list(rows)] for name in self._metrics])
        bootstrap = Bootstrap(len(rows), self._problems, self._resamples, self._seed)
        draws = bootstrap.means(low)
        return Side(low, high, draws, draws if np.array_equal(low, high) else bootstrap.means(high))

    def estimates(self, tables: Mapping[str, Bounds]) -> dict[str, Estimate]:
        """A condition's metrics with their intervals."""
        side = self.of(tables)
        values = (side.low.mean(axis=(1, 2)) + side.high.mean(axis=(1, 2))) / 2
        return self._estimates(values, side.low_draws, side.high_draws)

    def differences(self, of: Side, minus: Side) -> dict[str, Estimate]:
        """One condition's metrics less another's, with their intervals."""
        middles = [
            (side.low.mean(axis=(1, 2)) + side.high.mean(axis=(1, 2))) / 2 for side in (of, minus)
        ]
        low, high = of.low_draws - minus.high_draws, of.high_draws - minus.low_draws
        return self._estimates(middles[0] - middles[1], low, high)

    def _estimates(
        self, values: NDArray[np.float64], low: NDArray[np.float64], high: NDArray[np.float64]
    ) -> dict[str, Estimate]:
        return {
            name: Estimate.of_draws(float(values[m]), low[m], high[m])
            for m, name in enumerate(self._metrics)
        }
