"""What one judge says of a labelled file: scores, answers, and where it gave none.

Invariant: a missing score is NaN, in no count of passes or failures; a statement that the judge of
a run would never be shown, because it does not compile, is `outside` and in no table of its errors.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from leaneval.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from leaneval.calibration._labels import Labels

STORED = "stored"
"""The name of the judge whose scores the file holds."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One judge's answers, in the order of the labels.

    Attributes:
        name: The judge's spec; `stored` for the file's own scores.
        scores: In [0, 1], NaN where there is none.
        passes: 1 or 0, NaN where there is no answer.
        rule: How an answer comes from a score, in words.
        threshold: Least score that passes; None where the answers are the file's own.
        outside: Statements that the judge is not for, because they do not compile.
        reasons: The judge's words, or why it gave no score.
        identity: All that its scores depend on.
        usage: Calls, tokens, cost; see `Judge.usage`.
        seconds: Wall time of asking.
    """

    name: str
    scores: NDArray[np.float64]
    passes: NDArray[np.float64]
    rule: str
    threshold: float | None
    outside: NDArray[np.bool_]
    reasons: tuple[str, ...]
    identity: str = ""
    usage: Mapping[str, float] = field(default_factory=dict)
    seconds: float = 0.0


def passing(scores: NDArray[np.float64], threshold: float) -> NDArray[np.float64]:
    """1 from the threshold on, 0 below, NaN where there is no score."""
    return np.where(np.isnan(scores), np.nan, (scores >= threshold).astype(float))


def stored(labels: Labels, threshold: float | None, default: float) -> Judged:
    """The file's own judge.

    Args:
        labels: With scores, answers or both.
        threshold: Least score that passes; None: the file's own answers, or where it has none
            `default`.
        default: Used where neither is there.

    Raises:
        UsageError: The file holds neither, or a threshold is given and no scores.
    """
    columns, rows = labels.columns, labels.rows
    scores = np.array([np.nan if row.score is None else row.score for row in rows])
    if columns.score is None and (columns.passed is None or threshold is not None):
        raise UsageError(
            f"{labels.path} must hold a judge's scores to judge it without asking anyone, got no "
            "column of scores: name it by --score-column, or ask a judge by --judge SPEC."
        )
    if columns.passed is None or threshold is not None:
        threshold = default if threshold is None else threshold
        passes, rule = passing(scores, threshold), f"score >= {threshold:g}"
    else:
        passes = np.array([np.nan if row.passed is None else row.passed for row in rows], float)
        rule = _rule(columns.passed, scores, passes)
    return Judged(
        STORED, scores, passes, rule, threshold,
        outside=np.zeros(len(rows), bool), reasons=("",) * len(rows),
        identity=f"column {columns.score or columns.passed!r} of {labels.path.name}",
    )  # fmt: skip


def _rule(name: str, scores: NDArray[np.float64], passes: NDArray[np.float64]) -> str:
    """Which thresholds give the file's own answers, found from its scores."""
    rule = f"the file's column {name!r}"
    both = ~np.isnan(scores) & ~np.isnan(passes)
    if not both.any():
        return rule
    low = scores[both & (passes == 0)].max(initial=-np.inf)
    high = scores[both & (passes == 1)].min(initial=np.inf)
    if low >= high:
        return f"{rule}, which no threshold gives ({low:g} fails, {high:g} passes)"
    if np.isinf(low) or np.isinf(high):
        return f"{rule}, which is one answer throughout"
    return f"{rule}, the same as score >= t for any t in ({low:g}, {high:g}]"
