"""Statements that compile and say nothing, flagged where a machine can tell.

A flag stands beside the verdict and the score and changes neither. Invariant: what Lean is asked
about was proved by Lean, so those flags are never wrong about the statement; the flags read off the
text err towards silence. Absence of a flag proves nothing. `FLAGS` lists them.
"""

from __future__ import annotations

from leaneval.vacuity._flags import FLAGS, Vacuity, says_nothing
from leaneval.vacuity._text import unused_binders

__all__ = ["FLAGS", "Vacuity", "says_nothing", "unused_binders"]
