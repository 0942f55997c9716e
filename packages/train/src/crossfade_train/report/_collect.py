"""What a run folder holds, as tables of numbers.

Reads stages.json (which folder holds which stage), samples and metrics; imports neither torch nor
lm-eval, and does not care whether today's code would make the same stages.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from crossfade_train.errors import DataError
from crossfade_train.run import plan, read_metrics, recipe_of
from crossfade_train.run._files import read_json
from crossfade_train.run._store import outputs_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from crossfade_train.conditions import Condition
    from crossfade_train.recipe import Arm, Kind, Recipe

Values = dict[str, dict[str, tuple[float, float]]]
"""Metric -> problem -> (missing counted as failing, as passing)."""
DYNAMICS = ("compile_rate", "semantic_mean", "zero_spread_share", "share_unavailable")


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that differ in their seed alone."""

    kind: Kind
    sft_size: int | None
    arm: Arm | None
    overlap: float | None

    @property
    def label(self) -> str:
        """How tables name it."""
        return self.kind if self.overlap is None else f"{self.kind}@{self.overlap:g}"

    @classmethod
    def of(cls, condition: Condition) -> Group:
        """The group of a condition."""
        return cls(condition.kind, condition.sft_size, condition.arm, condition.overlap)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluated condition.

    Attributes:
        values: By task.
        folders: Where they are traced to: of the evaluation, and of the training if any.
        dynamics: Means over the GRPO steps; empty without a GRPO stage.
    """

    seed: int | None
    values: Mapping[str, Values]
    folders: tuple[str, ...]
    dynamics: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Collected:
    """A run's results.

    Attributes:
        missing: Conditions of the recipe that are not evaluated (yet).
    """

    recipe: Recipe
    groups: Mapping[Group, list[Evaluated]]
    missing: tuple[str, ...]
    environment: Mapping[str, Any]


def collect(folder: Path) -> Collected:
    """Read a run folder.

    Raises:
        DataError: It is no run, or a file in it is damaged.
    """
    recipe = recipe_of(folder)
    places = read_json(folder / "stages.json") or {}
    asked = plan(recipe)
    groups: dict[Group, list[Evaluated]] = {}
    missing: list[str] = []
    for condition, stage in asked.evaluations.items():
        found = _evaluated(folder, places, condition, stage, asked.trainings.get(condition))
        if found is None:
            missing.append(f"{condition.label} ({stage})")
        else:
            groups.setdefault(Group.of(condition), []).append(found)
    return Collected(recipe, groups, tuple(missing), read_json(folder / "environment.json") or {})


def _evaluated(
    folder: Path, places: Mapping[str, str], condition: Condition, stage: str, training: str | None
) -> Evaluated | None:
    where = folder / "stages" / places.get(stage, "-")
    if outputs_of(where) is None:
        return None
    values = {path.stem.removeprefix("samples_"): _values(path)
              for path in sorted(where.glob("samples_*.jsonl"))}  # fmt: skip
    folders, dynamics = [where.name], {}
    if training is not None and training in places:
        folders.append(places[training])
        dynamics = _dynamics(folder / "stages" / places[training] / "metrics.jsonl")
    return Evaluated(condition.seed, values, tuple(folders), dynamics)


def _values(path: Path) -> Values:
    found: Values = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            row = json.loads(line)
            problem = str(row["doc"]["id"])
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"{path}:{number}: a sample must be lm-eval's, with doc.id: {error!r}. Remove its "
                "stage folder and run again."
            ) from error
        for name, bounds in _bounds(row):
            found.setdefault(name, {})[problem] = bounds
    return found


def _bounds(row: Mapping[str, Any]) -> Iterable[tuple[str, tuple[float, float]]]:
    """The row's metrics; bounds where something was missing, else the same number twice."""
    numbers = {k: v for k, v in row.items() if isinstance(v, int | float) and k != "doc_id"}
    for name, value in numbers.items():
        if name.endswith(("_low", "_high")):
            if name.endswith("_low") and f"{name[:-4]}_high" in numbers:
                yield name[:-4], (float(value), float(numbers[f"{name[:-4]}_high"]))
        elif f"{name}_low" not in numbers:
            yield name, (float(value), float(value))


def _dynamics(path: Path) -> dict[str, float]:
    rows = [v for (stage, _), v in read_metrics(path).items() if stage == "grpo"]
    found = {name: [row[name] for row in rows if name in row] for name in DYNAMICS}
    return {name: sum(values) / len(values) for name, values in found.items() if values}


def table(
    found: Iterable[Evaluated], task: str, metric: str, problems: list[str], seeds: list[int | None]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(seeds, problems) of one metric, missing counted as failing and as passing."""
    by_seed = {one.seed: one.values[task][metric] for one in found}
    cells = np.array([[by_seed[seed][p] for p in problems] for seed in seeds], dtype=np.float64)
    return cells[..., 0], cells[..., 1]
