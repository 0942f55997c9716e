"""One problem's rollouts of a run, as the corrected estimator counts them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leaneval.calibration._moments import Tally
from leaneval.candidate import nameless
from leaneval.metrics import outcome

if TYPE_CHECKING:
    from leaneval.results import Run
    from leaneval.settings import Settings
    from leaneval.types import DualScore


def tally_of(run: Run, problem: str, threshold: float, *, best: bool) -> Tally:
    """The tally of one problem.

    Args:
        run: Holds it.
        problem: Its id.
        threshold: Least score that passes.
        best: Whether what is missing is taken for right; else for wrong.
    """
    failing = right = wrong = 0
    passed: Counter[object] = Counter()
    refused: Counter[object] = Counter()
    for number, dual in enumerate(run.samples[problem].duals):
        seen = outcome(dual, run.settings)
        if seen.compiles is None or seen.score is None:
            right += best
            wrong += not best and bool(seen.compiles)
            failing += not best and not seen.compiles
        elif not seen.compiles:
            failing += 1
        else:
            cell = passed if seen.score >= threshold else refused
            cell[_question(dual, run.settings, number)] += 1
    return Tally(failing, right, _sizes(passed), _sizes(refused), wrong)


def _question(dual: DualScore, settings: Settings, number: int) -> object:
    """What the judge was shown; equal questions get one answer. A rollout's number: unknown."""
    if dual.statement is None:
        return number
    study = settings.protocol == "study"
    return dual.statement.source or number if study else nameless(dual.statement)


def _sizes(found: Counter[object]) -> tuple[int, ...]:
    return tuple(sorted(found.values()))
