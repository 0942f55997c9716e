"""What is claimed of a data set, computed from its rows, and the check that the claims hold."""

from crossfade_splits.proof._claims import CLAIMS, claim
from crossfade_splits.proof._data import Data
from crossfade_splits.proof._files import largest_problem
from crossfade_splits.proof._manifest import read_manifest, seal
from crossfade_splits.proof._render import count_values
from crossfade_splits.proof._verify import Check, verify
from crossfade_splits.proof._warnings import warnings_of

__all__ = [
    "CLAIMS",
    "Check",
    "Data",
    "claim",
    "count_values",
    "largest_problem",
    "read_manifest",
    "seal",
    "verify",
    "warnings_of",
]
