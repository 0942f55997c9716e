"""Conditions compared: numbers with intervals, paired differences with tests, what changed."""

from __future__ import annotations

from leaneval.comparison._compare import compare, main_metrics
from leaneval.comparison._tables import changes_table, conditions_table, differences_table, spelt
from leaneval.comparison._types import Change, Comparison, Difference, Measured, Pair

__all__ = [
    "Change",
    "Comparison",
    "Difference",
    "Measured",
    "Pair",
    "changes_table",
    "compare",
    "conditions_table",
    "differences_table",
    "main_metrics",
    "spelt",
]
