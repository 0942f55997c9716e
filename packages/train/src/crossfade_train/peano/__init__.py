"""The miniature: a base model, a look-alike dialect and a pool for the Peano benchmark.

The benchmark itself is `leaneval.peano`. Out of scope: whether what happens to 0.67 million
parameters happens to eight thousand million; see the project's `docs/peano.md`.
"""

from __future__ import annotations

from crossfade_train.peano._base import BASE, make_base
from crossfade_train.peano._corpus import make_pool
from crossfade_train.peano._dialect import dialect

__all__ = ["BASE", "dialect", "make_base", "make_pool"]
