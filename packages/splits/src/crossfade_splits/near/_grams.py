"""Character 5-grams of many texts at once.

A text's shingle set is the set of its windows of five code points, each as a 40-bit hash; a text
shorter than five characters is one window, padded. Everything about likeness in this package, the
candidates, the verified similarity and the proof, is about these sets. Two different windows share
a hash with probability 2^-40.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

WIDTH = 5
"""Code points in one window."""
BITS = 40
_SHIFT = np.uint64(64 - BITS)
_WASTE = 6
"""Cells of a grid for each value in it, at most."""
_MIX = np.uint64(0xBF58476D1CE4E5B9)
_KEYS = (np.random.default_rng(0x5EED).integers(0, 2**63, WIDTH, dtype=np.uint64) << 1) | 1


def shingle(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash every window of every text.

    Returns:
        The 64-bit hashes, one a code point, and the position at which each text starts. The four
        positions at a text's end, where no window fits, repeat its last window: minima and sets
        do not mind, and every text keeps at least one value.
    """
    sizes = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    if sizes.min(initial=WIDTH) < WIDTH:
        texts = [text.ljust(WIDTH, "\0") for text in texts]
        sizes = np.maximum(sizes, WIDTH)
    ends = np.cumsum(sizes)
    points = np.frombuffer("".join(texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    wide = points.astype(np.uint64)
    hashes = np.zeros(len(wide), dtype=np.uint64)
    for offset, key in enumerate(_KEYS):
        hashes[: len(wide) - offset] += wide[offset:] * key
    hashes ^= hashes >> np.uint64(29)
    hashes *= _MIX
    hashes ^= hashes >> np.uint64(32)
    last = hashes[ends - WIDTH]
    for back in range(1, WIDTH):
        hashes[ends - back] = last
    return hashes, np.concatenate([[0], ends[:-1]])


def sort_within(values: NDArray[np.uint64], sizes: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Sort values within each of the runs, of the given sizes, that they consist of.

    Runs are laid out as the rows of a grid: many short sorts are some ten times faster than a long
    one. Where sizes differ too much for that, run and value share one long sort.
    """
    rows, width = len(sizes), int(sizes.max(initial=0))
    if rows * width > _WASTE * len(values):
        owner = np.repeat(np.arange(rows), sizes)
        by_owner: NDArray[np.uint64] = values[np.lexsort((values, owner))]
        return by_owner
    inside = np.arange(width) < sizes[:, None]
    grid = np.full((rows, width), np.iinfo(np.uint64).max, dtype=np.uint64)
    grid[inside] = values
    grid.sort(axis=1)
    ordered: NDArray[np.uint64] = grid[inside]
    return ordered


def first_of_runs(values: NDArray[np.uint64], owner: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the first of equal neighbours with one owner."""
    first = np.ones(len(values), dtype=bool)
    np.not_equal(values[1:], values[:-1], out=first[1:])
    first[1:] |= owner[1:] != owner[:-1]
    return first


@dataclass(frozen=True)
class GramSets:
    """The shingle sets of some texts, one behind the other, each in ascending order."""

    values: NDArray[np.uint64]
    starts: NDArray[np.int64]
    """One more than there are texts; set `i` is `values[starts[i]:starts[i + 1]]`."""

    @property
    def sizes(self) -> NDArray[np.int64]:
        """Number of windows in each set."""
        return np.diff(self.starts)

    def rows(self) -> NDArray[np.int64]:
        """The text each value belongs to."""
        return np.repeat(np.arange(len(self.starts) - 1), self.sizes)


def gram_sets(texts: Sequence[str]) -> GramSets:
    """Return the shingle set of each text."""
    if len(texts) == 0:
        return GramSets(np.zeros(0, dtype=np.uint64), np.zeros(1, dtype=np.int64))
    hashes, starts = shingle(texts)
    sizes = np.diff(np.append(starts, len(hashes)))
    values = sort_within(hashes >> _SHIFT, sizes)
    owner = np.repeat(np.arange(len(texts)), sizes)
    kept = first_of_runs(values, owner)
    counts = np.bincount(owner[kept], minlength=len(texts))
    return GramSets(values[kept], np.concatenate([[0], np.cumsum(counts)]))
