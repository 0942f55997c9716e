"""MinHash signatures and the candidate pairs they give.

A text's signature is the minimum, over its windows, of 96 hash functions; two texts agree in one
place with probability equal to their Jaccard similarity J (Broder 1997). Signatures are cut into 24
bands of 4; texts that agree in a whole band are candidates, which happens with probability
1 - (1 - J^4)^24: 0.9986 at J = 0.7. Whoever needs certainty uses `join_pairs`.

Texts that are unlike agree in a band by chance, and such pairs grow with the square of the pool. So
beside its bands a text keeps a sketch, two bits of each of 64 minima (b-bit MinHash, Li and König
2010), and a pair whose sketches agree in too few places is dropped where it is found: two words a
text settle what reading and comparing the texts would, at a fiftieth of the cost.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from crossfade_splits._threads import CORES, on_threads
from crossfade_splits.near._grams import shingle

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

BANDS, ROWS = 24, 4
SKETCH = 2
"""Words of a sketch, each of 32 places of two bits."""
_PLACES = 32 * SKETCH
_LAX = 5
"""Standard deviations below the mean at which a sketch's agreement no longer counts."""
_ODD = np.uint64(0x5555555555555555)
CHUNK = 1_000
"""Texts hashed at a time: the working set stays in the processor's cache."""
_CROWD = 50
"""A band value shared by more texts than this is compared to its first members only."""
_FACTORS = np.random.default_rng(0xFACE).integers(0, 2**31, BANDS * ROWS, dtype=np.uint32) * 2 + 1
_FOLD = np.uint64(0x9E3779B97F4A7C15)
_SPREAD = np.uint32(0x9E3779B1)


@dataclass(frozen=True)
class Signatures:
    """What is kept of some texts to find the near-duplicates among them."""

    bands: NDArray[np.uint64]
    """Band values, shape (bands, texts)."""
    sketches: NDArray[np.uint64]
    """Shape (texts, 2)."""


def _chunk_signatures(texts: Sequence[str]) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    hashes, starts = shingle(texts)
    high = (hashes >> np.uint64(32)).astype(np.uint32)
    product = np.empty_like(high)
    keys = np.zeros((BANDS, len(starts)), dtype=np.uint64)
    words = np.zeros((SKETCH, len(starts)), dtype=np.uint64)
    for index, factor in enumerate(_FACTORS):
        np.multiply(high, factor, out=product)
        lowest = np.minimum.reduceat(product, starts)
        band = keys[index // ROWS]
        band *= _FOLD
        band ^= lowest
        if index < _PLACES:
            word = words[index % SKETCH]
            word <<= np.uint64(2)
            # Minima are small numbers; the product's high bits depend on all of theirs.
            word |= (lowest * _SPREAD) >> np.uint32(30)
    keys ^= keys >> np.uint64(31)
    return keys, words


def signatures(texts: Sequence[str], salt: NDArray[np.uint64]) -> Signatures:
    """Return each text's band values and sketch.

    Args:
        texts: normalised prompts.
        salt: texts with different salts never agree (here: the key of their numbers).
    """
    pieces = [texts[i : i + CHUNK] for i in range(0, len(texts), CHUNK)]
    parts = on_threads(_chunk_signatures, pieces)
    if not parts:
        return Signatures(np.zeros((BANDS, 0), np.uint64), np.zeros((0, SKETCH), np.uint64))
    keys = np.concatenate([part[0] for part in parts], axis=1)
    words = np.concatenate([part[1] for part in parts], axis=1)
    return Signatures((keys ^ salt) * _FOLD, np.ascontiguousarray(words.T))


def _enough(threshold: float) -> int:
    """Places in which the sketches of two texts at the threshold agree, but for rare exceptions.

    A place agrees with probability J + (1 - J) / 4; one pair at the threshold in some 100,000 lies
    `_LAX` standard deviations below the mean.
    """
    share = threshold + (1 - threshold) / 4
    return math.floor(_PLACES * share - _LAX * math.sqrt(_PLACES * share * (1 - share)))


def _alike(a: NDArray[np.uint64], b: NDArray[np.uint64], enough: int) -> NDArray[np.bool_]:
    """Whether sketches agree in enough places."""
    differ = a ^ b
    differ = (differ | (differ >> np.uint64(1))) & _ODD
    apart = np.bitwise_count(differ).sum(axis=1, dtype=np.int64)
    alike: NDArray[np.bool_] = apart <= _PLACES - enough
    return alike


def _pairs_in_band(
    keys: NDArray[np.uint64], sketches: NDArray[np.uint64], enough: int
) -> NDArray[np.uint64]:
    """Pairs of texts with equal keys and like sketches, as `low << 32 | high`.

    Key and text share one integer, so that one sort does; a key keeps at least 32 of its bits.
    """
    width = np.uint64(max(24, len(keys).bit_length()))
    low_bits = (np.uint64(1) << width) - np.uint64(1)
    packed = (keys & ~low_bits) | np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    found = [np.zeros(0, dtype=np.uint64)]
    same = np.arange(len(keys))
    for distance in range(1, _CROWD + 1):
        # What agrees with the one at this distance agrees with those between.
        same = same[: np.searchsorted(same, len(keys) - distance)]
        same = same[(packed[same + distance] ^ packed[same]) <= low_bits]
        if not len(same):
            break
        # Equal keys are in the order of their texts.
        left, right = packed[same] & low_bits, packed[same + distance] & low_bits
        alike = _alike(sketches[left.view(np.int64)], sketches[right.view(np.int64)], enough)
        found.append((left[alike] << np.uint64(32)) | right[alike])
    return np.concatenate(found)


def candidate_pairs(
    bands: Iterable[NDArray[np.uint64]], sketches: NDArray[np.uint64], threshold: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the pairs of texts that agree in at least one band, each once, low index first.

    Pairs whose sketches tell that they lie below the threshold are left out.

    In a run of more than 50 equal keys only texts within 50 places are paired, which keeps the
    work linear and the run connected; give texts in an order of their own, not the file's.
    """
    found = np.zeros(0, dtype=np.uint64)
    waiting, enough = iter(bands), _enough(threshold)

    def pairs(band: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return _pairs_in_band(band, sketches, enough)

    # A handful of bands at a time: together they would be the largest thing in memory.
    while some := list(islice(waiting, CORES)):
        found = np.unique(np.concatenate([found, *on_threads(pairs, some)]))
    return (
        (found >> np.uint64(32)).astype(np.int64),
        (found & np.uint64(0xFFFFFFFF)).astype(np.int64),
    )
