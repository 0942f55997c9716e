"""Two judges and people, as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.calibration._pairs import ANSWERS
from leaneval.calibration._words import decimal, in_percent, in_points
from leaneval.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.calibration._pairs import Pair


def cells(pair: Pair) -> Table:
    """Judge by judge by people, every statement counted."""
    rows = []
    for a in ANSWERS:
        for b in ANSWERS:
            right, wrong = (pair.cells.get((a, b, is_right), 0) for is_right in (True, False))
            if right + wrong or {a, b} <= set(ANSWERS[:2]):
                rows.append((a, b, str(right), str(wrong), str(right + wrong)))
    totals = [str(sum(int(row[i]) for row in rows)) for i in (2, 3, 4)]
    return Table(
        f"{pair.first} x {pair.second} x people, statements",
        (pair.first, pair.second, "people: right", "people: wrong", "all"),
        (*rows, ("all", "", *totals)),
        words=2,
    )


def agreements(pairs: Sequence[Pair]) -> Table:
    """How far two judges agree, and which agrees more with people; a column a pair."""
    rows = (
        ("both answered", *(str(p.answered) for p in pairs)),
        ("agree, %", *(in_percent(p.agreement) for p in pairs)),
        ("Cohen's kappa", *(decimal(p.kappa) for p in pairs)),
        ("first - second, points", *(in_points(p.difference) for p in pairs)),
        ("p of no difference", *(f"{p.p:.3f}" for p in pairs)),
    )
    return Table(
        "agreement between judges, with 95 % intervals",
        ("", *(f"{p.first}, {p.second}" for p in pairs)),
        rows,
        notes=(
            "Over the statements that both answered. 'First - second' is the difference of their "
            "agreement with people; p is McNemar's exact test's, or, where problems have several "
            "statements, the sign-flip test's over problems.",
        ),
    )
