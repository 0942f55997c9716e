"""How a calibration's numbers are spelt: shares in percent, coefficients in two decimals."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

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
    """`94.1 [84.1, 98.0]`; bounds alone where too much is missing for a point."""
    return _spelt(estimate, 100, ".1f")


def in_points(estimate: Estimate) -> str:
    """`+4.8 [+2.3, +7.4]`: a difference of shares in percentage points."""
    return _spelt(estimate, 100, "+.1f")


def decimal(estimate: Estimate) -> str:
    """`0.79 [0.67, 0.90]`; bounds alone where too much is missing for a point."""
    return _spelt(estimate, 1, ".2f")


def _spelt(estimate: Estimate, scale: float, form: str) -> str:
    if isnan(estimate.low):
        return UNDEFINED
    value, low, high = (_digits(scale * v, form) for v in estimate)
    return f"{'' if isnan(estimate.value) else f'{value} '}[{low}, {high}]"


def _digits(value: float, form: str) -> str:
    """Without the minus of a zero."""
    text = f"{value:{form}}"
    return text.replace("-", "") if float(text) == 0 else text


def number(value: float) -> str:
    """A score or threshold, without needless zeros."""
    return "none" if isnan(value) else f"{value:.3g}"
