"""What a run folder holds: evaluated conditions, what training said, and what the splits promise.

Reads stages.json (which folder holds which stage), samples and metrics; imports neither torch nor
lm-eval, and does not care whether today's code would make the same stages.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import DataError
from crossfade_train.run import plan, read_metrics, recipe_of
from crossfade_train.run._files import read_json
from crossfade_train.run._store import outputs_of
from leaneval.errors import LeanevalError
from leaneval.results import read_run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crossfade_train.conditions import Condition
    from crossfade_train.recipe import Arm, Kind, Recipe
    from crossfade_train.run import Stage
    from leaneval.results import Run


@dataclass(frozen=True, slots=True)
class Group:
    """Conditions that differ in their seed alone."""

    kind: Kind
    sft_size: int | None
    arm: Arm | None
    overlap: float | None

    @property
    def label(self) -> str:
        """How tables name it, size and arm apart."""
        return self.kind if self.overlap is None else f"{self.kind}@{self.overlap:g}"

    @classmethod
    def of(cls, condition: Condition) -> Group:
        """The group of a condition."""
        return cls(condition.kind, condition.sft_size, condition.arm, condition.overlap)


@dataclass(frozen=True, slots=True)
class Evaluated:
    """One evaluated condition.

    Attributes:
        runs: By task.
        folders: Where they are traced to: of the evaluation, and of the training if any.
        steps: What its training said: stage, step, values; empty without training.
    """

    seed: int | None
    runs: Mapping[str, Run]
    folders: tuple[str, ...]
    steps: Mapping[tuple[str, int], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Drawn:
    """One data set of the splits, by its manifest.

    Attributes:
        arm: What overlap leaves unchanged.
        claims: The manifest's row: `requested`, `achieved`, `achieved_near`, ...
    """

    seed: int
    arm: Arm
    claims: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Collected:
    """A run's results.

    Attributes:
        missing: Conditions of the recipe that are not evaluated (yet).
    """

    folder: Path
    recipe: Recipe
    groups: Mapping[Group, list[Evaluated]]
    missing: tuple[str, ...]
    environment: Mapping[str, Any]
    splits: tuple[Drawn, ...]

    @property
    def tasks(self) -> list[str]:
        """Those that at least one condition was evaluated on."""
        return sorted({task for found in self.groups.values() for e in found for task in e.runs})

    def name(self, group: Group) -> str:
        """A group's name among all of this run: size and arm only where there are several."""
        parts = [group.label]
        if group.sft_size is not None and len(self.recipe.sft_sizes) > 1:
            parts.append(f"{group.sft_size:,}")
        if group.arm is not None and len(self.recipe.arms) > 1:
            parts.append(group.arm)
        return ", ".join(parts)


def collect(folder: Path) -> Collected:
    """Read a run folder, finished or not.

    Raises:
        DataError: It is no run, or a file in it is damaged.
    """
    recipe = recipe_of(folder)
    places = read_json(folder / "stages.json") or {}
    asked = plan(recipe)
    groups: dict[Group, list[Evaluated]] = {}
    missing: list[str] = []
    for condition, stage in asked.evaluations.items():
        runs = _runs(folder, places.get(stage), condition.seed)
        if runs:
            stages = [stage, asked.trainings.get(condition)]
            folders = [places[name] for name in stages if name in places]
            found = Evaluated(condition.seed, runs, tuple(folders), _steps(folder, folders[1:]))
            groups.setdefault(Group.of(condition), []).append(found)
        else:
            missing.append(f"{condition.label} ({stage})")
    environment = read_json(folder / "environment.json") or {}
    return Collected(
        folder, recipe, groups, tuple(missing), environment, _splits(folder, places, asked.stages)
    )


def _runs(folder: Path, place: str | None, seed: int | None) -> dict[str, Run]:
    where = folder / "stages" / (place or "-")
    if outputs_of(where) is None:
        return {}
    try:
        runs = [read_run(path, seed=seed) for path in sorted(where.glob("samples_*.jsonl"))]
    except LeanevalError as error:
        raise DataError(f"{error} Or remove its stage folder and run again.") from error
    return {run.task: run for run in runs}


def _steps(folder: Path, places: list[str]) -> dict[tuple[str, int], dict[str, float]]:
    return read_metrics(folder / "stages" / places[0] / "metrics.jsonl") if places else {}


def _splits(
    folder: Path, places: Mapping[str, str], stages: Mapping[str, Stage]
) -> tuple[Drawn, ...]:
    found = []
    for name, stage in stages.items():
        if stage.kind == "splits" and name in places:
            path = folder / "stages" / places[name] / "data" / "manifest.json"
            for claims in (read_json(path) or {}).get("claims", {}).get("overlap", ()):
                found.append(Drawn(stage.seed, stage.table["hold"], claims))
    return tuple(found)
