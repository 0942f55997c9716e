"""How often people find right what a judge scores so and so.

The bands are the study's; its own leave gaps (0.2 to 0.3, 0.6 to 0.7, 0.9 to 1), so each band here
reaches down to where the next one ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.statistics import Estimate, wilson

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


def bands(right: NDArray[np.bool_], scores: NDArray[np.float64]) -> tuple[Band, ...]:
    """Every band, the highest first; empty where there are no scores.

    Args:
        right: (statements,), what people say.
        scores: (statements,), no NaN.
    """
    return tuple(_band(right, scores, *edge) for edge in _EDGES) if scores.size else ()


def _band(
    right: NDArray[np.bool_], scores: NDArray[np.float64], name: str, low: float, high: float
) -> Band:
    here = (scores >= low) & (scores < high)
    count, hits = int(here.sum()), int(right[here].sum())
    mean = float(scores[here].mean()) if count else float("nan")
    return Band(name, count, hits, mean, wilson(hits, count) if count else None)
