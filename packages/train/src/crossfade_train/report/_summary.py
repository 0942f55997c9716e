"""From collected values to the numbers of the report: a table and paired differences a task."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crossfade_train.report._bootstrap import RESAMPLES, Bootstrap, Estimate
from crossfade_train.report._collect import Collected, Evaluated, Group, collect, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


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
    seeds: tuple[int | None, ...]
    estimates: Mapping[str, Estimate]
    dynamics: Mapping[str, float]
    folders: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """One group minus another, paired by problem and seed."""

    of: Group
    minus: Group
    estimates: Mapping[str, Estimate]
    problems: int
    seeds: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class TaskSummary:
    """The numbers of one task."""

    task: str
    problems: int
    metrics: tuple[str, ...]
    rows: tuple[Row, ...]
    differences: tuple[Difference, ...]


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
            "tasks": [asdict(task) for task in self.tasks],
        }


def summarise(folder: Path) -> Summary:
    """The numbers of a run folder, finished or not.

    Raises:
        DataError: It is no run, or a file in it is damaged.
    """
    found = collect(folder)
    tasks = sorted({task for group in found.groups.values() for e in group for task in e.values})
    return Summary(found, tuple(_task(found, task) for task in tasks))


def _task(found: Collected, task: str) -> TaskSummary:
    groups = {g: [e for e in es if task in e.values] for g, es in found.groups.items()}
    groups = {group: evaluated for group, evaluated in groups.items() if evaluated}
    problems = _common(groups.values(), task)
    metrics = _metrics(next(iter(groups.values()))[0].values[task])
    rows = tuple(_row(group, es, task, metrics, problems) for group, es in groups.items())
    pairs = list(_pairs(list(groups)))
    differences = (_difference(a, b, groups, task, metrics, problems) for a, b in pairs)
    return TaskSummary(task, len(problems), metrics, rows, tuple(d for d in differences if d))


def _common(groups: Any, task: str) -> list[str]:
    """Problems that every condition was evaluated on."""
    sets = [set(values) for es in groups for e in es for values in e.values[task].values()]
    return sorted(set.intersection(*sets)) if sets else []


def _metrics(values: Mapping[str, Any]) -> tuple[str, ...]:
    ks = sorted(int(name[2:]) for name in values if name.startswith("C@"))
    ends = dict.fromkeys((ks[0], ks[-1])) if ks else {}
    wanted = [f"{kind}@{k}" for kind in "CS" for k in ends] + ["mean_score", "gap"]
    return tuple(name for name in wanted if name in values)


def _row(
    group: Group, found: list[Evaluated], task: str, metrics: tuple[str, ...], problems: list[str]
) -> Row:
    seeds = [e.seed for e in found]
    resamples = Bootstrap(len(seeds), len(problems))
    estimates = {m: resamples.estimate(*table(found, task, m, problems, seeds)) for m in metrics}
    names = dict.fromkeys(name for e in found for name in e.dynamics)
    means = {n: float(np.mean([e.dynamics[n] for e in found if n in e.dynamics])) for n in names}
    folders = tuple(folder for e in found for folder in e.folders)
    return Row(group, tuple(seeds), estimates, means, folders)


def _pairs(groups: list[Group]) -> Iterator[tuple[Group, Group]]:
    """GRPO against its SFT, and the smallest overlap against each larger one."""
    for own in groups:
        if own.kind != "sft+grpo":
            continue
        for other in groups:
            same = (own.sft_size, own.arm) == (other.sft_size, other.arm)
            if same and other.kind == "sft" and other.overlap in (None, own.overlap):
                yield own, other
    arms = dict.fromkeys((g.sft_size, g.arm) for g in groups if g.kind == "sft+grpo")
    for size, arm in arms:
        overlaps = [
            g for g in groups if g.kind == "sft+grpo" and (g.sft_size, g.arm) == (size, arm)
        ]
        for other in overlaps[1:]:
            yield overlaps[0], other


def _difference(
    of: Group,
    minus: Group,
    groups: Mapping[Group, list[Evaluated]],
    task: str,
    metrics: tuple[str, ...],
    problems: list[str],
) -> Difference | None:
    theirs = {e.seed for e in groups[minus]}
    seeds = [e.seed for e in groups[of] if e.seed in theirs]
    if not seeds:
        return None
    resamples = Bootstrap(len(seeds), len(problems))
    estimates = {}
    for metric in metrics:
        low, high = table(groups[of], task, metric, problems, seeds)
        low_other, high_other = table(groups[minus], task, metric, problems, seeds)
        estimates[metric] = resamples.estimate(low - high_other, high - low_other)
    return Difference(of, minus, estimates, len(problems), tuple(seeds))
