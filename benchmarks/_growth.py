"""How a cost grows with n: the exponent of its power law, and whether n log n is outgrown.

Two estimates. The fit: the slope of log cost against log n over all sizes, by least squares, with
its 95 % interval (t distribution). What every run costs whatever its size flattens the small end,
so the fit may come out too low. The last step: the slope between the two greatest sizes, turn by
turn, which that touches least. The verdict is the last step's: n log n itself has, between sizes a
and b, the slope 1 + log(log b / log a) / log(b / a).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks._figures import MET, MISSED, OPEN, Spread
from benchmarks._measurement import Sample

_TURNS = 3
"""Fewer cannot tell growth from a neighbour's work."""
_LEAST = {"memory": 5.0}
"""MB; less is what the allocator had in hand."""


@dataclass(frozen=True, slots=True)
class Growth:
    """The growth of one figure of one arm.

    Attributes:
        arm: Which.
        figure: As in `Sample.value`.
        sizes: The values of n, rising.
        medians: Of the figure at each.
        exponent: Slope of the fit.
        margin: Half of its 95 % interval; NaN from fewer than three samples.
        last: Slopes of the last step, over the turns.
        allowed: The slope of n log n over the last step.
    """

    arm: str
    figure: str
    sizes: tuple[int, ...]
    medians: tuple[float, ...]
    exponent: float
    margin: float
    last: Spread
    allowed: float

    @property
    def verdict(self) -> str:
        """Within n log n by every turn of the last step, by none of at least three, or open."""
        if self.last.high <= self.allowed:
            return MET
        outgrown = self.last.low > self.allowed and self.last.turns >= _TURNS
        return MISSED if outgrown else OPEN


def growth(samples: Sequence[Sample], arm: str, figure: str) -> Growth | None:
    """The growth of one figure; None where fewer than two sizes have it.

    Sizes are left out at which some turn cost less than can be told from nothing.
    """
    points: dict[int, dict[int, float]] = {}
    least = _LEAST.get(figure, 0.0)
    for sample in samples:
        value = sample.value(figure)
        if sample.arm == arm and sample.size and value is not None:
            points.setdefault(sample.size, {})[sample.turn] = value
    points = {size: points[size] for size in sorted(points) if min(points[size].values()) > least}
    if len(points) < 2:
        return None
    *_, before, after = points
    step = math.log(after / before)
    slopes = [
        math.log(points[after][turn] / points[before][turn]) / step
        for turn in points[after]
        if turn in points[before]
    ]
    if not slopes:
        return None
    exponent, margin = _fit([(n, v) for n, turns in points.items() for v in turns.values()])
    return Growth(
        arm,
        figure,
        tuple(points),
        tuple(Spread.of(list(turns.values())).median for turns in points.values()),
        exponent,
        margin,
        Spread.of(slopes),
        1 + math.log(math.log(after) / math.log(before)) / step,
    )


def _fit(points: Sequence[tuple[int, float]]) -> tuple[float, float]:
    """Slope of log value against log n, and half of its 95 % interval."""
    from scipy import stats

    logs = [(math.log(n), math.log(value)) for n, value in points]
    fit = stats.linregress(*zip(*logs, strict=True))
    if len(points) < 3:
        return float(fit.slope), math.nan
    return float(fit.slope), float(stats.t.ppf(0.975, len(points) - 2) * fit.stderr)
