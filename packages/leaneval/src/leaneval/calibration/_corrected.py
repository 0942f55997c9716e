"""S@k of one k, corrected: the estimator of `_moments` over draws of problems and of labels.

Invariant: what is missing, of the run or of the labels, is taken for wrong at the lower end and for
right at the upper one; a point is told only where so little is missing that the two are near.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.calibration._moments import polynomial, powers, weights_of
from leaneval.calibration._rates import Rates
from leaneval.statistics import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from leaneval.calibration._moments import Tally
    from leaneval.statistics import Bootstrap


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
        most: C@k were all that is missing right: the most that S@k can be.
    """

    k: int
    compiles: Estimate
    measured: Estimate
    corrected: Estimate
    if_known: Estimate
    raw: float
    most: float

    @property
    def says_nothing(self) -> bool:
        """Whether the interval covers all that S@k can be."""
        return self.corrected.low <= 0 and self.corrected.high >= self.most


class Told(NamedTuple):
    """Whether so little is missing that a point may be told: of the run, and of the labels."""

    run: bool
    labels: bool


def corrected(
    k: int,
    tallies: Sequence[Sequence[Sequence[Tally]]],
    corners: Sequence[Rates],
    bootstrap: Bootstrap,
    told: Told,
) -> Corrected:
    """One k: all that is missing taken for wrong gives the lower ends, for right the upper.

    Args:
        k: Rollouts drawn.
        tallies: By filling-in (all missing wrong, all right), run and problem.
        corners: The judge's rates at every extreme of what the labels leave open.
        bootstrap: Of runs and problems.
        told: Where points may be told.
    """
    ends = [_End(k, rows, bootstrap) for rows in tallies]
    drawn = [_spread([end.corrected(c) for end in ends]) for c in corners]
    known = [_spread([end.corrected(c, known=True) for end in ends]) for c in corners]
    raw = float(np.mean([end.raw(corners[0]) for end in ends]))
    both = all(told)
    verdicts_are_in = bool(ends[0].compiles[0] == ends[1].compiles[0])
    return Corrected(
        k, _hull([_spread([end.compiles for end in ends])], point=told.run or verdicts_are_in),
        _hull([_spread([end.at(0.0, 1.0) for end in ends])], point=told.run),
        _hull(drawn, point=both), _hull(known, point=both), raw if both else float("nan"),
        float(ends[1].compiles[0]),
    )  # fmt: skip


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
