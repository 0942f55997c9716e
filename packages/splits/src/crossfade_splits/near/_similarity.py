"""Exact similarity of given pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crossfade_splits._threads import on_threads
from crossfade_splits.near._grams import (
    BITS,
    GramSets,
    first_of_runs,
    shingle,
    sort_within,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

_CHUNK = 1_000
_SKETCH = 1 << 10


def _take(sets: GramSets, rows: NDArray[np.int64]) -> NDArray[np.uint64]:
    """The values of the given sets, each tagged with its place in `rows`."""
    sizes = sets.sizes[rows]
    total = int(sizes.sum())
    shift = np.repeat(sets.starts[rows] - np.concatenate([[0], np.cumsum(sizes)[:-1]]), sizes)
    values = sets.values[np.arange(total) + shift]
    tag = np.repeat(np.arange(len(rows), dtype=np.uint64), sizes)
    tagged: NDArray[np.uint64] = (tag << np.uint64(BITS)) | values
    return tagged


def overlaps(
    left: GramSets, right: GramSets, i: NDArray[np.int64], j: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many windows set `i[k]` of `left` shares with set `j[k]` of `right`."""
    both = np.concatenate([_take(left, i), _take(right, j)])
    both.sort()
    shared = both[1:][both[1:] == both[:-1]]
    return np.bincount((shared >> np.uint64(BITS)).astype(np.int64), minlength=len(i))


def _sketches(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """A bitmap of each shingle set, shape (texts, 16), and each text's number of windows."""
    hashes, starts = shingle(texts)
    sizes = np.diff(np.append(starts, len(hashes)))
    bits = np.zeros((len(texts), _SKETCH), dtype=bool)
    place = (hashes >> np.uint64(64 - 10)).astype(np.int64)
    bits[np.repeat(np.arange(len(texts)), sizes), place] = True
    return np.packbits(bits, axis=1).view(np.uint64), sizes


def _at_most(
    texts: Sequence[str], i: NDArray[np.int64], j: NDArray[np.int64]
) -> NDArray[np.float64]:
    """An upper bound on each pair's similarity.

    Each bit in which two bitmaps differ stands for a window that one set lacks; with s the sum of
    both sizes and d that number of bits, J <= (s - d) / (s + d).
    """
    sketches, sizes = _sketches(texts)
    differ = np.bitwise_count(sketches[i] ^ sketches[j]).sum(axis=1, dtype=np.int64)
    total = sizes[i] + sizes[j]
    bound: NDArray[np.float64] = np.maximum(total - differ, 0) / (total + differ)
    return bound


def _jaccard(
    texts: Sequence[str], i: NDArray[np.int64], j: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Exact similarity of some pairs: the windows of both texts, sorted together."""
    pairs = len(i)
    hashes, starts = shingle([texts[row] for pair in zip(i, j, strict=True) for row in pair])
    sizes = np.diff(np.append(starts, len(hashes)))
    side = np.repeat(np.tile(np.arange(2, dtype=np.uint64), pairs), sizes)
    both_sizes = sizes.reshape(-1, 2).sum(axis=1)
    keys = sort_within(((hashes >> np.uint64(64 - BITS)) << np.uint64(1)) | side, both_sizes)
    owner = np.repeat(np.arange(pairs), both_sizes)
    first = first_of_runs(keys, owner)
    keys, owner = keys[first], owner[first]
    both = ((keys[1:] ^ keys[:-1]) == 1) & (owner[1:] == owner[:-1])
    shared = np.bincount(owner[1:][both], minlength=pairs)
    score: NDArray[np.float64] = shared / (np.bincount(owner, minlength=pairs) - shared)
    return score


def similar(
    texts: Callable[[NDArray[np.int64]], Sequence[str]],
    i: NDArray[np.int64],
    j: NDArray[np.int64],
    floor: float,
) -> NDArray[np.float64]:
    """Return the Jaccard similarity of the shingle sets of texts `i[k]` and `j[k]`.

    Args:
        texts: gives the texts of some rows; called with a few thousand rows at a time.
        i: rows.
        j: rows, as many.
        floor: pairs proved to lie below it are reported as 0.
    """

    def chunk(at: int) -> NDArray[np.float64]:
        a, b = i[at : at + _CHUNK], j[at : at + _CHUNK]
        rows, places = np.unique(np.concatenate([a, b]), return_inverse=True)
        some = texts(rows)
        left, right = places[: len(a)], places[len(a) :]
        score = np.zeros(len(a))
        maybe = np.flatnonzero(_at_most(some, left, right) >= floor - 1e-9)
        if len(maybe):
            score[maybe] = _jaccard(some, left[maybe], right[maybe])
        return score

    parts = on_threads(chunk, range(0, len(i), _CHUNK))
    return np.concatenate(parts) if parts else np.zeros(0)
