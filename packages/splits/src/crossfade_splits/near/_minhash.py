"""MinHash signatures and the candidate pairs they give.

A text's signature is the minimum, over its windows, of 96 hash functions; two texts agree in one
place with probability equal to their Jaccard similarity J (Broder 1997). Signatures are cut into 24
bands of 4; texts that agree in a whole band are candidates, which happens with probability
1 - (1 - J^4)^24: 0.9986 at J = 0.7. Whoever needs certainty uses `join_pairs`.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from crossfade_splits.near._grams import shingle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

BANDS, ROWS = 24, 4
CHUNK = 1_000
"""Texts hashed at a time: the working set stays in the processor's cache."""
_CROWD = 50
"""A band value shared by more texts than this is compared to its first members only."""
_FACTORS = np.random.default_rng(0xFACE).integers(0, 2**31, BANDS * ROWS, dtype=np.uint32) * 2 + 1
_FOLD = np.uint64(0x9E3779B97F4A7C15)


def _chunk_keys(texts: Sequence[str]) -> NDArray[np.uint64]:
    hashes, starts = shingle(texts)
    high = (hashes >> np.uint64(32)).astype(np.uint32)
    product = np.empty_like(high)
    keys = np.zeros((BANDS, len(starts)), dtype=np.uint64)
    for index, factor in enumerate(_FACTORS):
        np.multiply(high, factor, out=product)
        band = keys[index // ROWS]
        band *= _FOLD
        band ^= np.minimum.reduceat(product, starts)
    keys ^= keys >> np.uint64(31)
    return keys


def band_keys(texts: Sequence[str], salt: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return each text's band values, shape (bands, texts).

    Args:
        texts: normalised prompts.
        salt: texts with different salts never agree (here: the key of their numbers).
    """
    pieces = [texts[i : i + CHUNK] for i in range(0, len(texts), CHUNK)]
    with ThreadPoolExecutor() as pool:
        parts = list(pool.map(_chunk_keys, pieces))
    if not parts:
        return np.zeros((BANDS, 0), dtype=np.uint64)
    keys = np.concatenate(parts, axis=1)
    return (keys ^ salt) * _FOLD


def _pairs_in_band(keys: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Pairs of texts with equal keys, as `low << 32 | high`.

    Key and text share one integer, so that one sort does; a key keeps at least 32 of its bits.
    """
    width = np.uint64(max(24, len(keys).bit_length()))
    low_bits = (np.uint64(1) << width) - np.uint64(1)
    packed = (keys & ~low_bits) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    found = [np.zeros(0, dtype=np.uint64)]
    for distance in range(1, min(_CROWD, len(keys) - 1) + 1):
        same = np.flatnonzero((packed[distance:] ^ packed[:-distance]) <= low_bits)
        if not len(same):
            break
        # Equal keys are in the order of their texts.
        left, right = packed[same] & low_bits, packed[same + distance] & low_bits
        found.append((left << np.uint64(32)) | right)
    return np.concatenate(found)


def candidate_pairs(
    bands: Iterable[NDArray[np.uint64]],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of texts that agree in at least one band, each once, low index first.

    In a run of more than 50 equal keys only texts within 50 places are paired, which keeps the
    work linear and the run connected; give texts in an order of their own, not the file's.
    """
    found = np.zeros(0, dtype=np.uint64)
    few, waiting = os.cpu_count() or 1, iter(bands)
    with ThreadPoolExecutor(few) as pool:
        # A handful of bands at a time: together they would be the largest thing in memory.
        while some := list(islice(waiting, few)):
            found = np.unique(np.concatenate([found, *pool.map(_pairs_in_band, some)]))
    return (
        (found >> np.uint64(32)).astype(np.int64),
        (found & np.uint64(0xFFFFFFFF)).astype(np.int64),
    )
