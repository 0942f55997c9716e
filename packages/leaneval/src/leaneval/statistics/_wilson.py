"""A proportion's interval."""

from __future__ import annotations

from leaneval.statistics._estimate import LEVEL, Estimate


def wilson(successes: int, trials: int) -> Estimate:
    """A proportion with Wilson's 95 % score interval (Wilson 1927, JASA 22), without correction.

    Raises:
        ValueError: Not 0 <= successes <= trials, or no trials.
    """
    from scipy.stats import binomtest

    if not 0 <= successes <= trials or trials < 1:
        raise ValueError(f"0 <= successes <= trials, trials >= 1, got {successes} of {trials}")
    found = binomtest(successes, trials).proportion_ci(LEVEL, method="wilson")
    return Estimate(successes / trials, float(found.low), float(found.high))
