"""The exact set-similarity join: every pair of texts at or above a similarity, none missed.

Prefix filtering (Chaudhuri et al. 2006; Bayardo et al. 2007) with the l-prefix of AdaptJoin (Wang
et al. 2012): order all windows by rarity; if J(x, y) >= t, the rarest |x| - ceil(t |x|) + l windows
of x and those of y have at least l in common. An inverted index over these prefixes gives the
candidates, exact intersection decides. Any total order is sound, so rarity may be estimated.
Work grows with the square of how common a text's rarest windows are; for text that is linear.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crossfade_splits._threads import on_threads
from crossfade_splits.errors import UsageError
from crossfade_splits.near._grams import BITS, first_of_runs, shingle, sort_within
from crossfade_splits.near._similarity import similar

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

LENGTH = 8
"""l: shared prefix windows asked of a candidate. More make longer prefixes and fewer candidates."""
_CHUNK = 1 << 9
_BINS = 1 << 20
_BLOCK = 10_000_000
"""Pairs expanded at a time, a bound on memory."""
_SLOT = np.uint64(64 - 22)
_ROW = np.uint64(24)
_LOW = np.uint64((1 << 24) - 1)
_MOST = 1 << 24
"""Texts whose number fits beside a window."""
_FOLD = np.uint64(0x9E3779B97F4A7C15)
_GRAM = np.uint64((1 << BITS) - 1)


def _rarity(texts: Sequence[str]) -> NDArray[np.uint8]:
    """How common windows are, by the low bits of their hash, on a scale of 0 to 255."""

    def places(at: int) -> NDArray[np.int64]:
        values = shingle(texts[at : at + _CHUNK])[0] >> np.uint64(64 - BITS)
        return (values & np.uint64(_BINS - 1)).astype(np.int64)

    counts = np.zeros(_BINS, dtype=np.int64)
    for found in on_threads(places, range(0, len(texts), _CHUNK)):
        counts += np.bincount(found, minlength=_BINS)
    scale: NDArray[np.uint8] = np.minimum(12 * np.log2(1 + counts), 255).astype(np.uint8)
    return scale


def _prefix(
    texts: Sequence[str], rarity: NDArray[np.uint8], threshold: float
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.int64]]:
    """The prefix windows of some texts, the text of each, and every text's set size."""
    hashes, starts = shingle(texts)
    values = hashes >> np.uint64(64 - BITS)
    lengths = np.diff(np.append(starts, len(values)))
    rank = rarity[(values & np.uint64(_BINS - 1)).view(np.int64)].astype(np.uint64)
    keys = sort_within((rank << np.uint64(BITS)) | values, lengths)
    owner = np.repeat(np.arange(len(texts)), lengths)
    first = first_of_runs(keys, owner)
    keys, owner = keys[first], owner[first]
    sizes = np.bincount(owner, minlength=len(texts))
    place = np.arange(len(keys)) - (np.cumsum(sizes) - sizes)[owner]
    need = np.ceil(threshold * sizes - 1e-9).astype(np.int64)
    kept = place < (sizes - need + LENGTH)[owner]
    return keys[kept] & _GRAM, owner[kept], sizes


