"""The tables that only a run of the study has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.comparison import spelt
from leaneval.report import share
from leaneval.report.study import BENCHMARKS, COLUMNS, PUBLISHED, SOURCE
from leaneval.tables import Table

if TYPE_CHECKING:
    from crossfade_train.report._collect import Collected
    from crossfade_train.report._summary import Row, TaskSummary

_DYNAMICS = {
    "zero_spread_share": "no spread",
    "compile_rate": "compiles",
    "semantic_mean": "mean score",
    "share_unavailable": "unavailable",
}


def beside_the_study(task: TaskSummary) -> list[Table]:
    """Ours beside the published numbers: what compiles, and what means the problem."""
    return [
        Table(
            f"{title}: this run and the study's, percent",
            ("condition", *_heads(kind, task.metrics)),
            (
                *(_study_row(row, kind, task) for row in task.rows),
                *(_others_row(name, kind, task.metrics) for name in _others(task)),
            ),
            notes=(SOURCE,) if kind == "S" else (),
        )
        for kind, title in (("C", "compiles"), ("S", "compiles and means it"))
        if any(metric.startswith(f"{kind}@") for metric in task.metrics)
    ]


def _pairs(kind: str, metrics: tuple[str, ...]) -> list[tuple[str, str]]:
    """Our metric and the study's that stands beside it: @1, and the greatest k."""
    ours = [metric for metric in metrics if metric.startswith(f"{kind}@")]
    theirs = [column for column in COLUMNS if column.startswith(f"{kind}@")]
    return list(zip(ours, theirs, strict=False))


def _heads(kind: str, metrics: tuple[str, ...]) -> list[str]:
    short = [benchmark.split("-")[0].removesuffix("Bench") for benchmark in BENCHMARKS]
    return [
        head
        for ours, theirs in _pairs(kind, metrics)
        for head in (ours, *(f"{name} {theirs}" for name in short))
    ]


def _study_row(row: Row, kind: str, task: TaskSummary) -> tuple[str, ...]:
    cells, point = [row.name], task.numbers.measured[row.name].has_point
    for ours, theirs in _pairs(kind, task.metrics):
        cells += [spelt(row.estimates[ours], point=point), *_published(row.group.label, theirs)]
    return tuple(cells)


def _others(task: TaskSummary) -> list[str]:
    """The study's conditions that this run has not."""
    ours = {row.group.label for row in task.rows}
    return [name for name in PUBLISHED if name not in ours]


def _others_row(name: str, kind: str, metrics: tuple[str, ...]) -> tuple[str, ...]:
    columns = (theirs for _, theirs in _pairs(kind, metrics))
    return (name, *(cell for theirs in columns for cell in ("", *_published(name, theirs))))


def _published(label: str, column: str) -> list[str]:
    values = PUBLISHED.get(label)
    at = COLUMNS.index(column)
    return [f"{of[at]:.1f}" for of in values] if values else [""] * len(BENCHMARKS)


def dynamics_table(task: TaskSummary) -> Table | None:
    """What GRPO saw, by condition; None without a GRPO stage."""
    rows = [
        (row.name, *(share(row.dynamics.get(name)) for name in _DYNAMICS))
        for row in task.rows
        if row.dynamics
    ]
    title = "during GRPO, mean over steps, percent"
    return Table(title, ("condition", *_DYNAMICS.values()), tuple(rows)) if rows else None


def splits_table(found: Collected) -> Table | None:
    """What the splits' manifests say of each data set; None where none is made (yet)."""
    rows = [
        (
            str(drawn.seed), drawn.arm, f"{drawn.claims['base_sft']:,}",
            share(drawn.claims["requested"]), share(drawn.claims["achieved"]),
            share(drawn.claims["achieved_near"]), f"{drawn.claims['rl_rows']:,}",
            f"{drawn.claims['distinct_problems']:,}",
        )
        for drawn in found.splits
    ]  # fmt: skip
    if not rows:
        return None
    return Table(
        "overlap of the data, percent of the GRPO prompts",
        ("seed", "held", "SFT", "asked", "exact", "near", "GRPO", "distinct"),
        tuple(rows),
        words=2,
        notes=(
            "held: what overlap leaves unchanged (the SFT set, or the number of distinct "
            "problems). exact, near: found by the splits' own exact join, near-duplicates and "
            "equal Lean targets included in near. `crossfade-splits verify` reckons it again.",
        ),
    )


def trace_table(task: TaskSummary) -> Table:
    """Which stage folders each row comes from."""
    rows = [(row.name, folder) for row in task.rows for folder in row.folders]
    title = "folders under stages/; each holds its inputs, log, metrics and samples"
    return Table(title, ("condition", "folder"), tuple(rows), words=2)
