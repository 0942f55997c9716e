"""Find the rows of a stream that hold most of some reference text.

`Probe` indexes a few thousand reference texts (benchmark problems) and is asked about millions of
rows. It is exact: if a row holds at least the share `threshold` of a reference's windows, the pair
is found. Jaccard similarity of at least `threshold` implies that share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crossfade_splits.near._grams import BITS, gram_sets, shingle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BINS = 1 << 22
_HITS = 3
_SHIFT = np.uint64(64 - BITS)


class Probe:
    """An index over reference texts.

    Args:
        references: normalised texts.
        sample: normalised texts from the stream, to learn which windows are rare there.
        threshold: share of a reference's windows that a row must hold.
    """

    def __init__(self, references: Sequence[str], sample: Sequence[str], threshold: float) -> None:
        self.sets = gram_sets(references)
        common = np.concatenate([gram_sets(sample).values, self.sets.values])
        counts = np.bincount((common & np.uint64(_BINS - 1)).astype(np.int64), minlength=_BINS)
        row = self.sets.rows()
        bins = (self.sets.values & np.uint64(_BINS - 1)).astype(np.int64)
        order = np.lexsort((counts[bins], row))
        place = np.arange(len(row)) - self.sets.starts[row]
        need = np.ceil(threshold * self.sets.sizes - 1e-9).astype(np.int64)
        self._needed = np.minimum(_HITS, need)
        kept = place < (self.sets.sizes - need + self._needed)[row]
        windows, owner = self.sets.values[order][kept], row[kept]
        by_value = np.argsort(windows, kind="stable")
        self._windows, self._owner = windows[by_value], owner[by_value]
        self._present = np.zeros(_BINS, dtype=bool)
        self._present[(self._windows & np.uint64(_BINS - 1)).astype(np.int64)] = True

    def candidates(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (row, reference) pairs that may reach the threshold; none that does is missed."""
        none = np.zeros(0, dtype=np.int64)
        if not len(self._windows) or not len(texts):
            return none, none
        hashes, starts = shingle(texts)
        values = hashes >> _SHIFT
        at = np.flatnonzero(self._present[(values & np.uint64(_BINS - 1)).astype(np.int64)])
        row = np.searchsorted(starts, at, side="right").astype(np.uint64) - np.uint64(1)
        seen = np.unique((row << np.uint64(BITS)) | values[at])
        window = seen & np.uint64((1 << BITS) - 1)
        first = np.searchsorted(self._windows, window, side="left")
        count = np.searchsorted(self._windows, window, side="right") - first
        total = int(count.sum())
        step = np.arange(total) - np.repeat(np.cumsum(count) - count, count)
        reference = self._owner[np.repeat(first, count) + step]
        rows = np.repeat((seen >> np.uint64(BITS)).astype(np.int64), count)
        pairs, hits = np.unique(rows * len(self.sets.sizes) + reference, return_counts=True)
        rows, reference = np.divmod(pairs, len(self.sets.sizes))
        enough = hits >= self._needed[reference]
        return rows[enough], reference[enough]
