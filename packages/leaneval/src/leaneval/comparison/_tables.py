"""A comparison as tables: percent with 95 % intervals, and how to read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leaneval.results import without_folders
from leaneval.statistics import wilson
from leaneval.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.comparison._types import Comparison, Difference, Measured, Pair
    from leaneval.metrics import Interval
    from leaneval.statistics import Estimate

_SIGNIFICANT = 0.05
_MEANINGS = {
    "C@": "C@k: at least one of k rollouts compiles. ",
    "S@": "S@k: at least one of k compiles and means it. ",
}


def conditions_table(found: Comparison) -> Table:
    """Every condition's metrics with intervals, and what the conditions differ in."""
    shared, seeds = found.shared, [len(one.condition.runs) for one in found.conditions]
    with_seeds = max(seeds) > 1
    rows = tuple(
        (one.name, *((str(count),) if with_seeds else ()), *_cells(one, found.metrics))
        for one, count in zip(found.conditions, seeds, strict=True)
    )
    drawn = "problems and seeds" if with_seeds else "problems"
    method = f"95 % intervals: {found.resamples:,} bootstrap resamples of {drawn}."
    return Table(
        f"{shared.task}: {len(shared.problems)} problem{'s' * (len(shared.problems) > 1)}, "
        f"{shared.repeats} rollouts each, percent",
        ("condition", *(("seeds",) if with_seeds else ()), *found.metrics),
        rows,
        notes=(_rules(found), method, *_missing(found), *_constant(found), *shared.warnings),
    )


def _rules(found: Comparison) -> str:
    settings = found.conditions[0].condition.runs[0].settings
    threshold = found.shared.threshold
    passes = f"{settings.threshold if threshold is None else threshold:g}"
    told = "".join(
        sentence
        for start, sentence in _MEANINGS.items()
        if any(metric.startswith(start) for metric in found.metrics)
    )
    judge = without_folders(settings.judge)
    return f"{told}Protocol {settings.protocol}; judge {judge}, passing from {passes}."


def _cells(one: Measured, metrics: Sequence[str]) -> list[str]:
    return [spelt(one.estimates[name], point=one.has_point, gap="\n") for name in metrics]


def spelt(estimate: Estimate, *, point: bool = True, sign: str = "", gap: str = " ") -> str:
    """`46.9 [36.2, 58.1]`: percent with its interval.

    Args:
        estimate: As shares.
        point: Whether to tell the value; without, `-` stands for it.
        sign: `+` for differences.
        gap: Between value and interval.
    """
    value, low, high = (_percent(number, sign) for number in estimate)
    return f"{value if point else '-'}{gap}[{low}, {high}]"


def _percent(share: float, sign: str) -> str:
    """One decimal; no minus before 0, and no decimal where it would break a table of 80 columns."""
    text = f"{round(100 * share, 1) + 0.0:{sign}.1f}"
    return text.removesuffix(".0") if abs(share) >= 1 else text


def _missing(found: Comparison) -> list[str]:
    shares = [f"{one.name} {one.missing:.1%}" for one in found.conditions if one.missing]
    if not shares:
        return []
    if found.conditions[0].condition.runs[0].settings.protocol == "study":
        return [f"Rollouts missing: {', '.join(shares)}; the study's rules count them as failing."]
    return [
        f"Rollouts missing: {', '.join(shares)}. Intervals run from all of them failing to all of "
        "them passing; there is no point where 0.5 % or more are missing."
    ]


def _constant(found: Comparison) -> list[str]:
    """A bootstrap of equal values is a point, which says too much."""
    constant = {
        name
        for one in found.conditions
        for name, estimate in one.estimates.items()
        if estimate.low == estimate.high
    }
    if not constant:
        return []
    count = len(found.shared.problems)
    return [
        f"An interval of no width ({', '.join(m for m in found.metrics if m in constant)}): all "
        "problems have one value, and the bootstrap knows no other. Were it 0 of "
        f"{count} problems, up to {wilson(0, count).high:.1%} would still fit (Wilson)."
    ]


