"""A labelled file, one or more judges, and what follows for runs: all of one calibration."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

from leaneval.calibration._calibration import Calibration, calibrate
from leaneval.calibration._correct import Correction, correct
from leaneval.calibration._pairs import Pair, pair
from leaneval.calibration._resamples import Resamples
from leaneval.errors import UsageError
from leaneval.statistics import RESAMPLES, SEED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.calibration._judged import Judged
    from leaneval.calibration._labels import Labels
    from leaneval.results import Condition

_FEW = 30
"""Fewer labels of a kind than this, and an interval is wide enough to say so."""


@dataclass(frozen=True, slots=True)
class Study:
    """One calibration.

    Attributes:
        labels: What people say.
        resamples: The draws of labels that all intervals share.
        calibrations: One a judge.
        pairs: One for each two judges.
        corrections: One for each condition.
        notes: What must be known of the labels, a sentence each.
    """

    labels: Labels
    resamples: Resamples
    calibrations: tuple[Calibration, ...]
    pairs: tuple[Pair, ...]
    corrections: tuple[Correction, ...]
    notes: tuple[str, ...]


def study(
    labels: Labels,
    judged: Sequence[Judged],
    conditions: Sequence[Condition] = (),
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Study:
    """Measure judges on labels, and correct conditions for the error of the judge they had.

    Args:
        labels: What people say.
        judged: What each judge says; names differ.
        conditions: To correct: each for the judge of its own spec, else for the first.
        resamples: Of the labels, and of problems.
        seed: Of the random numbers.

    Raises:
        UsageError: Two judges have one name, or a condition cannot be corrected (see `correct`).
    """
    names = [j.name for j in judged]
    if twice := [name for name in names if names.count(name) > 1]:
        raise UsageError(f"judges must differ, got {twice[0]!r} twice: name each once.")
    draws = Resamples([row.group for row in labels.rows], resamples, seed)
    found = tuple(calibrate(labels, j, draws) for j in judged)
    return Study(
        labels, draws, found,
        tuple(pair(a, b, draws) for a, b in combinations(found, 2)),
        tuple(correct(c, _judge_of(c, found), draws, resamples=resamples, seed=seed)
              for c in conditions),
        tuple(_notes(labels, draws)),
    )  # fmt: skip


def _judge_of(condition: Condition, found: Sequence[Calibration]) -> Calibration:
    spec = condition.runs[0].settings.judge.removeprefix("both:")
    return next((c for c in found if c.judged.name == spec), found[0])


def _notes(labels: Labels, draws: Resamples) -> list[str]:
    rows, notes = labels.rows, []
    if draws.clustered:
        notes.append(
            "Several statements are of one problem: intervals draw problems, not statements."
        )
    right = sum(row.right for row in rows)
    for what, count in (("right", right), ("wrong", len(rows) - right)):
        if 0 < count < _FEW:
            notes.append(f"Only {count} statements are {what}: intervals are wide. Label more.")
    return notes
