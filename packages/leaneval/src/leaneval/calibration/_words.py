"""How a calibration's numbers are spelt: shares in percent, coefficients in two decimals."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from leaneval.report import percent

if TYPE_CHECKING:
    from leaneval.statistics import Estimate

UNDEFINED = "undefined"
MEASURES = {
    "precision": "precision, %",
    "recall": "recall, %",
    "specificity": "specificity, %",
    "agreement": "agreement, %",
    "f1": "F1, %",
    "kappa": "Cohen's kappa",
    "youden": "Youden's J",
    "roc_auc": "ROC area",
    "average_precision": "average precision",
}
"""Measure -> its name in a table."""
_SHARES = frozenset({"precision", "recall", "specificity", "agreement", "f1"})


def measure(name: str, estimate: Estimate) -> str:
    """A measure's value with its interval."""
    return in_percent(estimate) if name in _SHARES else decimal(estimate)


def in_percent(estimate: Estimate) -> str:
    """`94.1 (84-98)`; bounds alone where too much is missing for a point."""
    if isnan(estimate.low):
        return UNDEFINED
    if isnan(estimate.value):
        return f"({100 * estimate.low:.0f}-{100 * estimate.high:.0f})"
    return percent(estimate)


def decimal(estimate: Estimate) -> str:
    """`0.79 (0.67 to 0.90)`; bounds alone where too much is missing for a point."""
    if isnan(estimate.low):
        return UNDEFINED
    bounds = f"({estimate.low:.2f} to {estimate.high:.2f})"
    return bounds if isnan(estimate.value) else f"{estimate.value:.2f} {bounds}"


def number(value: float) -> str:
    """A score or threshold, without needless zeros."""
    return "none" if isnan(value) else f"{value:.3g}"
