"""A report of finished runs as a page: tables, plots, conditions, and every rollout.

Blocks alone are made here; `leaneval.page` renders them. Invariant: a table never mixes tasks or
protocols, and whatever differs between runs that should not is said above the first table.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from leaneval.comparison import compare, differences_table
from leaneval.page import Explorer, Page, Prose, Section
from leaneval.report._numbers import Numbers, numbers
from leaneval.report._results import (
    condition_tables,
    coverage_table,
    instrument_tables,
    verdict_tables,
)
from leaneval.report._series import plots
from leaneval.results import without_folders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.results import Condition


def report(
    conditions: Sequence[Condition], title: str, *, texts: bool = True, plotted: bool = True
) -> Page:
    """The report of some conditions.

    Args:
        conditions: What to compare, in order; those of several tasks are reported task by task.
        title: Of the page.
        texts: Whether problems' and rollouts' texts may be shown.
        plotted: Whether to draw plots, which need altair.

    Raises:
        UsageError: The conditions of one task share nothing or mix protocols.
    """
    sections: list[Section] = []
    leads = []
    groups = _by_task(conditions)
    for task, own in groups.items():
        found = numbers(own)
        leads.append(lead(found))
        head = f"{task}: " if len(groups) > 1 else ""
        sections += [
            results_section(found, head),
            *([differences_section(found, head)] if len(own) > 1 else []),
            *detail_sections(found, head, texts=texts, plotted=plotted),
        ]
    return Page(title, " ".join(leads), tuple(sections))


def _by_task(conditions: Sequence[Condition]) -> dict[str, list[Condition]]:
    """Conditions of one task together; a file's stem is no task, so such runs go with the rest."""
    told = {run.task for c in conditions for run in c.runs if run.task != run.path.stem}
    if len(told) <= 1:
        return {"": list(conditions)}
    groups: dict[str, list[Condition]] = {}
    for condition in conditions:
        groups.setdefault(condition.runs[0].task, []).append(condition)
    return groups


def lead(found: Numbers) -> str:
    """What was measured, with what, in a sentence."""
    run = found.conditions[0].runs[0]
    toolchain = run.info.get("toolchain") or "an unknown toolchain"
    return (
        f"{found.shared.task}: {len(found.shared.problems):,} problems, {found.shared.repeats} "
        f"rollouts each, {len(found.conditions)} conditions; protocol {run.settings.protocol}, "
        f"{toolchain}, judge {without_folders(run.info.get('judge') or run.settings.judge)}."
    )


def results_section(found: Numbers, head: str = "") -> Section:
    """The numbers, and what warns of them."""
    warnings = [Prose(f"Warning: {text}") for text in found.shared.warnings]
    tables = (*condition_tables(found), coverage_table(found))
    return Section(f"{head}Results", (*warnings, *tables))


def differences_section(found: Numbers, head: str = "") -> Section:
    """Every pair of conditions, by problem."""
    compared = compare(found.conditions, replace(found.shared, k=found.ends, warnings=()))
    return Section(f"{head}Paired differences", (differences_table(compared),))


def detail_sections(
    found: Numbers, head: str = "", *, texts: bool = True, plotted: bool = True
) -> list[Section]:
    """Plots, verdicts, conditions of the measurement, and the explorer."""
    sections = [Section(f"{head}Plots", tuple(plots(found)))] if plotted else []
    sections.append(Section(f"{head}Verdicts", tuple(verdict_tables(found))))
    sections.append(Section(f"{head}Measured how", tuple(instrument_tables(found))))
    sections.append(Section(f"{head}Every rollout", (Explorer(found.conditions, texts=texts),)))
    return sections
