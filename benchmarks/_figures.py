"""From samples to figures: medians with their range, ratios of paired turns, bounds met or not.

A ratio is taken turn by turn, of samples taken one after the other, and its median and range are
over the turns: what the machine does to both cancels. The range is of the turns that were run; it
is no confidence interval.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks._measurement import Ask, Sample

MET, MISSED, OPEN = "yes", "no", "not shown"


@dataclass(frozen=True, slots=True)
class Spread:
    """Values of one figure.

    Attributes:
        median: Of the turns.
        low: The least.
        high: The greatest.
        turns: How many.
    """

    median: float
    low: float
    high: float
    turns: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """The spread of at least one value."""
        return cls(statistics.median(values), min(values), max(values), len(values))

    def __str__(self) -> str:
        """Three digits that count, and the range where there is one."""
        if self.low == self.high:
            return short(self.median)
        return f"{short(self.median)} ({short(self.low)} to {short(self.high)})"


def short(value: float) -> str:
    """Three digits that count, thousands apart."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    digits = max(0, 2 - math.floor(math.log10(abs(value))))
    return f"{value:,.{digits}f}"


def figure(ask: Ask, samples: Sequence[Sample]) -> Spread | None:
    """What was found for one figure; None where one of its arms was not run."""
    mine = _by_turn(samples, ask.of, ask.figure, ask.size)
    if not ask.to:
        return Spread.of(list(mine.values())) if mine else None
    theirs = _by_turn(samples, ask.to, ask.figure, ask.size)
    ratios = [mine[turn] / theirs[turn] for turn in mine if theirs.get(turn)]
    return Spread.of(ratios) if ratios else None


def _by_turn(samples: Sequence[Sample], arm: str, name: str, size: int) -> dict[int, float]:
    found = {}
    for sample in samples:
        if sample.arm == arm and size in (0, sample.size):
            value = sample.value(name)
            if value is not None:
                found[sample.turn] = value
    return found


def verdict(ask: Ask, found: Spread) -> str:
    """Whether the bound was met by every turn, by none, or by some; empty where there is none."""
    if ask.at_least is not None:
        low, high, bound = found.low, found.high, ask.at_least
    elif ask.at_most is not None:
        low, high, bound = -found.high, -found.low, -ask.at_most
    else:
        return ""
    return MET if low >= bound else MISSED if high < bound else OPEN