def differences_table(found: Comparison) -> Table:
    """Every pair's paired differences, tests, and how many problems changed."""
    rows: list[tuple[str, ...]] = []
    strong: set[tuple[int, int]] = set()
    twins = _twins(found)
    for pair in found.pairs:
        for metric, difference in pair.differences.items():
            if metric in twins:
                continue
            if difference.estimate.excludes_zero:
                strong.add((len(rows), 2))
            if difference.holm <= _SIGNIFICANT:
                strong.add((len(rows), 4))
            rows.append(_row(pair, metric, difference))
    return Table(
        "Paired differences, percentage points",
        ("difference", "metric", "95 % interval", "p", "p Holm", "gained", "lost"),
        tuple(rows),
        words=2,
        notes=(
            *_explained(found),
            *(
                f"{metric} is {twin} on every problem here (scores are 0 or 1), so it has no rows."
                for metric, twin in twins.items()
            ),
        ),
        strong=frozenset(strong),
    )


def _twins(found: Comparison) -> dict[str, str]:
    """Metrics of the score that are a pass@k throughout, as scores of 0 and 1 make them: -> it."""
    n = found.shared.repeats
    asked = {"mean_score": "S@1", f"best@{n}": f"S@{n}"}
    return {
        metric: twin
        for metric, twin in asked.items()
        if {metric, twin} <= set(found.metrics)
        and all(np.allclose(one.bounds[metric], one.bounds[twin]) for one in found.conditions)
    }


def _row(pair: Pair, metric: str, difference: Difference) -> tuple[str, ...]:
    changed = (difference.gained, difference.lost)
    return (
        f"{pair.of.name} - {pair.minus.name}",
        metric,
        spelt(difference.estimate, point=pair.has_point, sign="+"),
        _p(difference.p),
        _p(difference.holm),
        *("" if ids is None else str(len(ids)) for ids in changed),
    )


def _p(value: float) -> str:
    return "<0.001" if value < 0.001 else f"{value:.3f}"


def _explained(found: Comparison) -> list[str]:
    many = len(found.pairs)
    lines = [
        "p: two-sided sign-flip test over problems"
        + (f"; Holm: adjusted for the {many} differences of a metric." if many > 1 else ".")
        + " Bold: an interval that leaves out 0; an adjusted p of at most 0.05.",
        "gained, lost: problems whose value rose, fell (at k = 1: solved in more, fewer rollouts).",
    ]
    seeds = {count for pair in found.pairs for count in pair.seeds}
    if seeds == {1}:
        lines.append(
            "One run a condition: a difference is one between these models on such problems; "
            "whether another training or data draw would give it too, only seeds can tell."
        )
    elif seeds:
        lines.append(
            "p speaks of these very trainings; the interval also of others, and with "
            f"{max(seeds)} seeds it is too narrow for them."
        )
    return lines


def changes_table(pair: Pair, *, most: int | None = None) -> Table:
    """The problems of a pair that one condition solves in more rollouts than the other.

    Args:
        pair: Of a comparison.
        most: Rows at most, the greatest changes first; None: all.
    """
    shown = pair.changes[:most]
    gained = sum(change.gained for change in pair.changes)
    hidden = len(pair.changes) - len(shown)
    passing = "pass" if pair.changed_by == "S@1" else "compile"
    return Table(
        f"Changed: {pair.of.name} - {pair.minus.name}",
        ("problem", "", pair.minus.name, pair.of.name),
        tuple(
            (c.problem, "gained" if c.gained else "lost", _share(c.minus), _share(c.of))
            for c in shown
        ),
        words=2,
        notes=(
            f"{gained} gained, {len(pair.changes) - gained} lost; percent of a problem's rollouts "
            f"that {passing}." + (f" {hidden} more are in --out." if hidden else ""),
        ),
    )


def _share(bounds: Interval) -> str:
    low, high = (f"{100 * value:.0f}" for value in bounds)
    return low if low == high else f"{low} to {high}"
