"""From a recipe to the graph of its stages.

pool -> splits (per seed and arm) -> sft (per seed, size) -> grpo (per overlap) -> evaluate. Stages
that several conditions share appear once. Out of scope: whether a stage must run at all; that is
known only when its inputs are (`_schedule`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crossfade_train.conditions import Condition, grid
from crossfade_train.errors import UsageError
from crossfade_train.run._stage import Artefact, Ref, Stage

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crossfade_train.recipe import Arm, Recipe
    from crossfade_train.run._stage import StageKind

Source = Ref | Artefact
_FIRST = ("pool", "splits", "base")
"""Kinds that need little and may refuse the request: all of them before the first that is dear."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does.

    Attributes:
        stages: By name; each after all that it needs.
        evaluations: Condition to the name of the stage that evaluates it.
        trainings: Condition to the name of the last stage that trains it; none for the base.
    """

    stages: Mapping[str, Stage]
    evaluations: Mapping[Condition, str]
    trainings: Mapping[Condition, str]

    def needed(self, only: Collection[str]) -> list[str]:
        """Names of the stages behind some conditions, in order.

        Args:
            only: Kinds (`sft+grpo`) or labels (`sft+grpo@0.3`); empty: every condition.

        Raises:
            UsageError: One of them names no condition.
        """
        conditions = list(self.evaluations or self.trainings)
        known = {c.kind for c in conditions} | {c.label for c in conditions}
        for name in only:
            if name not in known:
                raise UsageError(
                    "--only takes a condition of the recipe: "
                    f"{', '.join(sorted(known))}; got {name!r}."
                )
        found: set[str] = set()
        for condition in conditions:
            if not only or {condition.kind, condition.label} & set(only):
                found.add((self.evaluations or self.trainings)[condition])
        for stage in reversed(list(self.stages.values())):
            if stage.name in found:
                found |= stage.needs
        return [name for name in self.stages if name in found]


def plan(
    recipe: Recipe,
    *,
    model: Artefact | None = None,
    data: Artefact | None = None,
    evaluate: bool = True,
) -> Plan:
    """The stages of a recipe's conditions.

    Args:
        recipe: The request.
        model: Start from this instead of the recipe's base.
        data: Train on this instead of the recipe's splits; only for conditions with one stage of
            training.
        evaluate: Whether the conditions are evaluated, or only trained.
    """
    builder = _Builder(recipe, model, data)
    evaluations: dict[Condition, str] = {}
    trainings: dict[Condition, str] = {}
    for condition in grid(recipe):
        trained = builder.model(condition)
        if isinstance(trained, Ref) and condition.kind != "base":
            trainings[condition] = trained.stage
        if evaluate:
            evaluations[condition] = builder.evaluate(trained)
    stages = sorted(builder.stages.values(), key=lambda stage: stage.kind not in _FIRST)
    return Plan({stage.name: stage for stage in stages}, evaluations, trainings)


@dataclass
class _Builder:
    recipe: Recipe
    start: Artefact | None
    data: Artefact | None
    stages: dict[str, Stage] = field(default_factory=dict)

    def _add(
        self,
        name: str,
        kind: StageKind,
        inputs: Mapping[str, Source],
        table: Mapping[str, Any],
        seed: int = 0,
        **extra: Any,
    ) -> str:
        self.stages.setdefault(name, Stage(name, kind, inputs, table, seed, extra))
        return name

    def model(self, condition: Condition) -> Source:
        """What a condition ends with."""
        if condition.kind == "base":
            return self.base()
        assert condition.seed is not None
        if condition.kind == "grpo":
            return self._grpo(self.base(), "grpo", condition.seed, min(self.recipe.overlaps))
        assert condition.sft_size is not None
        assert condition.arm is not None
        size, arm, overlap = condition.sft_size, condition.arm, condition.overlap
        sft = self._sft(condition.seed, size, arm, overlap)
        if condition.kind == "sft":
            return sft
        assert overlap is not None
        name = f"sft-grpo-n{size}-p{_percent(overlap)}{_suffix(arm)}"
        return self._grpo(sft, name, condition.seed, overlap, arm)

    def base(self) -> Source:
        """The model that training starts from."""
        if self.start is not None:
            return self.start
        table = self.recipe.model.model_dump(mode="json", exclude_none=True)
        return Ref(self._add("base", "base", {}, table), "model")

    def _pool(self) -> dict[str, Source]:
        data = self.recipe.data
        if data.pool != "peano":
            return {}
        name = self._add("pool", "pool", {}, {"count": data.count}, data.seed)
        return {"pool": Ref(name, "pool")}

    def splits(self, seed: int, arm: Arm) -> str:
        """The data of one draw."""
        r = self.recipe
        table = {
            **r.data.splits,
            "sft": list(r.sft_sizes),
            "rl": [r.rl_size],
            "overlap": sorted(r.overlaps),
            "hold": arm,
            "seed": seed,
        }
        if r.data.pool == "peano":
            table["format"] = _peano_format() | table.get("format", {})
        elif r.data.pool is not None:
            table["pool"] = [{"path": r.data.pool}]
        return self._add(f"splits-s{seed}{_suffix(arm)}", "splits", self._pool(), table, seed)

    def _rows(self, seed: int, arm: Arm, name: str) -> Source:
        return self.data or Ref(self.splits(seed, arm), name)

    def _sft(self, seed: int, size: int, arm: Arm, overlap: float | None) -> Source:
        r = self.recipe
        own = arm == "distinct" and overlap is not None
        name = f"sft-n{size}" + (f"-p{_percent(overlap or 0)}{_suffix(arm)}" if own else "")
        at = overlap if own and overlap is not None else min(r.overlaps)
        inputs = {"model": self.base(), "data": self._rows(seed, arm, f"sft/{size}/{at:g}")}
        name = self._add(
            f"{name}-s{seed}", "sft", inputs, self._training(r.sft), seed, **self._extra()
        )
        return Ref(name, "model")

    def _grpo(
        self, start: Source, name: str, seed: int, overlap: float, arm: Arm | None = None
    ) -> Source:
        r = self.recipe
        data = self._rows(seed, arm or r.arms[0], f"rl/{overlap:g}")
        table = self._training(r.grpo) | {"reward": r.reward.model_dump(mode="json")}
        inputs = {"model": start, "data": data}
        name = self._add(f"{name}-s{seed}", "grpo", inputs, table, seed, **self._extra())
        return Ref(name, "model")

    def _training(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        launch = self.recipe.launch
        return {
            "arguments": dict(arguments),
            "lora": self.recipe.lora,
            "processes": launch.processes,
            "accelerate": launch.accelerate_config,
        }

    def _extra(self) -> dict[str, Any]:
        launch = self.recipe.launch.model_dump(mode="json")
        return {"launch": launch, "report_to": list(self.recipe.metrics.report_to)}

    def evaluate(self, model: Source) -> str:
        """The stage that evaluates a model."""
        table = self.recipe.evaluate.model_dump(mode="json")
        name = f"evaluate-{model.stage if isinstance(model, Ref) else 'base'}"
        launch = self.recipe.launch.model_dump(mode="json")
        return self._add(
            name, "evaluate", {"model": model}, table, self.recipe.evaluate.seed, launch=launch
        )


def _peano_format() -> dict[str, str]:
    """Messages as the Peano tasks' own, so that a model is trained on what it is asked."""
    from leaneval.peano import INSTRUCTION, prompt
    from leaneval.types import Problem

    return {"system": INSTRUCTION.strip(), "prompt": prompt(Problem("", "{prompt}", "", "", ()))}


def _percent(overlap: float) -> str:
    return f"{overlap * 100:.10g}"


def _suffix(arm: Arm) -> str:
    return "" if arm == "sft" else f"-{arm}"
