"""Python's collector of reference cycles, out of the way while many objects come that form none.

Each full collection looks at all rollouts there are: some two fifths of a comparison of 56,000,
more than a quarter of the pipeline's own work on 100,000.
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


NEW_OBJECTS = 10_000
"""Objects that come, less those that go, before `seldom` looks for cycles; Python has 700 to 2,000
by its version."""


@contextmanager
def seldom() -> Iterator[None]:
    """Cycles are looked for less often within, for work so long that they must not pile up."""
    before = gc.get_threshold()
    if 0 < before[0] < NEW_OBJECTS:
        gc.set_threshold(NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
