"""Checkers: from claims to verdicts.

`make_checker` gives the one that a spec string names. A checker of another kind is a `Runner` (how
a batch is run) behind a `Batcher` (what waits, what is retried, what a death or silence means);
`CachedChecker` puts the verdict cache around any of them.

Invariant: `compiles` comes from Lean's positive word on that claim alone; silence is never an
answer. Out of scope: the gate, which protects Lean before a checker sees anything.
"""

from leaneval.checkers._batching import Batcher
from leaneval.checkers._cached import CachedChecker
from leaneval.checkers._capacity import default_workers
from leaneval.checkers._library import PreludeLibrary
from leaneval.checkers._prelude import PreludeChecker
from leaneval.checkers._ray import RayChecker
from leaneval.checkers._runner import BAD, GOOD, Outcome, Runner
from leaneval.checkers._spec import CHECKERS, CheckerKind, make_checker

__all__ = [
    "BAD",
    "CHECKERS",
    "GOOD",
    "Batcher",
    "CachedChecker",
    "CheckerKind",
    "Outcome",
    "PreludeChecker",
    "PreludeLibrary",
    "RayChecker",
    "Runner",
    "default_workers",
    "make_checker",
]
