"""A run of the study as a page: leaneval's report, and what only such a run has.

Invariant: no number is in a table that is not in results.json or reckoned from the samples by
leaneval, and each row names the stage folders that it comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_train.report import _plots, _tables
from leaneval.comparison import differences_table
from leaneval.page import Page, Prose, Section
from leaneval.report import condition_tables, detail_sections, lead, results_section
from leaneval.statistics import RESAMPLES

if TYPE_CHECKING:
    from crossfade_train.report._collect import Collected
    from crossfade_train.report._summary import Summary, TaskSummary
    from leaneval.page import Block
    from leaneval.tables import Table

_MECHANISM = (
    "A group whose rewards are all the same teaches nothing, and a problem that SFT has memorised "
    "gives such groups. Their share (no spread) is a likely reason for what overlap does; this "
    "table shows that they go together, not that one causes the other."
)


def page(summary: Summary, *, texts: bool = True, plotted: bool = True) -> Page:
    """The report of a run.

    Args:
        summary: Its numbers.
        texts: Whether problems' and rollouts' texts may be shown.
        plotted: Whether to draw plots.
    """
    found = summary.collected
    sections, explorers = [], []
    for task in summary.tasks:
        head = f"{task.task}: " if len(summary.tasks) > 1 else ""
        *told, explorer = _task(task, found, head, texts=texts, plotted=plotted)
        sections += told
        explorers.append(explorer)
    leads = [_where(found), *(lead(task.numbers) for task in summary.tasks)]
    if not sections:
        nothing = Prose("No condition is evaluated, so there is nothing to compare.")
        sections = [Section("Results", (*_unfinished(found), nothing))]
    return Page(found.recipe.name, " ".join(leads), (*sections, *_data(found), *explorers))


def _task(
    task: TaskSummary, found: Collected, head: str, *, texts: bool, plotted: bool
) -> list[Section]:
    results = results_section(task.numbers, head)
    details = detail_sections(task.numbers, head, texts=texts, plotted=plotted)
    blocks = (*_unfinished(found), *results.blocks, *_tables.beside_the_study(task))
    sections = [Section(results.title, blocks)]
    sections.append(Section(f"{head}Overlap", tuple(_overlap(task, found, plotted=plotted))))
    if task.differences:
        table = differences_table(task.comparison)
        sections.append(Section(f"{head}Paired differences", (table, Prose(_caveats(task)))))
    trace = Section(f"{head}Where the numbers come from", (_tables.trace_table(task),))
    return [*sections, *details[:-1], trace, details[-1]]


def _overlap(task: TaskSummary, found: Collected, *, plotted: bool) -> list[Block]:
    table = _tables.dynamics_table(task)
    curve = _plots.gradient(task, found) if plotted else None
    drawn = _plots.dynamics(found) if plotted else []
    told: list[Block] = [Prose(_MECHANISM), table] if table else []
    return [*([curve] if curve else []), *told, *drawn]


def _unfinished(found: Collected) -> list[Block]:
    return [Prose(f"Not evaluated (yet): {', '.join(found.missing)}.")] if found.missing else []


def _where(found: Collected) -> str:
    made = found.environment
    gpus = ", ".join(made.get("gpus") or []) or "no GPU"
    return (
        f"{made.get('time', '?')}, commit {made.get('commit') or 'unknown'}, "
        f"{made.get('processor', '?')}, {made.get('cores', '?')} cores, {gpus}. Recipe: "
        "recipe.toml; versions: environment.json; numbers: results.json."
    )


def _caveats(task: TaskSummary) -> str:
    seeds = max(len(row.seeds) for row in task.rows)
    alike = "Resamples are the same for all conditions, so differences are paired."
    if seeds > 1:
        return (
            f"Intervals come from {RESAMPLES:,} bootstrap resamples of problems and of the {seeds} "
            "seeds (data draw and training together); with few seeds they are still too narrow. "
            f"{alike}"
        )
    return (
        f"Intervals come from {RESAMPLES:,} bootstrap resamples of the problems. One seed cannot "
        "tell a difference between conditions from one between two draws of data or two "
        "trainings: an interval that leaves out 0 says that these two checkpoints differ on such "
        f"problems, not that the overlap is the reason. For that, run more --seeds. {alike}"
    )


def _data(found: Collected) -> list[Section]:
    table = _tables.splits_table(found)
    return [Section("The data", (table,))] if table else []


def tables(summary: Summary) -> list[Table]:
    """What a terminal shows of a run."""
    return [
        table
        for task in summary.tasks
        for table in (
            *condition_tables(task.numbers),
            _tables.dynamics_table(task),
            differences_table(task.comparison) if task.differences else None,
        )
        if table is not None
    ]
