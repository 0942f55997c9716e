"""Which texts have one normal form, found without normalising them all.

Texts that share a normal form share a letter key, so only texts whose key occurs again are looked
at further, and of those that are equal byte for byte only one is normalised.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from crossfade_splits.text._letters import letter_keys
from crossfade_splits.text._prompt import normalise_prompt

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ROWS = 1_000
"""Rows at a time: few enough that the memory of one slice serves the next."""
_OUTSIDE = r"[^\x00-\x7F]"


def _keys(texts: pl.Series) -> NDArray[np.uint32]:
    """The letter key of each text's normal form."""
    slices = [texts.slice(at, _ROWS) for at in range(0, len(texts), _ROWS)]
    with ThreadPoolExecutor() as pool:
        parts = list(pool.map(letter_keys, slices))
    keys = np.concatenate([part[0] for part in parts])
    unsure = np.flatnonzero(np.concatenate([part[1] for part in parts]))
    if len(unsure):
        normal = normalise_prompt(texts.gather(unsure)).str.replace_all(_OUTSIDE, "")
        keys[unsure] = letter_keys(normal)[0]
    return keys


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
    keys = _keys(texts)
    rows = pl.Series(keys).is_duplicated().arg_true().to_numpy()
    raw = texts.gather(rows)
    frame = pl.DataFrame({"row": rows, "key": keys[rows], "raw": raw.hash(seed=0)})
    once = frame.with_columns(raw.alias("text")).unique("raw", keep="first", maintain_order=True)
    once = once.filter(pl.col("key").is_duplicated())
    normal = once.select("raw", normal=normalise_prompt(once["text"]).hash(seed=0))
    frame = frame.join(normal, on="raw", how="left", maintain_order="left")
    same = pl.coalesce("normal", "raw")
    first[rows] = frame.select(pl.col("row").first().over(same)).to_series().to_numpy()
    return first
