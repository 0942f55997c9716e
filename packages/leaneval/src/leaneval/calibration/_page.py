"""A whole calibration as a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.calibration import _tables as tables
from leaneval.calibration._correction_table import correction
from leaneval.calibration._cost_table import costs
from leaneval.calibration._pair_tables import agreements, cells
from leaneval.page import Page, Section

if TYPE_CHECKING:
    from leaneval.calibration._study import Study
    from leaneval.page import Block

_SHOWN = 20


def page(study: Study, *, title: str = "", plotted: bool = True, full: bool = True) -> Page:
    """The page of a calibration.

    Args:
        study: All that was found.
        title: Of the page; empty: the labelled file's name.
        plotted: Whether to draw plots, which needs the extra `report`.
        full: Whether to list every statement on which judge and people part.
    """
    found = study.calibrations
    blocks: list[Block] = [tables.measures(found), *(tables.confusion(c) for c in found)]
    if plotted:
        from leaneval.calibration._plots import plots

        blocks += plots(found)
    sections = [Section("Judges against people", tuple(blocks))]
    scored: list[Block] = [tables.score_bands(c) for c in found if c.bands]
    if any(c.thresholds for c in found):
        scored.insert(0, tables.thresholds(found))
    sections += [Section("Scores and thresholds", tuple(scored))] if scored else []
    if study.pairs:
        each = tuple(cells(p) for p in study.pairs)
        sections.append(Section("Judges against each other", (*each, agreements(study.pairs))))
    if study.corrections:
        corrected = tuple(map(correction, study.corrections))
        sections.append(Section("S@k corrected for the judge's error", corrected))
    parting = tuple(tables.disputes(c, None if full else _SHOWN) for c in found if c.disputes)
    sections += [Section("Where judge and people part", parting)] if parting else []
    if asked := [c.judged for c in found if c.judged.usage or c.judged.seconds]:
        sections.append(Section("Cost", (costs(asked),)))
    return Page(title or f"Judges on {study.labels.path.name}", _lead(study), tuple(sections))


def _lead(study: Study) -> str:
    rows = study.labels.rows
    right = sum(row.right for row in rows)
    judges = "; ".join(f"{c.judged.name} ({c.judged.identity})" for c in study.calibrations)
    lead = (
        f"{len(rows)} statements of {study.resamples.problems} problems, of which people find "
        f"{right} right and {len(rows) - right} wrong. Judges: {judges}."
    )
    return " ".join([lead, *study.notes])
