"""From per-problem intervals to a run's table, the same for lm-eval and for `leaneval score`.

`document_metrics` is what one document contributes and `aggregations` how contributions are put
together; `summarise` does both. Means are lm-eval's own function object, because the harness gives
a closed-form standard error to that object alone, and because two code paths would be two numbers.
Out of scope: bootstrap intervals and comparisons of runs.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from leaneval.metrics import (
    POINT_LIMIT,
    SECOND,
    Agreement,
    agreement,
    has_second,
    intervals,
    missing_share,
)
from leaneval.types import VerdictKind
from leaneval.vacuity import says_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leaneval.settings import Settings
    from leaneval.types import DualScore

Contribution = float | tuple[int, ...]
"""A number to average, or counts: (part, whole) to divide at the end, or a two-by-two table."""


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
        found |= _of_proofs(due, settings)
    return found | (_vacuous(scores) if settings.vacuity else {})


def _of_proofs(due: Sequence[DualScore], settings: Settings) -> dict[str, Contribution]:
    """What belongs beside a formal judge's lower bound, and beside two judges."""
    found: dict[str, Contribution] = {}
    both = has_second(settings)
    if both or settings.judge == SECOND:
        proofs = [dual.second if both else dual.score for dual in due]
        told = [score for score in proofs if score is not None and score.available]
        found["undecided"] = (sum("undecided" in score.flags for score in told), len(told))
    if both:
        found["judges_agree"] = found["judges_kappa"] = agreement(due, settings)
    return found


def _vacuous(scores: Sequence[DualScore]) -> dict[str, Contribution]:
    """Share of statements that Lean proved to say nothing, among those that were looked at."""
    looked_at = [dual.flags for dual in scores if dual.flags is not None]
    return {"vacuous": (sum(map(says_nothing, looked_at)), len(looked_at))}


def aggregations(names: Iterable[str]) -> dict[str, Callable[[Any], float]]:
    """The function that puts each metric's contributions together."""
    from lm_eval.api.metrics import mean

    def choose(name: str) -> Callable[[Any], float]:
        if name.endswith("_coverage"):
            return _ratio
        if name in ("undecided", "vacuous"):
            return _share
        if name.startswith("judges_"):
            return _agreement_rate if name == "judges_agree" else _kappa
        return _mean_of_nonzero if name.endswith("_nonzero") else mean

    return {name: choose(name) for name in names}


def _ratio(counts: Sequence[tuple[int, int]]) -> float:
    whole = sum(count[1] for count in counts)
    return sum(count[0] for count in counts) / whole if whole else 1.0


def _share(counts: Sequence[tuple[int, int]]) -> float:
    return _ratio(counts) if any(count[1] for count in counts) else 0.0


def _pooled(tables: Sequence[tuple[int, ...]]) -> Agreement:
    return Agreement(*(sum(cells) for cells in zip(*tables, strict=True)))


def _agreement_rate(tables: Sequence[tuple[int, ...]]) -> float:
    return _pooled(tables).rate


def _kappa(tables: Sequence[tuple[int, ...]]) -> float:
    return _pooled(tables).kappa


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
    """Direction of each metric: the gap, and what is undecided or vacuous, are better small."""
    return {name: not name.startswith(("gap", "undecided", "vacuous")) for name in names}
