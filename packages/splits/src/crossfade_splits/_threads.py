"""Work on many pieces at once, on as many threads as there are cores.

NumPy and polars let other threads run while they compute, so threads are enough. More threads than
cores only wait for Python's lock, which costs processor time too.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Piece = TypeVar("Piece")
Result = TypeVar("Result")

CORES = os.cpu_count() or 1


def on_threads(
    work: Callable[[Piece], Result], pieces: Iterable[Piece], threads: int = CORES
) -> list[Result]:
    """Return `work` of each piece, in the order of the pieces."""
    with ThreadPoolExecutor(min(threads, CORES)) as pool:
        return list(pool.map(work, pieces))
