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
from typing import TYPE_CHECKING

import numpy as np

from leaneval.calibration._corrected import Corrected, Told, corrected
from leaneval.calibration._moments import MOST_K
from leaneval.calibration._rates import rates
from leaneval.calibration._tally import tally_of
from leaneval.errors import UsageError
from leaneval.metrics import POINT_LIMIT, outcome, usable_k
from leaneval.results import common
from leaneval.statistics import RESAMPLES, SEED, Bootstrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leaneval.calibration._calibration import Calibration
    from leaneval.calibration._resamples import Resamples
    from leaneval.results import Condition


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
    missing = _missing_share(condition, ids)
    told = Told(missing < POINT_LIMIT, calibration.coverage > 1 - POINT_LIMIT)
    bootstrap = Bootstrap(len(condition.runs), len(ids), resamples, seed)
    least = min(t.rollouts for rows in tallies[0] for t in rows)
    first = corners[0]
    return Correction(
        condition.name, calibration.judged.name, threshold, len(ids),
        float(first.sensitivity[0]) if told.labels else float("nan"),
        float(first.specificity[0]) if told.labels else float("nan"),
        float(np.mean([c.sensitivity[1:] + c.specificity[1:] <= 1 for c in corners])),
        tuple(
            corrected(k, tallies, corners, bootstrap, told)
            for k in usable_k(shared.k, min(least, MOST_K))
        ),
        (*shared.warnings, *_missing(condition, missing), *_warnings(condition, calibration, used)),
    )  # fmt: skip


def _demand_both_classes(calibration: Calibration) -> None:
    inside = ~calibration.judged.outside
    right = int((calibration.right & inside).sum())
    if not calibration.statements:
        raise UsageError(
            "a correction needs labelled statements that compile, got none that does. Label "
            "statements of the run's own Lean world, or name it by --profile."
        )
    if right in (0, calibration.statements):
        what = "right" if right else "wrong"
        raise UsageError(
            "a correction needs labelled statements of both kinds, to measure sensitivity on the "
            f"right ones and specificity on the wrong ones; people found all {what}. Label more."
        )


def _missing_share(condition: Condition, problems: Sequence[str]) -> float:
    """The share of rollouts that this judge's S@k lacks, whatever a second judge has."""
    outcomes = [
        outcome(dual, run.settings)
        for run in condition.runs
        for problem in problems
        for dual in run.samples[problem].duals
    ]
    return sum(None in one for one in outcomes) / len(outcomes)


def _missing(condition: Condition, share: float) -> list[str]:
    if not share:
        return []
    return [
        f"{condition.name}: {share:.1%} of the rollouts are missing: intervals reach from all of "
        "them wrong to all of them right, and from 0.5 % on there is no point."
    ]


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
