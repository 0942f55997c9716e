"""S@k of a run, corrected for the error of its judge as measured on labelled statements.

The estimator is that of `_moments`. Its interval is a bootstrap of both sources of doubt at once:
problems (and seeds) are drawn as for every other interval of a run, labels as `_rates` says.

Assumed: the labelled statements are like the run's compiling ones (the judge errs as often on
both), errors on different statements are independent, and people are right. A draw in which the
judge is no better than guessing leaves S@k open between 0 and C@k, and counts as both ends.
With estimated rates the point is no longer exactly unbiased (it divides by an estimate of J).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.calibration._moments import MOST_K, polynomial, powers, weights_of
from leaneval.calibration._rates import Rates, rates
from leaneval.calibration._resamples import SEED
from leaneval.calibration._tally import tally_of
from leaneval.errors import UsageError
from leaneval.metrics import POINT_LIMIT, usable_k
from leaneval.results import common
from leaneval.statistics import RESAMPLES, Bootstrap, Estimate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from leaneval.calibration._calibration import Calibration
    from leaneval.calibration._moments import Tally
    from leaneval.calibration._resamples import Resamples
    from leaneval.results import Condition


@dataclass(frozen=True, slots=True)
class Corrected:
    """S@k of one condition.

    Attributes:
        k: Rollouts drawn.
        compiles: C@k, which S@k cannot exceed.
        measured: S@k as the judge has it.
        corrected: S@k corrected, with the interval over problems and labels.
        if_known: The same interval were the judge's error rates known to be those measured: what
            is left of the interval with endless labels.
        raw: The estimator's value before it is brought into [0, C@k].
    """

    k: int
    compiles: Estimate
    measured: Estimate
    corrected: Estimate
    if_known: Estimate
    raw: float

    @property
    def says_nothing(self) -> bool:
        """Whether the interval covers all that S@k can be."""
        return self.corrected.low <= 0 and self.corrected.high >= self.compiles.value


@dataclass(frozen=True, slots=True)
class Correction:
    """One condition, corrected.

    Attributes:
        condition: Its name.
        judge: Whose error it was corrected for.
        threshold: Least score that passes in both; None: the labels' file says what passes.
        problems: How many.
        sensitivity: As measured on the labels.
        specificity: Likewise.
        guessing: Share of label draws in which the judge is no better than guessing.
        rows: One a k.
        warnings: What the correction takes for granted and these files contradict.
    """

    condition: str
    judge: str
    threshold: float | None
    problems: int
    sensitivity: float
    specificity: float
    guessing: float
    rows: tuple[Corrected, ...]
    warnings: tuple[str, ...] = ()


def correct(
    condition: Condition,
    calibration: Calibration,
    labels: Resamples,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Correction:
    """Correct a condition's S@k for a judge's measured error.

    Args:
        condition: Its runs; the problems that all of them have are used.
        calibration: Of the judge that scored it.
        labels: Groups the labelled statements by problem.
        resamples: Of problems and labels.
        seed: Of the random numbers.

    Raises:
        UsageError: People found all labelled statements right or all wrong, so that one of the two
            rates cannot be measured; or the condition has no judge, or its runs share no problem.
    """
    settings = condition.runs[0].settings
    _demand_both_classes(calibration)
    if settings.judge == "none":
        raise UsageError(f"{condition.name} has no judge, so there is no S@k to correct.")
    shared = common([condition])
    ids = shared.problems
    threshold = calibration.judged.threshold
    used = settings.threshold if threshold is None else threshold
    tallies = [[[tally_of(run, i, used, best=best) for i in ids] for run in condition.runs]
               for best in (False, True)]  # fmt: skip
    corners = list(rates(calibration, labels, resamples, seed))
    point = calibration.coverage > 1 - POINT_LIMIT
    bootstrap = Bootstrap(len(condition.runs), len(ids), resamples, seed)
    least = min(t.rollouts for rows in tallies[0] for t in rows)
    first = corners[0]
    return Correction(
        condition.name, calibration.judged.name, threshold, len(ids),
        float(first.sensitivity[0]) if point else float("nan"),
        float(first.specificity[0]) if point else float("nan"),
        float(np.mean([c.sensitivity[1:] + c.specificity[1:] <= 1 for c in corners])),
        tuple(
            _corrected(k, tallies, corners, bootstrap, point=point)
            for k in usable_k(shared.k, min(least, MOST_K))
        ),
        (*shared.warnings, *_warnings(condition, calibration, used)),
    )  # fmt: skip


def _demand_both_classes(calibration: Calibration) -> None:
    inside = ~calibration.judged.outside
    right = int((calibration.right & inside).sum())
    if right in (0, calibration.statements):
        what = "right" if right else "wrong"
        raise UsageError(
            "a correction needs labelled statements of both kinds, to measure sensitivity on the "
            f"right ones and specificity on the wrong ones; people found all {what}. Label more."
        )


def _corrected(
    k: int,
    tallies: Sequence[Sequence[Sequence[Tally]]],
    corners: Sequence[Rates],
    bootstrap: Bootstrap,
    *,
    point: bool,
) -> Corrected:
    """One k: all that is missing taken for wrong gives the lower ends, for right the upper."""
    ends = [_End(k, rows, bootstrap) for rows in tallies]
    compiles = _spread([end.compiles for end in ends])
    measured = _spread([end.at(0.0, 1.0) for end in ends])
    drawn = [_spread([end.corrected(c) for end in ends]) for c in corners]
    known = [_spread([end.corrected(c, known=True) for end in ends]) for c in corners]
    raw = float(np.mean([end.raw(corners[0]) for end in ends])) if point else float("nan")
    return Corrected(
        k, compiles, measured, _hull(drawn, point=point), _hull(known, point=point), raw
    )


class _End:
    """One filling-in of what is missing: polynomials meaned over each draw of the problems.

    Index 0 of every array of draws is the data themselves.
    """

    def __init__(self, k: int, rows: Sequence[Sequence[Tally]], bootstrap: Bootstrap) -> None:
        tables = np.array([[polynomial(tally, k) for tally in row] for row in rows])
        self._k = k
        flat = np.moveaxis(tables.reshape(*tables.shape[:2], -1), -1, 0)
        self._used = np.flatnonzero(flat.any(axis=(1, 2)))
        flat = flat[self._used]
        self._means = np.hstack([flat.mean(axis=(1, 2))[:, None], bootstrap.means(flat)])
        sure = 1 - np.array([[polynomial(t.as_compiling, k)[0, 0] for t in row] for row in rows])
        self.compiles: NDArray[np.float64] = np.append(sure.mean(), bootstrap.means(sure))

    def at(self, passed: float, refused: float) -> NDArray[np.float64]:
        """1 - the polynomial, (1 + resamples,), at one x_pass and x_fail."""
        return self._value(np.array([passed]), np.array([refused]))

    def corrected(self, measured: Rates, *, known: bool = False) -> _Draws:
        """S@k in each draw, within [0, C@k]; `known`: the rates are those measured, throughout."""
        used = Rates(*(r[:1] for r in measured)) if known else measured
        found = self._value(*weights_of(*used))
        open_ = np.isnan(found)
        within = np.clip(found, 0.0, self.compiles)
        return _Draws(
            np.where(open_, 0.0, within), np.where(open_, self.compiles, within), bool(open_[0])
        )

    def raw(self, measured: Rates) -> float:
        """The estimator's value on the data."""
        return float(self._value(*weights_of(*(r[:1] for r in measured)))[0])

    def _value(
        self, passed: NDArray[np.float64], refused: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        grid = powers(passed, refused, self._k).reshape(len(passed), -1)[:, self._used]
        value: NDArray[np.float64] = 1 - np.einsum("mr,rm->r", self._means, np.broadcast_to(
            grid, (self._means.shape[1], grid.shape[1])))  # fmt: skip
        return value


class _Draws(NamedTuple):
    """Lower and upper value in each draw, which differ where the rates leave S@k open."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]
    undefined: bool


def _spread(ends: Sequence[NDArray[np.float64] | _Draws]) -> Estimate:
    """The interval from the worst filling-in's lower end to the best one's upper."""
    worst, best = (e if isinstance(e, _Draws) else _Draws(e, e, False) for e in ends)
    open_ = worst.undefined or best.undefined
    value = float("nan") if open_ else float((worst.low[0] + best.high[0]) / 2)
    return Estimate.of_draws(value, worst.low[1:], best.high[1:])


def _hull(found: Sequence[Estimate], *, point: bool) -> Estimate:
    value = found[0].value if point else float("nan")
    return Estimate(value, min(e.low for e in found), max(e.high for e in found))


def _warnings(condition: Condition, calibration: Calibration, threshold: float) -> Iterator[str]:
    judged = calibration.judged
    run = condition.runs[0]
    if judged.name != run.settings.judge.removeprefix("both:"):
        yield (
            f"{condition.name} was scored by the judge {run.settings.judge!r}, the labels by "
            f"{judged.name!r}: the correction holds only if the two err alike."
        )
    elif (known := run.info.get("judge_identity")) and judged.identity not in known:
        yield (
            f"{condition.name} was scored by {known!r}, the labels by {judged.identity!r}: the "
            "correction holds only if the two err alike."
        )
    if threshold != run.settings.threshold:
        yield (
            f"{condition.name} was run with the threshold {run.settings.threshold:g}; its S@k is "
            f"recomputed here at {threshold:g}, where the judge's error was measured."
        )
