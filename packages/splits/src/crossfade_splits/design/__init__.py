"""The matched-swap design: strata, draws, conditions and how well they are balanced."""

from crossfade_splits.design._balance import Comparison, compare
from crossfade_splits.design._conditions import Condition, check, conditions, round_share
from crossfade_splits.design._draw import Draw, draw
from crossfade_splits.design._strata import ALL, Strata, bins_of, label_of, stratify

__all__ = [
    "ALL",
    "Comparison",
    "Condition",
    "Draw",
    "Strata",
    "bins_of",
    "check",
    "compare",
    "conditions",
    "draw",
    "label_of",
    "round_share",
    "stratify",
]
