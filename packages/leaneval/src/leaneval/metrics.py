"""From dual scores to numbers: unbiased pass@k, gap, best-of-n, coverage, and honest missing data.

Invariant: what is missing is never counted as 0 and never dropped. A rollout whose verdict or score
is unavailable may have passed or failed, so every quantity is first an interval [all missing fail,
all missing pass]; a point (its middle) is reported only while less than `POINT_LIMIT` of the run's
rollouts are missing. Dropping them instead would bias the estimate, since scores are missing on
compiling rollouts only. `protocol: study` alone counts missing as 0, because the study did.

pass@k is the unbiased estimator 1 - C(n-c, k) / C(n, k) of Chen et al., arXiv 2107.03374, eq. 1.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from leaneval.types import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leaneval.settings import Settings
    from leaneval.types import DualScore, Verdict

SECOND = "beq"
"""The second judge of `both:...`, in the names of its columns."""

POINT_LIMIT = 0.005
"""Share of missing rollouts from which on only the interval is reported."""


class Interval(NamedTuple):
    """Bounds of a quantity whose data are partly missing; equal when nothing is."""

    low: float
    high: float


def pass_at_k(n: int, c: int, k: int) -> float:
    """Chance that at least one of k rollouts, drawn from n without replacement, passes.

    Args:
        n: Rollouts of the problem.
        c: How many of them pass, 0 <= c <= n.
        k: Draws, 1 <= k <= n.

    Raises:
        ValueError: The arguments are out of range.
    """
    if not (0 <= c <= n and 1 <= k <= n):
        raise ValueError(f"pass@k needs 0 <= c <= n and 1 <= k <= n, got n={n}, c={c}, k={k}")
    return 1.0 - math.comb(n - c, k) / math.comb(n, k)


class Outcome(NamedTuple):
    """One rollout seen by the metrics: None is missing.

    `score` is the judge's value where the rollout compiles and 0 where it does not.
    """

    compiles: bool | None
    score: float | None


def outcome(dual: DualScore, settings: Settings, *, second: bool = False) -> Outcome:
    """What the run's protocol makes of a dual score; `second`: by the second judge's score."""
    study = settings.protocol == "study"
    compiles = _answer(dual.study if study else dual.verdict)
    if compiles is None:
        return Outcome(False, 0.0) if study else Outcome(None, None)
    if not compiles:
        return Outcome(False, 0.0)
    score = dual.second if second else dual.score
    value = score.value if score else None
    return Outcome(True, 0.0 if study and value is None else value)


def _answer(verdict: Verdict) -> bool | None:
    return None if verdict.kind is VerdictKind.UNAVAILABLE else verdict.compiles


def is_missing(dual: DualScore) -> bool:
    """Whether a verdict, or the score that a verdict calls for, is unavailable."""
    if VerdictKind.UNAVAILABLE in (dual.verdict.kind, dual.study.kind):
        return True
    return any(score is not None and not score.available for score in (dual.score, dual.second))


def missing_share(table: Iterable[Sequence[DualScore]]) -> float:
    """Share of all rollouts that are missing, in [0, 1]; 0 for an empty table."""
    missing = [is_missing(dual) for scores in table for dual in scores]
    return sum(missing) / len(missing) if missing else 0.0


def intervals(scores: Sequence[DualScore], settings: Settings) -> dict[str, Interval]:
    """Every metric of one problem, as bounds.

    Args:
        scores: The problem's dual scores, at least `settings.repeats` of them.
        settings: Gives k, repeats, threshold, protocol and whether there is a judge. Best-of-n is
            over the first `repeats` rollouts, so that problems with more of them gain nothing.
    """
    outcomes = [outcome(dual, settings) for dual in scores]
    n, ks = settings.repeats, usable_k(settings.k, settings.repeats)
    other = "strict" if settings.protocol == "study" else "study"
    others = [_answer(d.verdict if other == "strict" else d.study) for d in scores]
    found = {f"C@{k}": _pass_bounds([o.compiles for o in outcomes], k) for k in ks}
    if settings.judge != "none":
        passes = [_semantic(o, settings.threshold) for o in outcomes]
        values = [_value_bounds(o) for o in outcomes]
        found |= {f"S@{k}": _pass_bounds(passes, k) for k in ks}
        found["gap"] = _mean([_gap(o, settings.threshold) for o in outcomes])
        found[f"best@{n}"] = _best(values[:n])
        found["mean_score"] = _mean(values)
    if has_second(settings):
        seconds = [outcome(dual, settings, second=True) for dual in scores]
        passes = [_semantic(o, settings.threshold) for o in seconds]
        found |= {f"S_{SECOND}@{k}": _pass_bounds(passes, k) for k in ks}
    return found | {f"C_{other}@{k}": _pass_bounds(others, k) for k in ks}


def has_second(settings: Settings) -> bool:
    """Whether there is a second judge, whose column is `S_beq@k`."""
    return settings.judge.startswith("both:")


class Agreement(NamedTuple):
    """Rollouts by what two judges say of them; those that either left unscored are not counted.

    Attributes:
        both: Both say that it means the problem.
        first: Only the primary judge does.
        second: Only the second judge does.
        neither: Neither does.
    """

    both: int
    first: int
    second: int
    neither: int

    @property
    def rate(self) -> float:
        """Share on which the two agree; 1 for none at all."""
        total = sum(self)
        return (self.both + self.neither) / total if total else 1.0

    @property
    def kappa(self) -> float:
        """Agreement beyond chance (Cohen, 1960): (p_o - p_e) / (1 - p_e).

        0 where it is undefined, because each judge gives one answer throughout.
        """
        total = sum(self)
        if not total:
            return 0.0
        first, second = (self.both + self.first) / total, (self.both + self.second) / total
        chance = first * second + (1 - first) * (1 - second)
        return (self.rate - chance) / (1 - chance) if chance < 1 else 0.0


def agreement(scores: Iterable[DualScore], settings: Settings) -> Agreement:
    """How the two judges' passes meet, over compiling rollouts that both have scored."""
    cells = [0, 0, 0, 0]
    for dual in scores:
        values = [score.value if score else None for score in (dual.score, dual.second)]
        if None not in values:
            first, second = (value >= settings.threshold for value in values if value is not None)
            cells[2 * (not first) + (not second)] += 1
    return Agreement(*cells)


def usable_k(ks: Sequence[int], n: int) -> tuple[int, ...]:
    """The k that n rollouts allow, ascending."""
    return tuple(sorted({k for k in ks if k <= n}))


def _pass_bounds(passes: Sequence[bool | None], k: int) -> Interval:
    n, sure, missing = len(passes), passes.count(True), passes.count(None)
    return Interval(pass_at_k(n, sure, k), pass_at_k(n, sure + missing, k))


def _semantic(o: Outcome, threshold: float) -> bool | None:
    return None if o.score is None else bool(o.compiles) and o.score >= threshold


def _value_bounds(o: Outcome) -> Interval:
    return Interval(0.0, 1.0) if o.score is None else Interval(o.score, o.score)


def _gap(o: Outcome, threshold: float) -> Interval:
    semantic = _semantic(o, threshold)
    if semantic is None:
        return Interval(0.0, 1.0)
    exact = float(bool(o.compiles)) - float(semantic)
    return Interval(exact, exact)


def _best(values: Sequence[Interval]) -> Interval:
    return Interval(max(v.low for v in values), max(v.high for v in values))


def _mean(bounds: Sequence[Interval]) -> Interval:
    return Interval(
        sum(b.low for b in bounds) / len(bounds), sum(b.high for b in bounds) / len(bounds)
    )
