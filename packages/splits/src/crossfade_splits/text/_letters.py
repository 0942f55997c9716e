"""A cheap key that texts with one normal form share.

The key of a text is the sum, modulo 2^32, of fixed weights of the letters and digits of its normal
form, order and all else left out. It is read off the raw bytes: an ASCII letter counts as it
stands, any other character for the letters that it folds to (`≤` for those of `le`), a command that
the normal form renames or drops (`leq`, `left`) for the difference. So texts whose keys differ are
different problems without either being normalised, at a tenth of the cost.

Invariant: the key of a text is the key of its normal form. Where that cannot be told from single
characters (they compose with a neighbour, or run on behind a backslash) the row is reported.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from crossfade_splits.text._prompt import ALIASES, FOLDED, SETTLED, normalise_prompt

if TYPE_CHECKING:
    from numpy.typing import NDArray

_CHUNK = 1 << 18
"""Bytes at a time: what is derived from them stays in the processor's cache."""
_PAD = pl.Series(["\n" * 40], dtype=pl.String)
"""Behind the last row, so that looking ahead never leaves the buffer."""
_PLANE = 0x20000
_UNKNOWN = 0x1FFFF
"""Stands for characters beyond: it is none itself."""
_BACKSLASH = ord("\\")
_NAME = 15
"""Letters of the longest command with a meaning here, and one more."""
_MIX = np.uint64(0x9E3779B97F4A7C15)


def _weights() -> NDArray[np.uint32]:
    """One for each byte: 0 but for letters, small like large, and digits."""
    weights = np.zeros(256, dtype=np.uint32)
    drawn = np.random.default_rng(0x1E77).integers(1, 2**32, 36, dtype=np.uint32)
    for place, char in enumerate(b"abcdefghijklmnopqrstuvwxyz0123456789"):
        weights[[char, ord(chr(char).upper())]] = drawn[place]
    return weights


_WEIGHTS = _weights()
_PAIRS = (_WEIGHTS[:, None] + _WEIGHTS[None, :]).ravel()
"""The weight of two bytes, by both as one number: half the look-ups."""
_LETTER = np.zeros(256, dtype=bool)
_LETTER[[*range(ord("a"), ord("z") + 1), *range(ord("A"), ord("Z") + 1)]] = True


def _weigh(text: str) -> np.uint32:
    weight: np.uint32 = _WEIGHTS[list(text.encode("ascii", "ignore"))].sum(dtype=np.uint32)
    return weight


@cache
def _folds() -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """The weight of each character outside ASCII, and where it may depend on its neighbours."""
    weights, unsure = np.zeros(_PLANE, dtype=np.uint32), np.ones(_PLANE, dtype=bool)
    unsure[0x4E00:0xA000] = False
    for char in SETTLED:
        weights[ord(char)], unsure[ord(char)] = _weigh(char.lower()), False
    for char, form in FOLDED.items():
        weights[ord(char)], unsure[ord(char)] = _weigh(form), False
    return weights, unsure


