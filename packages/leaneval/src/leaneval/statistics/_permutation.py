"""Paired permutation test: are two conditions the same on the problems they share?

Under the null hypothesis the two conditions' names could be exchanged on any problem, so the sign
of each problem's difference is a coin's (Fisher's randomisation test for pairs). The statistic is
the absolute mean difference; p is the share of sign patterns that reach the observed one.

1. Exact, over all 2^m patterns, where the m problems with a difference other than 0 are few enough
   (2^m <= resamples); else over `resamples` random patterns, p = (1 + reached) / (1 + resamples)
   (Phipson and Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9(1)), so that p is never 0.
2. With several seeds the seed-mean difference of a problem is flipped. p then speaks of these very
   trainings: whether others would differ too is the bootstrap's question, not this test's.
3. Where data are missing, p is the largest over all that they might be. For a positive total S the
   two-sided p is 2 P(the flipped differences sum to no more than 0), which no difference can raise
   by growing; so it is reached where every difference is least, and is 1 where S may be 0.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from leaneval.statistics._bootstrap import RESAMPLES, SEED

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_BLOCK = 1_000
_SIGNS = 3
_TIE = 1e-12
"""Of the sum of absolute differences: what rounding may do to a sum that is equal."""


def permutation(
    a: ArrayLike, b: ArrayLike, *, resamples: int = RESAMPLES, seed: int = SEED
) -> float:
    """Two-sided p-value of the paired sign-flip test.

    Args:
        a: One condition's values, (problems,) or (seeds, problems).
        b: The other's, on the same problems; the number of seeds may be another.
        resamples: Random sign patterns where there are too many to try all.
        seed: Of the random numbers.
    """
    first, second = (np.atleast_2d(np.asarray(table, dtype=np.float64)) for table in (a, b))
    if first.shape[1] != second.shape[1]:
        raise ValueError(
            f"a paired test needs the same problems, got {first.shape[1]} and {second.shape[1]}"
        )
    differences = first.mean(axis=0) - second.mean(axis=0)
    return float(SignFlips(len(differences), resamples, seed).p_values(differences[None])[0])


class SignFlips:
    """The sign patterns of one comparison; all its pairs and metrics see the same.

    Args:
        problems: How many differences there are in a row.
        resamples: Random sign patterns where there are too many to try all.
        seed: Of the random numbers.
    """

    def __init__(self, problems: int, resamples: int = RESAMPLES, seed: int = SEED) -> None:
        if min(problems, resamples) < 1:
            raise ValueError(f"at least one problem and resample, got {problems}, {resamples}")
        self._problems, self._resamples = problems, resamples
        self._key = (seed, _SIGNS, problems)

    def p_values(self, low: ArrayLike, high: ArrayLike | None = None) -> NDArray[np.float64]:
        """Two-sided p of every row.

        Args:
            low: (rows, problems): seed-mean differences, what is missing taken against the row.
            high: The same, taken in its favour; None where nothing is missing.
        """
        least = np.asarray(low, dtype=np.float64)
        most = least if high is None else np.asarray(high, dtype=np.float64)
        rising, falling = least.sum(axis=1) > 0, most.sum(axis=1) < 0
        found = self._two_sided(np.where(rising[:, None], least, most))
        return np.where(rising | falling, found, 1.0)

    def _two_sided(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.empty(len(rows))
        few = np.count_nonzero(rows, axis=1) <= np.log2(self._resamples)
        for number in np.flatnonzero(few):
            row = rows[number][rows[number] != 0]
            found[number] = _reached(_all_patterns(len(row)), row[None])[0] / 2 ** len(row)
        if not few.all():
            reached = self._reached_at_random(rows[~few])
            found[~few] = (1 + reached) / (1 + self._resamples)
        return found

    def _reached_at_random(self, rows: NDArray[np.float64]) -> NDArray[np.int64]:
        bits = _bits(self._problems, self._resamples, self._key)
        total = np.zeros(len(rows), dtype=np.int64)
        for start in range(0, len(bits), _BLOCK):
            block = np.unpackbits(bits[start : start + _BLOCK], axis=1, count=self._problems)
            total += _reached(block, rows)
        return total


def _reached(flipped: NDArray[np.uint8], rows: NDArray[np.float64]) -> NDArray[np.int64]:
    """How many patterns (1: flipped) bring each row's absolute sum to the observed one."""
    sums = rows.sum(axis=1)
    under_null = sums - 2 * (flipped.astype(np.float64) @ rows.T)
    least = np.abs(sums) - _TIE * np.abs(rows).sum(axis=1)
    counts: NDArray[np.int64] = (np.abs(under_null) >= least).sum(axis=0)
    return counts


def _all_patterns(length: int) -> NDArray[np.uint8]:
    numbers = np.arange(2**length)[:, None] >> np.arange(length)
    bits: NDArray[np.uint8] = (numbers & 1).astype(np.uint8)
    return bits


@lru_cache(maxsize=2)
def _bits(problems: int, resamples: int, key: tuple[int, ...]) -> NDArray[np.uint8]:
    rng = np.random.default_rng(key)
    return rng.integers(256, size=(resamples, -(-problems // 8)), dtype=np.uint8)
