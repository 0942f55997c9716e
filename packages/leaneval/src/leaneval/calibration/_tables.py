"""A calibration as tables."""

from __future__ import annotations

from collections import Counter
from math import isinf, isnan
from typing import TYPE_CHECKING

import numpy as np

from leaneval.calibration._words import MEASURES, UNDEFINED, decimal, in_percent, measure, number
from leaneval.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leaneval.calibration._calibration import Calibration
    from leaneval.calibration._judged import Judged
    from leaneval.calibration._threshold import Threshold

_CRITERIA = {"youden": "J", "f1": "F1"}
_REASON = 160


def measures(found: Sequence[Calibration]) -> Table:
    """Every measure, a column a judge."""
    names = [name for name in MEASURES if any(name in c.measures for c in found)]
    rows = [
        ("statements", *(str(c.statements) for c in found)),
        ("answered, %", *(f"{100 * c.coverage:.1f}" if c.statements else "" for c in found)),
        *(
            (MEASURES[n], *(measure(n, c.measures[n]) if n in c.measures else "" for c in found))
            for n in names
        ),
    ]
    return Table(
        "judges against people, with 95 % intervals",
        ("measure", *(c.judged.name for c in found)),
        tuple(rows),
        notes=tuple(_measure_notes(found)),
    )


def _measure_notes(found: Sequence[Calibration]) -> Iterator[str]:
    for c in found:
        yield f"{c.judged.name}: passes by {c.judged.rule}."
        if outside := int(c.judged.outside.sum()):
            yield (
                f"{c.judged.name}: {outside} statements do not compile here (or the gate refuses "
                "them), so the judge of a run would not be asked; they are in none of its counts."
            )
        if missing := sum(c.missing):
            yield (
                f"{c.judged.name}: {missing} without an answer: intervals reach from all of those "
                "wrong to all of them right, and from 0.5 % on there is no point. "
                f"Most often because: {_commonest_fault(c.judged)}"
            )
        if c.roc is None:
            yield f"{c.judged.name}: {_no_curve(c)}"


def _commonest_fault(judged: Judged) -> str:
    """Why a score is missing, in the words that most statements without an answer have."""
    without = np.isnan(judged.passes) & ~judged.outside
    faults = Counter(judged.reasons[place] for place in np.flatnonzero(without))
    return _cut(faults.most_common(1)[0][0]) or "no reason is on file."


def _no_curve(c: Calibration) -> str:
    if not c.statements:
        return "no statement compiles here, so there is nothing to measure. See --profile."
    inside = ~c.judged.outside
    right = int(c.right[inside].sum())
    if right in (0, c.statements):
        which = ("right", "specificity") if right else ("wrong", "recall")
        return (
            f"people found all statements {which[0]}, so {which[1]}, kappa, the ROC curve and a "
            "best threshold are undefined. Label statements of the other kind."
        )
    return "there are no scores of both kinds, so curves and a best threshold are undefined."


def confusion(c: Calibration) -> Table:
    """What judge and people say, every statement counted."""
    t, outside = c.counts, c.judged.outside
    beyond = int((outside & c.right).sum()), int((outside & ~c.right).sum())
    cells = [("passes", int(t.tp), int(t.fp)), ("fails", int(t.fn), int(t.tn))]
    cells += [
        (name, right, wrong)
        for name, (right, wrong) in (("no answer", c.missing), ("does not compile", beyond))
        if right + wrong
    ]
    rows = [(name, str(r), str(w), str(r + w)) for name, r, w in cells]
    totals = [str(sum(int(row[i]) for row in rows)) for i in (1, 2, 3)]
    return Table(
        f"{c.judged.name} against people, statements",
        ("judge", "people: right", "people: wrong", "all"),
        (*rows, ("all", *totals)),
    )


def thresholds(found: Sequence[Calibration]) -> Table:
    """Every judge's best threshold by each criterion, the default first."""
    return Table(
        "best threshold",
        ("judge", "by", "threshold", "same down to", "apparent", "out of bag"),
        tuple((c.judged.name, *_threshold(t)) for c in found for t in c.thresholds),
        words=2,
        notes=(
            "A score of at least the threshold passes; any other threshold down to, and without, "
            "the one under 'same down to' passes the same statements.",
            "Chosen on the statements it is measured on, a threshold looks better than it is: "
            "that is 'apparent'. 'Out of bag' is measured on statements it was not chosen on and "
            "is somewhat too bad. Expect a value between them.",
            "Youden's J is the default: it does not depend on how many statements are right, so "
            "its threshold carries over to a run; F1's does not.",
        ),
    )


def _threshold(t: Threshold) -> tuple[str, ...]:
    return (
        _CRITERIA[t.criterion], decimal(t.least), "any" if isinf(t.above) else number(t.above),
        f"{t.apparent:.2f}", UNDEFINED if isnan(t.out_of_bag) else f"{t.out_of_bag:.2f}",
    )  # fmt: skip


def score_bands(c: Calibration) -> Table:
    """How often people find right what the judge scores so and so."""
    return Table(
        f"{c.judged.name}: people's view by score",
        ("score", "statements", "mean score", "people: right, %"),
        tuple(
            (b.name, str(b.statements), number(b.mean), in_percent(b.share) if b.share else "")
            for b in c.bands
        ),
    )


def disputes(c: Calibration, limit: int | None = None) -> Table:
    """Where judge and people part.

    Args:
        c: The judge.
        limit: The most rows to show; None: all.
    """
    shown = c.disputes[:limit]
    rest = len(c.disputes) - len(shown)
    told = any(d.reason for d in shown)
    rows = [(d.id, "right" if d.right else "wrong", number(d.score), _cut(d.reason)) for d in shown]
    head = ("id", "people", "score", "the judge's reason")
    return Table(
        f"{c.judged.name} against people, by id",
        head if told else head[:3],
        tuple(row if told else row[:3] for row in rows),
        words=4,
        notes=(f"{rest} more: see --json, or --out.",) if rest else (),
    )


def _cut(text: str) -> str:
    return text if len(text) <= _REASON else text[: _REASON - 1] + "…"