def _named(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """One key for the sixteen bytes of each row."""
    keys: NDArray[np.uint64] = (words[:, 0] * _MIX) ^ words[:, 1]
    return keys


@cache
def _commands() -> tuple[NDArray[np.uint64], NDArray[np.uint32], NDArray[np.bool_]]:
    """Keys of the commands that change, in order; what each changes; how such a name may begin."""
    forms = normalise_prompt(pl.Series([f"\\{name}" for name in ALIASES]))
    changes = np.array([_weigh(form) for form in forms], dtype=np.uint32)
    changes -= np.array([_weigh(name) for name in ALIASES], dtype=np.uint32)
    padded = b"".join(name.encode().ljust(16, b"\0") for name in ALIASES)
    keys = _named(np.frombuffer(padded, dtype=np.uint64).reshape(-1, 2))
    order = np.argsort(keys)
    begins = np.zeros(1 << 16, dtype=bool)
    begins[[ord(name[0]) | ord(name[1]) << 8 for name in ALIASES]] = True
    low, high = np.arange(1 << 16) & 255, np.arange(1 << 16) >> 8
    begins |= (low >= 128) | ((high >= 128) & _LETTER[low])
    return keys[order], changes[order], begins


def _characters(
    data: NDArray[np.uint8], at: NDArray[np.int64], sums: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """Add what characters outside ASCII fold to; return the places of those that cannot be told."""
    weights, unsure = _folds()
    four = np.ndarray((len(data) - 3,), np.dtype("<u4"), data, strides=(1,))[at]
    lead, second, third = four & 0xFF, four >> 8 & 0x3F, four >> 16 & 0x3F
    point = ((lead & 0x0F) << 12) | (second << 6) | third
    two = lead < 0xE0
    point[two] = ((lead & 0x1F) << 6 | second)[two]
    long = np.flatnonzero(lead >= 0xF0)
    if len(long):
        point[long] = (
            ((lead[long] & 7) << 18) | (point[long] & 0xFFF) << 6 | (four[long] >> 24 & 0x3F)
        )
        point[point >= _PLANE] = _UNKNOWN
    # No two characters of several bytes begin in one pair of bytes, so none is added twice.
    sums[at >> 1] += weights[point]
    puzzling: NDArray[np.int64] = at[unsure[point]]
    return puzzling


def _backslashes(
    data: NDArray[np.uint8], at: NDArray[np.int64], sums: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """Add what renamed commands change; return the places of those that cannot be told."""
    keys, changes, begins = _commands()
    pair = data[at + 1] | (data[at + 2].astype(np.uint16) << 8)
    at = at[begins[pair]]
    windows = data[at[:, None] + np.arange(1, 17)]
    other = ~_LETTER[windows]
    other[:, _NAME:] = True
    length = other.argmax(axis=1)
    windows[np.arange(16) >= length[:, None]] = 0
    named = _named(windows.view(np.uint64))
    place = np.minimum(np.searchsorted(keys, named), len(keys) - 1)
    known = np.flatnonzero(keys[place] == named)
    sums[at[known] >> 1] += changes[place[known]]
    puzzling: NDArray[np.int64] = at[data[at + 1 + length] >= 128]
    return puzzling


def _special(part: NDArray[np.uint8]) -> NDArray[np.int64]:
    """Where a character outside ASCII or a backslash begins."""
    special = part >= 0xC0
    special |= part == _BACKSLASH
    eights = special.view(np.uint64)
    words = np.flatnonzero(eights != 0)
    bits = np.flatnonzero(eights[words].view(np.bool_))
    places: NDArray[np.int64] = (words[bits >> 3] << 3) + (bits & 7)
    return places


_scratch = threading.local()


def _sums(data: NDArray[np.uint8]) -> tuple[NDArray[np.uint32], NDArray[np.int64]]:
    """The weight of each two bytes (valid until the next call), and places that cannot be told."""
    pairs = data.view(np.uint16)
    # Fresh memory for each slice would cost more than what is written to it.
    if len(pairs) > len(getattr(_scratch, "sums", ())):
        _scratch.sums = np.empty(len(pairs), dtype=np.uint32)
    sums: NDArray[np.uint32] = _scratch.sums[: len(pairs)]
    found: list[NDArray[np.int64]] = []
    for low in range(0, len(data), _CHUNK):
        part = data[low : low + _CHUNK]
        np.take(_PAIRS, part.view(np.uint16), out=sums[low // 2 :][: len(part) // 2], mode="clip")
        found.append(_special(part) + low)
    at = np.concatenate(found)
    slash = data[at] == _BACKSLASH
    puzzling = _characters(data, at[~slash], sums), _backslashes(data, at[slash], sums)
    return sums, np.concatenate(puzzling)


def letter_keys(texts: pl.Series) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the key of each text, and the rows whose key is that of their normal form only."""
    if texts.is_empty():
        return np.zeros(0, dtype=np.uint32), np.zeros(0, dtype=bool)
    # Two bytes between rows, so that no pair of bytes belongs to two of them.
    padded = pl.concat([texts, _PAD], rechunk=False)
    whole = padded.str.join("\n\n").cast(pl.Binary).item()
    data = np.frombuffer(whole, dtype=np.uint8, count=len(whole) // 8 * 8)
    sizes = texts.str.len_bytes().to_numpy().astype(np.int64) + 2
    starts = np.cumsum(sizes) - sizes
    sums, puzzling = _sums(data)
    unsure = np.zeros(len(texts), dtype=bool)
    unsure[np.searchsorted(starts, puzzling, side="right") - 1] = True
    keys: NDArray[np.uint32] = np.add.reduceat(sums, starts >> 1, dtype=np.uint32)
    return keys, unsure
