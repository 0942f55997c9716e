"""Intervals and tests for tables of (seeds, problems), and for proportions."""

from __future__ import annotations

from leaneval.statistics._bootstrap import RESAMPLES, SEED, Bootstrap
from leaneval.statistics._estimate import LEVEL, Estimate
from leaneval.statistics._holm import holm
from leaneval.statistics._permutation import SignFlips, permutation
from leaneval.statistics._wilson import wilson

__all__ = [
    "LEVEL",
    "RESAMPLES",
    "SEED",
    "Bootstrap",
    "Estimate",
    "SignFlips",
    "holm",
    "permutation",
    "wilson",
]
