"""What a comparison says, before anything is formatted."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from leaneval.metrics import POINT_LIMIT, Interval
from leaneval.statistics import LEVEL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leaneval.results import Bounds, Condition, Shared
    from leaneval.statistics import Estimate


@dataclass(frozen=True, slots=True)
class Measured:
    """One condition's numbers.

    Attributes:
        condition: Where they come from.
        missing: Share of its rollouts, on the shared problems, that are missing.
        bounds: Every metric's table (seeds, problems), the k asked for and 1.
        estimates: The metrics asked for, as shares, with their intervals.
    """

    condition: Condition
    missing: float
    bounds: Mapping[str, Bounds]
    estimates: Mapping[str, Estimate]

    @property
    def name(self) -> str:
        """The condition's name."""
        return self.condition.name

    @property
    def has_point(self) -> bool:
        """Whether a point may be reported; from `POINT_LIMIT` missing on only the interval is."""
        study = self.condition.runs[0].settings.protocol == "study"
        return study or self.missing < POINT_LIMIT


@dataclass(frozen=True, slots=True)
class Difference:
    """One metric of a pair.

    Attributes:
        estimate: Of the paired difference, as a share.
        p: Two-sided, of the paired sign-flip test.
        holm: p adjusted for the comparison's pairs, this metric's.
        gained: Problems whose value rose for sure, whatever is missing; None for the gap, which
            may shrink for a bad reason.
        lost: Those whose value fell for sure.
    """

    estimate: Estimate
    p: float
    holm: float
    gained: tuple[str, ...] | None
    lost: tuple[str, ...] | None


class Change(NamedTuple):
    """A problem that one condition of a pair solves in more of its rollouts than the other.

    Attributes:
        problem: Its id.
        of: Share of rollouts that pass, mean over seeds, whatever is missing.
        minus: Of the other condition.
    """

    problem: str
    of: Interval
    minus: Interval

    @property
    def gained(self) -> bool:
        """Whether it is solved in more."""
        return self.of.low > self.minus.high


@dataclass(frozen=True, slots=True)
class Pair:
    """One condition minus another, on the problems they share.

    Attributes:
        of: The one.
        minus: The other.
        seeds: How many seeds of each the difference is over.
        differences: By metric.
        changed_by: What counts as solved: `S@1` where both have a judge, else `C@1`.
        changes: Problems solved in more or in fewer rollouts for sure, the greatest changes first.
    """

    of: Measured
    minus: Measured
    seeds: tuple[int, int]
    differences: Mapping[str, Difference]
    changed_by: str
    changes: tuple[Change, ...]

    @property
    def has_point(self) -> bool:
        """Whether both have points."""
        return self.of.has_point and self.minus.has_point


@dataclass(frozen=True, slots=True)
class Comparison:
    """Conditions side by side.

    Attributes:
        shared: What they have in common; only that is compared.
        metrics: What was asked for.
        conditions: In the order given.
        pairs: All, a later condition minus an earlier one; or each minus the baseline.
        resamples: Of the bootstrap and of the test.
        seed: Of their random numbers.
    """

    shared: Shared
    metrics: tuple[str, ...]
    conditions: tuple[Measured, ...]
    pairs: tuple[Pair, ...]
    resamples: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """Plain data; all numbers are shares, `value` is null where too much is missing."""
        shared = asdict(self.shared)
        return {
            "shared": shared | {"problems": list(self.shared.problems)},
            "method": {"level": LEVEL, "resamples": self.resamples, "seed": self.seed},
            "conditions": [_condition(one) for one in self.conditions],
            "differences": [_pair(pair) for pair in self.pairs],
        }


def _condition(one: Measured) -> dict[str, Any]:
    return {
        "name": one.name,
        "attributes": dict(one.condition.attributes),
        "runs": [{"samples": str(run.path), "seed": run.seed, "model": run.model}
                 for run in one.condition.runs],
        "missing": one.missing,
        "metrics": {name: _estimate(e, point=one.has_point) for name, e in one.estimates.items()},
    }  # fmt: skip


def _pair(pair: Pair) -> dict[str, Any]:
    return {
        "of": pair.of.name,
        "minus": pair.minus.name,
        "seeds": list(pair.seeds),
        "metrics": {
            name: _estimate(found.estimate, point=pair.has_point)
            | {"p": found.p, "holm": found.holm, "gained": found.gained, "lost": found.lost}
            for name, found in pair.differences.items()
        },
        "changed_by": pair.changed_by,
        "changes": [change._asdict() for change in pair.changes],
    }


def _estimate(estimate: Estimate, *, point: bool) -> dict[str, Any]:
    return estimate._asdict() | ({} if point else {"value": None})
