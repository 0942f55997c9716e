"""From dual scores to tables of numbers: (seeds, problems), a metric each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leaneval.metrics import intervals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from leaneval.results._shared import Shared
    from leaneval.results._types import Condition, Run


class Bounds(NamedTuple):
    """A metric of every seed and problem; equal where nothing is missing.

    Attributes:
        low: (seeds, problems), all that is missing counted as failing.
        high: The same, counted as passing.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]


def tabulate(condition: Condition, shared: Shared) -> dict[str, Bounds]:
    """Every metric of `leaneval.metrics.intervals`, on the problems and at the k that are shared.

    Args:
        condition: One of those that `common` was asked about.
        shared: What it said.
    """
    found = [_of_run(run, shared) for run in condition.runs]
    names = [name for name in found[0] if all(name in one for one in found)]
    cells = {name: np.stack([one[name] for one in found]) for name in names}
    return {name: Bounds(both[..., 0], both[..., 1]) for name, both in cells.items()}


def _of_run(run: Run, shared: Shared) -> dict[str, NDArray[np.float64]]:
    """(problems, 2) by metric."""
    changed = {"k": shared.k, "repeats": shared.repeats}
    if shared.threshold is not None:
        changed["threshold"] = shared.threshold
    settings = run.settings.model_copy(update=changed)
    rows = [intervals(run.samples[p].duals, settings) for p in shared.problems]
    cells = np.array([list(row.values()) for row in rows], dtype=np.float64)
    return {name: cells[:, column] for column, name in enumerate(rows[0])}
