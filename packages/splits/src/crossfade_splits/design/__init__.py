"""The matched-swap design: strata, draws, conditions and how well they are balanced."""

from crossfade_splits.design._balance import Comparison, compare
from crossfade_splits.design._conditions import Condition, check, conditions, round_share
from crossfade_splits.design._draw import Draw, draw
from crossfade_splits.design._strata import Strata, stratify

__all__ = [
    "Comparison",
    "Condition",
    "Draw",
    "Strata",
    "check",
    "compare",
    "conditions",
    "draw",
    "round_share",
    "stratify",
]
