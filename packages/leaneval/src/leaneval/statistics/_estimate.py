"""A number with its interval."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

LEVEL = 0.95
"""Confidence of every interval."""


class Estimate(NamedTuple):
    """A number with its 95 % interval.

    Attributes:
        value: The point; where data are missing, the middle of its bounds.
        low: Lower end, all that is missing counted as failing.
        high: Upper end, all that is missing counted as passing.
    """

    value: float
    low: float
    high: float

    @property
    def excludes_zero(self) -> bool:
        """Whether the whole interval lies on one side of 0."""
        return self.low > 0 or self.high < 0

    @classmethod
    def of_draws(
        cls, value: float, low: NDArray[np.float64], high: NDArray[np.float64] | None = None
    ) -> Estimate:
        """The percentile interval of a bootstrap's draws.

        Args:
            value: The point.
            low: The quantity in each resample, all that is missing counted as failing.
            high: The same, counted as passing; None where nothing is missing.
        """
        tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
        if high is None:
            return cls(value, *map(float, np.quantile(low, tails)))
        return cls(value, float(np.quantile(low, tails[0])), float(np.quantile(high, tails[1])))
