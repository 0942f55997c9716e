"""The best threshold of a judge, how sure it is, and how much of its worth is luck.

A threshold chosen on the statements that it is then measured on looks better than it is. So beside
the apparent worth stands the out-of-bag one: in each bootstrap resample the threshold is chosen on
the problems drawn and measured on those that were not (Efron and Tibshirani 1997, JASA 92), which
errs on the other side, a resample holding about 63 % of the problems. The truth lies between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leaneval.calibration import _curves as curves
from leaneval.calibration._resamples import of_draws

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leaneval.calibration._counts import Counts
    from leaneval.calibration._resamples import Resamples
    from leaneval.statistics import Estimate


@dataclass(frozen=True, slots=True)
class Threshold:
    """A best threshold.

    Attributes:
        criterion: What it maximises.
        least: The least score that passes, with its bootstrap interval.
        above: Any threshold in (above, least.value] does the same; -inf where all pass.
        apparent: The criterion's value on the statements it was chosen on: too good.
        out_of_bag: Its mean on statements it was not chosen on: somewhat too bad; NaN where no
            resample left out statements of both kinds, as of one problem alone.
    """

    criterion: str
    least: Estimate
    above: float
    apparent: float
    out_of_bag: float


def best_thresholds(
    right: NDArray[np.bool_],
    scores: NDArray[np.float64],
    scored: NDArray[np.bool_],
    resamples: Resamples,
) -> tuple[Threshold, ...]:
    """The best threshold by each of `_curves.CRITERIA`.

    Args:
        right: (statements,), what people say; both answers occur among the scored.
        scores: (statements,).
        scored: Which have a score; the others tell nothing of a threshold.
        resamples: Of the statements.
    """
    ladder = curves.Ladder(scores[scored], right[scored])
    whole = ladder.at(np.ones((1, int(scored.sum()))))

    def drawn(weights: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        kept = weights[:, scored]
        inside, left_out = ladder.at(kept), ladder.at((kept == 0).astype(float))
        found = {}
        for criterion in curves.CRITERIA:
            place = curves.best(inside, criterion)
            found[criterion] = ladder.thresholds[place]
            found[f"{criterion} out of bag"] = getattr(curves.pick(left_out, place), criterion)
        return found

    draws = resamples(drawn)
    return tuple(_threshold(name, ladder, whole, draws) for name in curves.CRITERIA)


def _threshold(
    name: str, ladder: curves.Ladder, whole: Counts, draws: dict[str, NDArray[np.float64]]
) -> Threshold:
    place = curves.best(whole, name)
    index = int(place[0])
    lower = ladder.thresholds[index + 1 :]
    left_out = draws[f"{name} out of bag"]
    left_out = left_out[~np.isnan(left_out)]
    return Threshold(
        name,
        of_draws(float(ladder.thresholds[index]), draws[name]),
        float(lower[0]) if lower.size else float("-inf"),
        float(getattr(curves.pick(whole, place), name)[0]),
        float(left_out.mean()) if left_out.size else float("nan"),
    )
