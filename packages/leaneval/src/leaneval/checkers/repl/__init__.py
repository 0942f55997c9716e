"""Checkers over a Lake project: a pool of caged REPLs that keep the imports in memory.

lean-interact finds or builds the REPL that fits the project's Lean and speaks its protocol
(`LeanREPLConfig`, `LeanServer`). Ours is what a hostile, unattended run needs around it: the cage,
the limits, the pool, the replacement of what died, and the reading of answers.

Invariant: every answer is of an environment that holds the project's imports and nothing of an
earlier claim's. A REPL that timed out, died, or grew beyond its limit answers nothing more.

Out of scope: what breaks of a batch mean for its claims (`Batcher`), making a project (`setup`).
"""

from leaneval.checkers.repl._checker import ReplChecker
from leaneval.checkers.repl._project import LeanProject, open_project
from leaneval.checkers.repl._setup import MATHLIB_VERSION, mathlib_folder, set_up

__all__ = [
    "MATHLIB_VERSION",
    "LeanProject",
    "ReplChecker",
    "mathlib_folder",
    "open_project",
    "set_up",
]
