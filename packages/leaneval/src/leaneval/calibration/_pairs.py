"""Two judges and people: every statement in one cell, and how far the three agree.

Invariant: every labelled statement is in exactly one cell, answered or not. Agreement, kappa and
the difference are over the statements that both judges answered: how many those are is said beside.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leaneval.calibration._counts import counts
from leaneval.calibration._resamples import of_draws, share_of
from leaneval.statistics import SignFlips

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from leaneval.calibration._calibration import Calibration
    from leaneval.calibration._judged import Judged
    from leaneval.calibration._resamples import Resamples
    from leaneval.statistics import Estimate

ANSWERS = ("pass", "fail", "unavailable", "does not compile")
"""What a judge may have made of a statement."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two judges on the same statements.

    Attributes:
        first: A judge's name.
        second: The other's.
        cells: (first's answer, second's, whether people find it right) -> statements; all of them.
        answered: Statements that both answered; what follows is over those.
        agreement: Share on which the two judges agree.
        kappa: Cohen's, between the two judges.
        difference: The first's agreement with people minus the second's.
        p: Two-sided, of no difference: McNemar's exact test; where problems have several statements
            the sign-flip test over problems, of which McNemar's is the case of one statement each.
    """

    first: str
    second: str
    cells: Mapping[tuple[str, str, bool], int]
    answered: int
    agreement: Estimate
    kappa: Estimate
    difference: Estimate
    p: float


def pair(a: Calibration, b: Calibration, resamples: Resamples) -> Pair:
    """Compare two judges.

    Args:
        a: One judge.
        b: Another, on the same labels.
        resamples: Of the labels.
    """
    right = a.right
    answers = list(zip(_answers(a.judged), _answers(b.judged), strict=True))
    cells = Counter((x, y, r) for (x, y), r in zip(answers, right.tolist(), strict=True))
    both = np.array([{x, y} <= set(ANSWERS[:2]) for x, y in answers])
    first, second = a.judged.passes == 1, b.judged.passes == 1
    agrees = both & (first == second)
    gains = both * ((first == right).astype(float) - (second == right).astype(float))

    def drawn(weights: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        table = counts(first, second, weights * both)
        size = np.asarray(sum(table))
        with np.errstate(divide="ignore", invalid="ignore"):
            difference = np.where(size > 0, weights @ gains / size, np.nan)
        return {"kappa": table.kappa, "agreement": table.agreement, "difference": difference}

    here = {name: float(v[0]) for name, v in drawn(np.ones((1, len(right)))).items()}
    draws = resamples(drawn)
    found = {name: of_draws(here[name], draws[name]) for name in here}
    total = int(both.sum())
    agreeing = int(agrees.sum()), total
    return Pair(
        a.judged.name, b.judged.name, cells, total,
        share_of(here["agreement"], agreeing, agreeing, found["agreement"], resamples),
        found["kappa"], found["difference"], _p(gains, resamples),
    )  # fmt: skip


def _answers(judged: Judged) -> list[str]:
    """Of each statement, one of `ANSWERS`."""
    found = np.where(judged.passes == 1, 0, np.where(np.isnan(judged.passes), 2, 1))
    return [ANSWERS[3 if out else n] for n, out in zip(found, judged.outside, strict=True)]


def _p(gains: NDArray[np.float64], resamples: Resamples) -> float:
    if not resamples.clustered:
        return _mcnemar(int((gains > 0).sum()), int((gains < 0).sum()))
    by_problem = np.bincount(resamples.member, weights=gains)
    return float(SignFlips(len(by_problem)).p_values(by_problem[None])[0])


def _mcnemar(only_first: int, only_second: int) -> float:
    """Exact: of the statements that one judge alone has right, is either's share half?"""
    from scipy.stats import binomtest

    discordant = only_first + only_second
    return float(binomtest(only_first, discordant).pvalue) if discordant else 1.0
