"""How alike two conditions are in everything but their swapped problems.

For numbers the standardised mean difference (difference of means over the pooled standard
deviation; Austin 2009 takes 0.1 for negligible), for categories the total variation distance, and
one permutation test: the two sets differ in matched pairs, so under exchangeability each pair may
be turned round; the p-value is the share of 999 random turnings, and the set itself, whose largest
absolute standardised difference is at least the observed one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Numbers = Mapping[str, NDArray[np.float64]]

TURNINGS = 999
_BLOCK = 256
"""Pairs turned at a time: their signs stay in the processor's cache."""


@dataclass(frozen=True)
class Comparison:
    """Balance between two conditions."""

    standardised: dict[str, float]
    variation: dict[str, float]
    p_value: float


def _standardised(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    a, b = a[np.isfinite(a)], b[np.isfinite(b)]
    if not len(a) or not len(b):
        return 0.0
    spread = np.sqrt((a.var() + b.var()) / 2)
    return float((b.mean() - a.mean()) / spread) if spread > 0 else 0.0


def _variation(a: NDArray[np.str_], b: NDArray[np.str_]) -> float:
    values, codes = np.unique(np.concatenate([a, b]), return_inverse=True)
    left = np.bincount(codes[: len(a)], minlength=len(values)) / max(len(a), 1)
    right = np.bincount(codes[len(a) :], minlength=len(values)) / max(len(b), 1)
    return float(np.abs(left - right).sum() / 2)


def _p_value(a: Numbers, b: Numbers) -> float:
    """Sign-flip test over matched pairs; seeded, so that it can be recomputed."""
    columns = []
    for name in a:
        left, right = a[name], b[name]
        known = np.isfinite(left) & np.isfinite(right)
        if not known.any():
            continue
        spread = np.sqrt((left[known].var() + right[known].var()) / 2)
        if spread > 0:
            columns.append(np.where(known, (right - left) / spread, 0))
    if not columns:
        return 1.0
    difference = np.stack(columns, axis=1)
    difference = difference[np.any(difference != 0, axis=1)]
    rng = np.random.default_rng(20260415)
    sums = np.zeros((TURNINGS, difference.shape[1]))
    for at in range(0, len(difference), _BLOCK):
        part = difference[at : at + _BLOCK]
        drawn = np.frombuffer(rng.bytes(TURNINGS * _BLOCK // 8), dtype=np.uint8)
        turned = np.unpackbits(drawn.reshape(TURNINGS, -1), axis=1)[:, : len(part)]
        sums += part.sum(axis=0) - 2.0 * (turned @ part)
    observed = np.abs(difference.sum(axis=0)).max(initial=0)
    as_large = int((np.abs(sums).max(axis=1) >= observed - 1e-9).sum())
    return (1 + as_large) / (1 + TURNINGS)


def compare(
    numbers: tuple[Numbers, Numbers],
    categories: tuple[Mapping[str, NDArray[np.str_]], Mapping[str, NDArray[np.str_]]],
) -> Comparison:
    """Compare two sets of equal size whose rows are matched by position."""
    (a, b), (c, d) = numbers, categories
    return Comparison(
        standardised={name: round(_standardised(a[name], b[name]), 6) for name in a},
        variation={name: round(_variation(c[name], d[name]), 6) for name in c},
        p_value=round(_p_value(a, b), 6),
    )
