"""Many comparisons at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


def holm(p_values: ArrayLike) -> NDArray[np.float64]:
    """Holm's step-down adjusted p-values, in the order given (Holm 1979, Scand. J. Stat. 6(2)).

    Rejecting what is at most alpha keeps the chance of any false rejection among them below alpha,
    however they depend on each other. The i-th smallest (from 0) of m becomes the largest of
    (m - j) p_(j) over j <= i, at most 1.
    """
    given = np.asarray(p_values, dtype=np.float64)
    if not np.all((given >= 0) & (given <= 1)):
        raise ValueError(f"a p-value must be in [0, 1], got {given.tolist()}")
    order = np.argsort(given, kind="stable")
    steps = np.maximum.accumulate(given[order] * (len(given) - np.arange(len(given))))
    found = np.empty_like(given)
    found[order] = np.minimum(steps, 1.0)
    return found
