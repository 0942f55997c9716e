"""Connected components of a graph given by its edges."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def components(a: NDArray[np.int64], b: NDArray[np.int64], nodes: int) -> NDArray[np.int64]:
    """Label each node with the lowest node of its component.

    Every node points at a lower one of its component; a round hooks the roots of each edge's ends
    onto the lower of both and then follows all pointers to their end (Shiloach and Vishkin 1982).
    Rounds grow with the logarithm of the longest chain. (SciPy has the same, at two seconds'
    import.)
    """
    root = np.arange(nodes)
    while len(a):
        low, high = np.minimum(root[a], root[b]), np.maximum(root[a], root[b])
        apart = low != high
        if not apart.any():
            break
        a, b = a[apart], b[apart]
        np.minimum.at(root, high[apart], low[apart])
        while not np.array_equal(root, follow := root[root]):
            root = follow
    return root
