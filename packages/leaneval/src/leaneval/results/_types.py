"""Results at rest: what a finished run holds, as comparison, calibration and report read it.

A `Run` is one samples file with the conditions it was measured under; a `Condition` is what a
reader compares: one name, and one run a seed. Scores are kept as dual scores, never as ready
metrics, so that every number is computed anew, by the same functions, for the k and the problems
that are shared.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from leaneval.settings import Settings
    from leaneval.types import DualScore, Problem


@dataclass(frozen=True, slots=True)
class Sample:
    """One problem in a run.

    Attributes:
        problem: The problem; where the file names it by id alone, all else is empty.
        duals: One dual score a rollout.
        rollouts: The model's texts, as many as `duals`; empty where the file does not hold them.
    """

    problem: Problem
    duals: tuple[DualScore, ...]
    rollouts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Run:
    """One evaluation of one model on one task.

    Attributes:
        path: The samples file.
        task: The task's name; the file's stem where nothing says it.
        samples: By problem id, in the file's order.
        settings: Of the run: judge, protocol, threshold, k, repeats.
        info: `leaneval.measure`'s conditions and counts (toolchain, gate, cage, judge identity,
            ...); empty where no results file lies beside the samples.
        model: What was evaluated, as lm-eval names it; empty where unknown.
        seed: Of the training or of the data draw; None where there is none.
    """

    path: Path
    task: str
    samples: Mapping[str, Sample]
    settings: Settings
    info: Mapping[str, Any]
    model: str = ""
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """What is compared: a name and one run a seed.

    Attributes:
        name: How tables call it.
        runs: At least one, all of one task; their order is that of the seeds.
        attributes: What sets it apart, for plots and filters (`{"overlap": 0.3, "sft_size":
            20000}`); empty for a plain samples file.
    """

    name: str
    runs: tuple[Run, ...]
    attributes: Mapping[str, Any]
