"""The report's minimum: Markdown, and the same tables on a terminal.

Invariant: no number is in a report that is not in results.json, and each row names the stage
folders that it comes from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.table import Table

from crossfade_train.report._bootstrap import RESAMPLES
from crossfade_train.report._study import BENCHMARKS, COLUMNS, PUBLISHED
from crossfade_train.run._files import write_json, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from rich.console import Console

    from crossfade_train.report._bootstrap import Estimate
    from crossfade_train.report._summary import Difference, Row, Summary, TaskSummary

_HEADS = {"mean_score": "mean score"}
_MECHANISM = (
    "During GRPO, mean over steps (percent). A group whose rewards are all the same teaches "
    "nothing; their share is the mechanism behind the overlap:"
)
_DYNAMICS = {
    "zero_spread_share": "groups without spread",
    "compile_rate": "compiles in training",
    "semantic_mean": "score in training",
    "share_unavailable": "rewards unavailable",
}


def write(summary: Summary, folder: Path) -> None:
    """Write report.md and results.json into a run folder."""
    write_json(folder / "results.json", summary.to_json())
    write_text(folder / "report.md", markdown(summary))


def markdown(summary: Summary) -> str:
    """The report as Markdown."""
    found = summary.collected
    environment = found.environment
    gpus = ", ".join(environment.get("gpus") or []) or "no GPU"
    lines = [
        f"# {found.recipe.name}",
        "",
        f"{environment.get('time', '?')}, commit {environment.get('commit') or 'unknown'}, "
        f"{environment.get('processor', '?')}, {environment.get('cores', '?')} cores, {gpus}. "
        "Recipe: recipe.toml; versions: environment.json; all numbers: results.json.",
        "",
    ]
    if found.missing:
        lines += [f"Not evaluated (yet): {', '.join(found.missing)}.", ""]
    if not summary.tasks:
        lines += ["No condition is evaluated, so there is nothing to compare.", ""]
    for task in summary.tasks:
        lines += _task(task)
    if summary.tasks:
        lines += [*_caveats(summary), *_study(), *_trace(summary)]
    return "\n".join(lines)


def _task(task: TaskSummary) -> list[str]:
    lines = [f"## {task.task}", "", f"{task.problems} problems. Percent, [95 % interval].", ""]
    lines += _markdown_table(_head(task.metrics), [_cells(row, task) for row in task.rows])
    if any(row.dynamics for row in task.rows):
        heads = ["condition", *_DYNAMICS.values()]
        rows = [_dynamic_cells(row) for row in task.rows if row.dynamics]
        lines += ["", _MECHANISM, ""]
        lines += _markdown_table(heads, rows)
    if task.differences:
        heads = ["difference", *map(_title, task.metrics)]
        lines += [
            "",
            "Paired differences (percentage points; **bold**: the interval leaves out 0):",
        ]
        lines += ["", *_markdown_table(heads, [_difference(d, task) for d in task.differences])]
    return [*lines, ""]


def _head(metrics: Sequence[str]) -> list[str]:
    return ["condition", "SFT", "seeds", *map(_title, metrics)]


def _title(metric: str) -> str:
    return _HEADS.get(metric, metric)


def _cells(row: Row, task: TaskSummary) -> list[str]:
    size = "" if row.group.sft_size is None else f"{row.group.sft_size:,}"
    seeds = str(len(row.seeds))
    return [_name(row), size, seeds, *(_estimate(row.estimates[m]) for m in task.metrics)]


def _name(row: Row) -> str:
    return row.group.label + (" (distinct)" if row.group.arm == "distinct" else "")


def _estimate(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.1f} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def _dynamic_cells(row: Row) -> list[str]:
    shares = (row.dynamics.get(name) for name in _DYNAMICS)
    return [_name(row), *("" if share is None else f"{100 * share:.1f}" for share in shares)]


def _difference(difference: Difference, task: TaskSummary) -> list[str]:
    size = difference.of.sft_size
    arm = ", distinct" if difference.of.arm == "distinct" else ""
    name = f"{difference.of.label} - {difference.minus.label} (SFT {size:,}{arm})"
    return [name, *(_signed(difference.estimates[m]) for m in task.metrics)]


def _signed(estimate: Estimate) -> str:
    text = f"{100 * estimate.value:+.1f} [{100 * estimate.low:+.1f}, {100 * estimate.high:+.1f}]"
    return f"**{text}**" if estimate.excludes_zero else text


def _caveats(summary: Summary) -> list[str]:
    seeds = max(len(row.seeds) for task in summary.tasks for row in task.rows)
    several = (
        f"Intervals come from {RESAMPLES:,} bootstrap resamples of problems and of the {seeds} "
        "seeds (data draw and training together); with few seeds they are still too narrow."
    )
    one = (
        f"Intervals come from {RESAMPLES:,} bootstrap resamples of the problems. **One seed** "
        "cannot tell a difference between conditions from one between two draws of data or two "
        "trainings: an interval that leaves out 0 says that these two checkpoints differ on such "
        "problems, not that the overlap is the reason. For that, run more `--seeds`."
    )
    return [
        "## What these numbers can tell",
        "",
        one if seeds == 1 else several,
        "Resamples are the same for all conditions, so differences are paired. Many comparisons "
        "are made at once; one in twenty intervals would leave out 0 by chance alone.",
        "",
    ]


def _study() -> list[str]:
    heads = ["condition", *(f"{b} {c}" for b in BENCHMARKS for c in COLUMNS)]
    rows = [[name, *(f"{v:.1f}" for part in parts for v in part)]
            for name, parts in PUBLISHED.items()]  # fmt: skip
    return [
        "## The study's published numbers, for reference",
        "",
        "arXiv 2604.13515: Qwen3-8B, 20,000 SFT and 16,000 GRPO problems, Mathlib, an LLM as "
        "judge, one run a condition, no intervals. Another instrument: compare orders, not values.",
        "",
        *_markdown_table(heads, rows),
        "",
    ]


def _trace(summary: Summary) -> list[str]:
    lines = ["## Where the numbers come from", "", "Folders under stages/; each holds its inputs, "
             "log, metrics and samples.", ""]  # fmt: skip
    rows = {_row_name(row): row for task in summary.tasks for row in task.rows}
    return [*lines, *(f"- {name}: {', '.join(row.folders)}" for name, row in rows.items()), ""]


def _row_name(row: Row) -> str:
    size = "" if row.group.sft_size is None else f", SFT {row.group.sft_size:,}"
    return f"{_name(row)}{size}"


def _markdown_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    marks = ["---", *["---:"] * (len(heads) - 1)]
    return [f"| {' | '.join(cells)} |" for cells in (heads, marks, *rows)]


def render(summary: Summary, console: Console) -> None:
    """Print the tables; bounds in whole percent, all digits are in the files."""
    if summary.collected.missing:
        missing = ", ".join(summary.collected.missing)
        console.print(f"not evaluated (yet): {missing}", markup=False, highlight=False)
    for task in summary.tasks:
        seeds = max(len(row.seeds) for row in task.rows)
        title = f"{task.task}: {task.problems} problems, {seeds} seed(s); percent (95 % interval)"
        if size := _only_size(task):
            title += f", SFT {size:,}"
        heads = ["condition", *map(_title, task.metrics), "no spread"]
        console.print(_table(title, heads, [_short_cells(row, task) for row in task.rows]))
        paired = [_short_difference(d, task) for d in task.differences]
        if paired:
            title = "paired differences, percentage points; * the interval leaves out 0"
            heads = ["", *map(_title, task.metrics)]
            console.print()
            console.print(_table(title, heads, paired))


def _short_cells(row: Row, task: TaskSummary) -> list[str]:
    share = row.dynamics.get("zero_spread_share")
    spread = "" if share is None else f"{100 * share:.0f}"
    name = _name(row) if _only_size(task) else _row_name(row)
    return [name, *(_short(row.estimates[m]) for m in task.metrics), spread]


def _only_size(task: TaskSummary) -> int | None:
    """The SFT size where all rows share one, so that it need not stand in each."""
    sizes = {row.group.sft_size for row in task.rows} - {None}
    arms = {row.group.arm for row in task.rows} - {None}
    return sizes.pop() if len(sizes) == 1 and len(arms) == 1 else None


def _short(estimate: Estimate) -> str:
    return f"{100 * estimate.value:.1f} ({100 * estimate.low:.0f}-{100 * estimate.high:.0f})"


def _short_difference(difference: Difference, task: TaskSummary) -> list[str]:
    name = _difference(difference, task)[0]
    if _only_size(task):
        name = f"{difference.of.label} - {difference.minus.label}"
    return [name, *(_short_signed(difference.estimates[m]) for m in task.metrics)]


def _short_signed(estimate: Estimate) -> str:
    mark = "*" if estimate.excludes_zero else ""
    return (
        f"{100 * estimate.value:+.1f}{mark} ({100 * estimate.low:.1f}..{100 * estimate.high:.1f})"
    )


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, title=title, title_justify="left")
    for number, head in enumerate(heads):
        table.add_column(head, justify="right" if number else "left", overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table
