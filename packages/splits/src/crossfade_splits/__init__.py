"""SFT and RL data sets at a requested overlap, with a manifest that proves it.

`make` builds them from a pool, `verify` recomputes every claim of the manifest, `audit` measures
the overlap of any two data sets, `inject` puts answers into prompts, `push` uploads.
"""

from crossfade_splits.audit import Audit, audit, load_side
from crossfade_splits.errors import DataError, SplitsError, UsageError
from crossfade_splits.inject import Injection, inject
from crossfade_splits.make import make
from crossfade_splits.proof import Check, verify
from crossfade_splits.push import push
from crossfade_splits.recipe import Recipe, load_recipe, parse_recipe

__all__ = [
    "Audit",
    "Check",
    "DataError",
    "Injection",
    "Recipe",
    "SplitsError",
    "UsageError",
    "audit",
    "inject",
    "load_recipe",
    "load_side",
    "make",
    "parse_recipe",
    "push",
    "verify",
]
