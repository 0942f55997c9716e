"""Every number of a report's tables and plots, reckoned once.

`leaneval.comparison` reckons; here is what a page asks of it beside: every metric at every k,
metrics over some of the problems, coverage.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from leaneval.comparison import compare
from leaneval.results import common, tabulate
from leaneval.statistics import Bootstrap
from leaneval.types import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leaneval.comparison import Comparison, Measured
    from leaneval.results import Condition, Run, Shared
    from leaneval.statistics import Estimate
    from leaneval.types import DualScore, Verdict


class Coverage(NamedTuple):
    """What was answered of what was asked, as shares; 1 of nothing."""

    verdicts: float
    scores: float


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of one task.

    Attributes:
        comparison: Every metric of every condition, no pairs.
    """

    comparison: Comparison

    @property
    def shared(self) -> Shared:
        """What the conditions have in common."""
        return self.comparison.shared

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """In the order of tables."""
        return tuple(one.condition for one in self.comparison.conditions)

    @property
    def measured(self) -> dict[str, Measured]:
        """Condition's name to its numbers."""
        return {one.name: one for one in self.comparison.conditions}

    @property
    def judged(self) -> bool:
        """Whether every condition has a judge."""
        return "S@1" in self.comparison.metrics

    @property
    def ends(self) -> tuple[int, ...]:
        """The least and the greatest k, once where they are the same."""
        return tuple(dict.fromkeys((self.shared.k[0], self.shared.k[-1])))


def numbers(conditions: Sequence[Condition]) -> Numbers:
    """The numbers of some conditions of one task, for every k that they allow.

    Raises:
        UsageError: Nothing is shared, two have one name, or protocols are mixed.
    """
    most = min(run.settings.repeats for run in runs_of(conditions))
    shared = common(conditions, k=range(1, most + 1))
    one_problem = replace(shared, problems=shared.problems[:1])
    known = [list(tabulate(condition, one_problem)) for condition in conditions]
    metrics = [name for name in known[0] if all(name in found for found in known)]
    return Numbers(compare(conditions, shared, metrics=metrics, pairs=()))


def of_problems(measured: Measured, metric: str, columns: Sequence[int]) -> Estimate:
    """A metric of a condition over some of the problems, by their places."""
    low, high = (table[:, list(columns)] for table in measured.bounds[metric])
    return Bootstrap(*low.shape).estimate(low, high)


def runs_of(conditions: Sequence[Condition]) -> Iterator[Run]:
    """All runs."""
    return (run for condition in conditions for run in condition.runs)


def duals_of(condition: Condition, problems: Sequence[str]) -> Iterator[DualScore]:
    """A condition's dual scores of some problems, all seeds."""
    for run in condition.runs:
        for problem in problems:
            yield from run.samples[problem].duals


def verdicts_of(condition: Condition, problems: Sequence[str]) -> list[Verdict]:
    """The verdicts of the same rollouts, under the condition's protocol."""
    study = condition.runs[0].settings.protocol == "study"
    return [dual.study if study else dual.verdict for dual in duals_of(condition, problems)]


def coverage(condition: Condition, problems: Sequence[str]) -> Coverage:
    """How much of a condition is not missing."""
    duals = list(duals_of(condition, problems))
    verdicts = verdicts_of(condition, problems)
    told = sum(verdict.kind is not VerdictKind.UNAVAILABLE for verdict in verdicts)
    due = [d for d, v in zip(duals, verdicts, strict=True) if v.compiles and d.score is not None]
    scored = sum(dual.score is not None and dual.score.available for dual in due)
    return Coverage(told / len(duals) if duals else 1.0, scored / len(due) if due else 1.0)
