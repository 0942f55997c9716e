"""From a collected run to its numbers: results.json, and what the page's tables are made of.

Intervals and tests are leaneval's; here is only which conditions are compared: GRPO against its
SFT, and the smallest overlap against each larger one.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from statistics import fmean
from typing import TYPE_CHECKING, Any

from crossfade_train.report._collect import Collected, Group, collect
from leaneval.comparison import compare
from leaneval.report import numbers
from leaneval.results import Condition
from leaneval.statistics import RESAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from crossfade_train.report._collect import Evaluated
    from leaneval.comparison import Comparison
    from leaneval.report import Numbers
    from leaneval.statistics import Estimate

DYNAMICS = ("compile_rate", "semantic_mean", "zero_spread_share", "share_unavailable")


@dataclass(frozen=True, slots=True)
class Row:
    """One group in the table of a task.

    Attributes:
        seeds: Those that were evaluated.
        estimates: By metric, as shares.
        dynamics: Means over GRPO steps and seeds.
        folders: Of the stages that the numbers come from.
    """

    group: Group
    name: str
    seeds: tuple[int | None, ...]
    estimates: Mapping[str, Estimate]
    dynamics: Mapping[str, float]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One group minus another, paired by problem and seed.

    Attributes:
        p: By metric, of the paired sign-flip test.
        holm: The same, adjusted for all differences of the task.
    """

    of: Group
    minus: Group
    estimates: Mapping[str, Estimate]
    problems: int
    seeds: tuple[int | None, ...]
    p: Mapping[str, float]
    holm: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """The numbers of one task.

    Attributes:
        numbers: Of all metrics.
        comparison: The differences, as leaneval's tables show them.
    """

    task: str
    problems: int
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]
    numbers: Numbers
    comparison: Comparison

    def to_json(self) -> dict[str, Any]:
        """Plain data, as results.json holds it; a value is null where too much is missing."""
        measured = self.numbers.measured
        return {
            "task": self.task,
            "problems": self.problems,
            "metrics": self.metrics,
            "rows": [_told(row, point=measured[row.name].has_point) for row in self.rows],
            "differences": [
                _told(difference, point=pair.has_point)
                for difference, pair in zip(self.differences, self.comparison.pairs, strict=True)
            ],
            "warnings": self.numbers.shared.warnings,
        }


def _told(found: Row | Difference, *, point: bool) -> dict[str, Any]:
    told = asdict(found)
    if not point:
        told["estimates"] = {n: e._replace(value=None) for n, e in told["estimates"].items()}
    return told


@dataclass(frozen=True, slots=True)
class Summary:
    """The numbers of a run."""

    collected: Collected
    tasks: tuple[TaskSummary, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data, as results.json holds it."""
        return {
            "name": self.collected.recipe.name,
            "commit": self.collected.environment.get("commit"),
            "time": self.collected.environment.get("time"),
            "missing": list(self.collected.missing),
            "resamples": RESAMPLES,
            "tasks": [task.to_json() for task in self.tasks],
        }


def summarise(folder: Path) -> Summary:
    """The numbers of a run folder, finished or not.

    Raises:
        DataError: It is no run, or a file in it is damaged.
    """
    found = collect(folder)
    return Summary(found, tuple(_task(found, task) for task in found.tasks))


def _task(found: Collected, task: str) -> TaskSummary:
    groups = {g: [e for e in es if task in e.runs] for g, es in found.groups.items()}
    groups = {group: evaluated for group, evaluated in groups.items() if evaluated}
    conditions = [
        Condition(found.name(group), tuple(e.runs[task] for e in es), attributes(group))
        for group, es in groups.items()
    ]
    reckoned = numbers(conditions)
    rows = [_row(found.name(group), group, es, reckoned) for group, es in groups.items()]
    comparison, differences = _compared(found, groups, reckoned)
    return TaskSummary(
        task, len(reckoned.shared.problems), _metrics(reckoned), tuple(rows), tuple(differences),
        reckoned, comparison,
    )  # fmt: skip


def attributes(group: Group) -> dict[str, Any]:
    """What sets a group apart, as the run's index holds it."""
    return {name: value for name, value in asdict(group).items() if value is not None}


def _metrics(reckoned: Numbers) -> tuple[str, ...]:
    wanted = [f"{kind}@{k}" for kind in "CS" for k in reckoned.ends] + ["mean_score", "gap"]
    return tuple(name for name in wanted if name in reckoned.comparison.metrics)


def _row(name: str, group: Group, found: Sequence[Evaluated], reckoned: Numbers) -> Row:
    measured = reckoned.measured[name].estimates
    estimates = {metric: measured[metric] for metric in _metrics(reckoned)}
    by_seed = [dynamics for e in found if (dynamics := _dynamics(e))]
    names = dict.fromkeys(name for dynamics in by_seed for name in dynamics)
    means = {n: fmean(d[n] for d in by_seed if n in d) for n in names}
    folders = tuple(folder for e in found for folder in e.folders)
    return Row(group, name, tuple(e.seed for e in found), estimates, means, folders)


def _dynamics(found: Evaluated) -> dict[str, float]:
    rows = [values for (stage, _), values in found.steps.items() if stage == "grpo"]
    seen = {name: [row[name] for row in rows if name in row] for name in DYNAMICS}
    return {name: fmean(values) for name, values in seen.items() if values}


def pairs(groups: Sequence[Group]) -> Iterator[tuple[Group, Group]]:
    """GRPO against its SFT, and the smallest overlap against each larger one."""
    both = [group for group in groups if group.kind == "sft+grpo"]
    for own in both:
        for other in groups:
            if other.kind == "sft" and _alike(own, other) and other.overlap in (None, own.overlap):
                yield own, other
    for size, arm in dict.fromkeys((group.sft_size, group.arm) for group in both):
        first, *others = (g for g in both if (g.sft_size, g.arm) == (size, arm))
        yield from ((first, other) for other in others)


def _alike(one: Group, other: Group) -> bool:
    return (one.sft_size, one.arm) == (other.sft_size, other.arm)


def _compared(
    found: Collected, groups: Mapping[Group, Sequence[Evaluated]], reckoned: Numbers
) -> tuple[Comparison, list[Difference]]:
    asked = {
        (found.name(of), found.name(minus)): (of, minus, seeds)
        for of, minus in pairs(list(groups))
        if (seeds := _both(groups[of], groups[minus]))
    }
    comparison = compare(
        reckoned.conditions, reckoned.shared, metrics=_metrics(reckoned), pairs=list(asked)
    )
    made = []
    for pair in comparison.pairs:
        of, minus, seeds = asked[pair.of.name, pair.minus.name]
        by_metric = pair.differences
        made.append(Difference(
            of, minus, {name: one.estimate for name, one in by_metric.items()},
            len(reckoned.shared.problems), seeds,
            {name: one.p for name, one in by_metric.items()},
            {name: one.holm for name, one in by_metric.items()},
        ))  # fmt: skip
    return comparison, made


def _both(of: Sequence[Evaluated], minus: Sequence[Evaluated]) -> tuple[int | None, ...]:
    theirs = {one.seed for one in minus}
    return tuple(one.seed for one in of if one.seed in theirs)
