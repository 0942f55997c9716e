"""Find the rows of a stream that hold most of some reference text.

`Probe` indexes a few thousand reference texts (benchmark problems) and is asked about millions of
rows. It is exact: if a row holds at least the share `threshold` of a reference's windows, the pair
is found. Jaccard similarity of at least `threshold` implies that share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from crossfade_splits._threads import on_threads
from crossfade_splits.near._grams import BITS, gram_sets, shingle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_BINS = 1 << 22
_LOW = np.uint64(_BINS - 1)
_CHUNK = 1_000
_FEW = 20
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
        counts = np.bincount((common & _LOW).astype(np.int64), minlength=_BINS)
        row = self.sets.rows()
        bins = (self.sets.values & _LOW).astype(np.int64)
        order = np.lexsort((counts[bins], row))
        place = np.arange(len(row)) - self.sets.starts[row]
        need = np.ceil(threshold * self.sets.sizes - 1e-9).astype(np.int64)
        # Any number of hits up to `need` is sound; a tenth of the set keeps accidents out.
        self._needed = np.minimum(np.maximum(3, self.sets.sizes // 10), need)
        kept = place < (self.sets.sizes - need + self._needed)[row]
        windows, owner = self.sets.values[order][kept], row[kept]
        place = (windows & _LOW).astype(np.int64)
        by_place = np.argsort(place, kind="stable")
        self._windows, self._owner = windows[by_place], owner[by_place]
        self._first = np.searchsorted(place[by_place], np.arange(_BINS + 1)).astype(np.int32)
        self._least = int(self._needed.min(initial=1 << 30))
        # A table that fits the processor's cache turns most windows away.
        self._seen = np.zeros(1 << _FEW, dtype=bool)
        self._seen[(windows >> np.uint64(BITS - _FEW)).astype(np.int64)] = True

    def _chunk(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        hashes, starts = shingle(texts)
        at = np.flatnonzero(self._seen[(hashes >> np.uint64(64 - _FEW)).astype(np.int64)])
        values = hashes[at] >> _SHIFT
        bins = (values & _LOW).astype(np.int64)
        first = self._first[bins].astype(np.int64)
        count = self._first[bins + 1] - first
        row = np.repeat(np.searchsorted(starts, at, side="right") - 1, count)
        step = np.arange(len(row)) - np.repeat(np.cumsum(count) - count, count)
        posting = np.repeat(first, count) + step
        same = self._windows[posting] == np.repeat(values, count)
        row, reference = row[same], self._owner[posting[same]]
        # A window that occurs twice in a row is counted twice: a few candidates too many.
        busy = np.bincount(row, minlength=len(texts))[row] >= self._least
        total = len(self.sets.sizes)
        pairs, hits = np.unique(row[busy] * total + reference[busy], return_counts=True)
        row, reference = np.divmod(pairs, total)
        enough = hits >= self._needed[reference]
        return row[enough], reference[enough]

    def candidates(self, texts: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return (row, reference) pairs that may reach the threshold; none that does is missed."""
        places = range(0, len(texts), _CHUNK)
        found = on_threads(lambda at: self._chunk(texts[at : at + _CHUNK]), places)
        none = np.zeros(0, dtype=np.int64)
        rows = [row + at for at, (row, _) in zip(places, found, strict=True)]
        return np.concatenate([none, *rows]), np.concatenate([none, *(ref for _, ref in found)])