def _postings(
    texts: Sequence[str], salt: NDArray[np.uint64], threshold: float
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """The inverted index, sorted: salted window in the high 40 bits, text in the low 24."""
    rarity = _rarity(texts)

    def posted(at: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        windows, owner, sizes = _prefix(texts[at : at + _CHUNK], rarity, threshold)
        salted = ((windows ^ salt[at:][owner]) * _FOLD) & ~_LOW
        return salted | (owner + at).astype(np.uint64), sizes

    parts = on_threads(posted, range(0, len(texts), _CHUNK))
    index = np.concatenate([part[0] for part in parts])
    index.sort()
    return index, np.concatenate([part[1] for part in parts])


def _behind(index: NDArray[np.uint64]) -> NDArray[np.int64]:
    """For each posting, how many of the same window stand behind it."""
    windows = index >> _ROW
    first = np.flatnonzero(np.append(True, windows[1:] != windows[:-1]))
    size = np.diff(np.append(first, len(index)))
    return np.repeat(first + size, size) - np.arange(len(index)) - 1


def _ranges(rows: NDArray[np.int64], behind: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges of rows whose pairs fit one block; every pair belongs to its lower row's range."""
    total = np.cumsum(np.bincount(rows, weights=behind))
    low = 0
    while low < len(total):
        done = total[low - 1] if low else 0
        high = max(int(np.searchsorted(total, done + _BLOCK, side="right")), low + 1)
        yield low, high
        low = high


def _often(codes: NDArray[np.uint64], times: int) -> NDArray[np.uint64]:
    """The codes that occur so many times, sorted, and a few more: one pass instead of a sort."""
    places = ((codes * _FOLD) >> _SLOT).view(np.int64)
    busy = np.bincount(places, minlength=1 << (64 - int(_SLOT))) >= times
    few: NDArray[np.uint64] = codes[busy[places]]
    few.sort()
    return few


def _candidates(
    index: NDArray[np.uint64],
    sizes: NDArray[np.int64],
    threshold: float,
    group: NDArray[np.int64] | None,
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Pairs with at least `LENGTH` shared prefix windows and sizes within the threshold."""
    rows, behind = (index & _LOW).astype(np.int64), _behind(index)
    fewest = min(LENGTH, int(np.ceil(threshold * sizes.min() - 1e-9)))
    for lowest, highest in _ranges(rows, behind):
        at = np.flatnonzero((rows >= lowest) & (rows < highest) & (behind > 0))
        left = np.repeat(at, behind[at])
        step = np.arange(len(left)) - np.repeat(np.cumsum(behind[at]) - behind[at], behind[at])
        codes = (rows[left].astype(np.uint64) << _ROW) | (index[left + step + 1] & _LOW)
        codes = _often(codes, fewest)
        first = np.flatnonzero(np.append(True, codes[1:] != codes[:-1])[: len(codes)])
        hits = np.diff(np.append(first, len(codes)))
        low = (codes[first] >> _ROW).astype(np.int64)
        high = (codes[first] & _LOW).astype(np.int64)
        small, large = np.minimum(sizes[low], sizes[high]), np.maximum(sizes[low], sizes[high])
        # A set smaller than l cannot show l hits; its whole content is its prefix.
        keep = hits >= np.minimum(LENGTH, np.ceil(threshold * large - 1e-9))
        keep &= small >= threshold * large - 1e-9
        if group is not None:
            keep &= group[low] != group[high]
        yield low[keep], high[keep]


def join_pairs(
    texts: Sequence[str],
    salt: NDArray[np.uint64],
    threshold: float,
    group: NDArray[np.int64] | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Return every pair of texts with equal salt and Jaccard similarity >= `threshold`.

    Args:
        texts: normalised prompts.
        salt: only texts with equal salt are compared.
        threshold: Jaccard similarity in (0, 1].
        group: where given, only pairs from different groups.

    Returns:
        Rows, rows (the first lower than the second) and similarities.

    Raises:
        UsageError: there are more than 2^24 texts.
    """
    _, which, shared = np.unique(salt, return_inverse=True, return_counts=True)
    rows = np.flatnonzero(shared[which] > 1)
    if len(rows) == 0:
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    if len(rows) > _MOST:
        raise UsageError(
            f"An exact join must be over at most {_MOST:,} texts, got {len(rows):,}; ask for fewer "
            "rows, or cut the data sets into parts."
        )
    some = [texts[row] for row in rows]
    index, sizes = _postings(some, salt[rows], threshold)
    found = list(_candidates(index, sizes, threshold, None if group is None else group[rows]))
    low = np.concatenate([pair[0] for pair in found])
    high = np.concatenate([pair[1] for pair in found])
    scores = similar(lambda wanted: [some[k] for k in wanted], low, high, threshold)
    near = scores >= threshold - 1e-12
    return rows[low[near]], rows[high[near]], scores[near]
