"""How often people find right what a judge scores so and so.

The bands are the study's; its own leave gaps (0.2 to 0.3, 0.6 to 0.7, 0.9 to 1), so each band here
reaches down to where the next one ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.calibration._counts import counts
from leaneval.calibration._resamples import UNDEFINED, of_draws, share_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leaneval.calibration._resamples import Resamples
    from leaneval.statistics import Estimate

_EDGES = (
    ("1", 1.0, np.inf),
    ("0.7 to < 1", 0.7, 1.0),
    ("0.3 to < 0.7", 0.3, 0.7),
    ("0 to < 0.3", 0.0, 0.3),
)


class Band(NamedTuple):
    """Statements whose scores lie together.

    Attributes:
        name: Which scores.
        statements: How many.
        right: How many of them people find right.
        mean: Their mean score; NaN for none.
        share: Share that people find right; None for none.
    """

    name: str
    statements: int
    right: int
    mean: float
    share: Estimate | None


def bands(
    right: NDArray[np.bool_],
    scores: NDArray[np.float64],
    scored: NDArray[np.bool_],
    resamples: Resamples,
) -> tuple[Band, ...]:
    """Every band, the highest first; empty where there are no scores.

    Args:
        right: (statements,), what people say.
        scores: (statements,).
        scored: Which have a score; the others are in no band.
        resamples: Of the statements.
    """
    if not scored.any():
        return ()
    within = {name: scored & (scores >= low) & (scores < high) for name, low, high in _EDGES}

    def drawn(weights: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        return {name: counts(right, here, weights).precision for name, here in within.items()}

    draws = resamples(drawn) if resamples.clustered else {}
    return tuple(
        _band(name, right[here], scores[here], draws.get(name), resamples)
        for name, here in within.items()
    )


def _band(
    name: str,
    right: NDArray[np.bool_],
    scores: NDArray[np.float64],
    draws: NDArray[np.float64] | None,
    resamples: Resamples,
) -> Band:
    count, hits = right.size, int(right.sum())
    if not count:
        return Band(name, 0, 0, float("nan"), None)
    value, cell = hits / count, (hits, count)
    drawn = UNDEFINED if draws is None else of_draws(value, draws)
    share = share_of(value, cell, cell, drawn, resamples)
    return Band(name, count, hits, float(scores.mean()), share)
