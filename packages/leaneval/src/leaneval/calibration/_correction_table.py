"""S@k corrected, as a table."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING

from leaneval.calibration._words import in_percent
from leaneval.tables import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leaneval.calibration._correct import Correction


def correction(found: Correction) -> Table:
    """S@k as measured and as corrected, percent."""
    rows = []
    for row in found.rows:
        corrected = in_percent(row.corrected)
        rows.append(
            (
                f"S@{row.k}", in_percent(row.measured),
                f"{corrected}, no more known" if row.says_nothing else corrected,
                in_percent(row.if_known), in_percent(row.compiles),
            )
        )  # fmt: skip
    return Table(
        f"{found.condition}, {found.problems} problems: S@k corrected for the error of "
        f"{found.judge}, percent with 95 % intervals",
        ("", "by the judge", "corrected", "were the error known", "compiles (C@k)"),
        tuple(rows),
        notes=tuple(_correction_notes(found)),
    )


def _correction_notes(found: Correction) -> Iterator[str]:
    if not isnan(found.sensitivity):
        yield (
            f"Corrected for a judge that passes {100 * found.sensitivity:.1f} % of right "
            f"statements and fails {100 * found.specificity:.1f} % of wrong ones."
        )
    yield (
        "Taken for granted: the labelled statements are like the run's compiling ones, the judge "
        "errs independently on different statements, and people are right."
    )
    if found.sensitivity + found.specificity <= 1:
        yield (
            "The judge is no better than guessing on these labels, so its scores tell nothing of "
            "S@k: it lies anywhere between 0 and C@k. Use another judge or threshold."
        )
    elif found.guessing > 0:
        yield (
            f"In {100 * found.guessing:.1f} % of the draws of labels the judge is no better than "
            "guessing, and S@k open between 0 and C@k."
        )
    if any(row.says_nothing for row in found.rows):
        yield (
            "An interval from 0 to C@k tells nothing: the labels are too few, or too much of the "
            "run is missing. Label more, or score it again."
        )
    if any(not 0 <= row.raw <= row.compiles.value for row in found.rows if not isnan(row.raw)):
        yield "An estimate outside [0, C@k] is set to its end; --json has it as it was."
    yield from found.warnings
