"""Which texts have one normal form, found without normalising them all.

Of texts that are equal byte for byte only the first is looked at. Texts that share a normal form
share a letter key, so of these only such as share theirs with another are normalised.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from crossfade_splits._threads import on_threads
from crossfade_splits.text._letters import letter_keys
from crossfade_splits.text._prompt import normalise_prompt

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS = 8_000
"""Rows at a time: few enough that the memory of one slice serves the next."""
_THREADS = 2
"""More would wait for each other: half of the time is spent in small steps under Python's lock."""
_OUTSIDE = r"[^\x00-\x7F]"


def _keys(texts: pl.Series) -> NDArray[np.uint32]:
    """The letter key of each text's normal form."""
    slices = [texts.slice(at, _ROWS) for at in range(0, len(texts), _ROWS)]
    parts = on_threads(letter_keys, slices, _THREADS)
    keys = np.concatenate([part[0] for part in parts])
    unsure = np.flatnonzero(np.concatenate([part[1] for part in parts]))
    if len(unsure):
        normal = normalise_prompt(texts.gather(unsure)).str.replace_all(_OUTSIDE, "")
        keys[unsure] = letter_keys(normal)[0]
    return keys


def _again(values: pl.Series) -> NDArray[np.int64]:
    """The places of values that occur more than once."""
    places: NDArray[np.int64] = values.is_duplicated().arg_true().to_numpy().astype(np.int64)
    return places


def _firsts(rows: NDArray[np.int64], values: pl.Series) -> NDArray[np.int64]:
    """For each of some rows the first of them with its value."""
    frame = pl.DataFrame({"row": rows, "value": values})
    return frame.select(pl.col("row").first().over("value")).to_series().to_numpy()


def same_prompts(texts: pl.Series) -> NDArray[np.int64]:
    """Return, for each prompt, the first one with its normal form.

    Args:
        texts: prompts as strings, without nulls.

    Returns:
        Row numbers; a prompt unlike all before it has its own.
    """
    first = np.arange(len(texts))
    if texts.is_empty():
        return first
    hashes = texts.hash(seed=0)
    copies = _again(hashes)
    first[copies] = _firsts(copies, hashes.gather(copies))
    alone = first == np.arange(len(texts))
    alike = np.flatnonzero(alone)[_again(pl.Series(_keys(texts.filter(alone))))]
    normal = np.arange(len(texts))
    normal[alike] = _firsts(alike, normalise_prompt(texts.gather(alike)).hash(seed=0))
    found: NDArray[np.int64] = normal[first]
    return found
