"""Python's collector of reference cycles, put off while many objects come that form none.

Each full collection looks at all rollouts that were read: some two fifths of a comparison of
56,000.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def put_off() -> Iterator[None]:
    """No cycles are collected within; afterwards as before. Also a decorator."""
    on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if on:
            gc.enable()
