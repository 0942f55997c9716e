"""From per-problem intervals to a run's table, the same for lm-eval and for `leaneval score`.

`document_metrics` is what one document contributes and `aggregations` how contributions are put
together; `summarise` does both. Means are lm-eval's own function object, because the harness gives
a closed-form standard error to that object alone, and because two code paths would be two numbers.
Out of scope: bootstrap intervals and comparisons of runs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from leaneval.metrics import POINT_LIMIT, intervals, missing_share
from leaneval.types import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leaneval.settings import Settings
    from leaneval.types import DualScore

Contribution = float | tuple[int, int]
"""A number to average, or (part, whole) counts to divide at the end."""


class Estimate(NamedTuple):
    """A metric of a run: value and standard error (None where there is no closed form)."""

    value: float
    stderr: float | None


def document_metrics(
    scores: Sequence[DualScore], settings: Settings, *, missing: float
) -> dict[str, Contribution]:
    """What one problem contributes to every metric.

    Args:
        scores: The problem's dual scores.
        settings: The run's.
        missing: The whole run's `missing_share`; it decides between points and intervals, so that
            every problem contributes to the same metrics.
    """
    found: dict[str, Contribution] = {}
    bounds = intervals(scores, settings)
    point = missing < POINT_LIMIT or settings.protocol == "study"
    for name, (low, high) in bounds.items():
        if point:
            found[name] = low if settings.protocol == "study" else (low + high) / 2
        if missing and settings.protocol != "study":
            found |= {f"{name}_low": low, f"{name}_high": high}
    best = f"best@{settings.repeats}"
    if best in found:
        found[f"{best}_nonzero"] = found[best]
    return found | _coverage(scores, settings)


def _coverage(scores: Sequence[DualScore], settings: Settings) -> dict[str, Contribution]:
    verdicts = [dual.study if settings.protocol == "study" else dual.verdict for dual in scores]
    available = sum(v.kind is not VerdictKind.UNAVAILABLE for v in verdicts)
    found: dict[str, Contribution] = {"verdict_coverage": (available, len(verdicts))}
    if settings.judge != "none":
        due = [dual for dual, v in zip(scores, verdicts, strict=True) if v.compiles]
        scored = sum(dual.score is not None and dual.score.available for dual in due)
        found["score_coverage"] = (scored, len(due))
    return found


def aggregations(names: Iterable[str]) -> dict[str, Callable[[Any], float]]:
    """The function that puts each metric's contributions together."""
    from lm_eval.api.metrics import mean

    def choose(name: str) -> Callable[[Any], float]:
        if name.endswith("_coverage"):
            return _ratio
        return _mean_of_nonzero if name.endswith("_nonzero") else mean

    return {name: choose(name) for name in names}


def _ratio(counts: Sequence[tuple[int, int]]) -> float:
    whole = sum(count[1] for count in counts)
    return sum(count[0] for count in counts) / whole if whole else 1.0


def _mean_of_nonzero(values: Sequence[float]) -> float:
    nonzero = [value for value in values if value > 0]
    return sum(nonzero) / len(nonzero) if nonzero else 0.0


def summarise(table: Sequence[Sequence[DualScore]], settings: Settings) -> dict[str, Estimate]:
    """The run's table.

    Args:
        table: One list a problem, one dual score a rollout; no list empty.
        settings: The run's.
    """
    from lm_eval.api.metrics import mean, mean_stderr

    missing = missing_share(table)
    rows = [document_metrics(scores, settings, missing=missing) for scores in table]
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = {name: [row[name] for row in rows if name in row] for name in names}
    combine = aggregations(names)
    return {
        name: Estimate(
            combine[name](column),
            _finite(mean_stderr(column)) if combine[name] is mean and len(column) > 1 else None,
        )
        for name, column in columns.items()
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def higher_is_better(names: Iterable[str]) -> dict[str, bool]:
    """Direction of each metric: only the gap is better small."""
    return {name: not name.startswith("gap") for name in names}
