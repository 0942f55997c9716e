"""The conditions of a run: what is trained on what, and compared with what.

base; sft; grpo (from the base); sft+grpo@p, for every overlap, seed, SFT size and arm. Under the
arm `distinct` the SFT set grows with the overlap so that the number of distinct problems stays
fixed; each overlap then has an SFT condition of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossfade_train.recipe import Arm, Kind, Recipe


@dataclass(frozen=True, slots=True)
class Condition:
    """One cell of the grid.

    Attributes:
        kind: `base`, `sft`, `grpo` or `sft+grpo`.
        seed: Of the data draw and the training; None for the base.
        sft_size: SFT problems asked for; None where there is no SFT stage.
        arm: What overlap leaves unchanged; None where there is no SFT stage.
        overlap: Share of the GRPO prompts that are in the SFT set; None where neither stage's data
            depends on it.
    """

    kind: Kind
    seed: int | None = None
    sft_size: int | None = None
    arm: Arm | None = None
    overlap: float | None = None

    @property
    def label(self) -> str:
        """How tables name it; seed, size and arm apart."""
        return self.kind if self.overlap is None else f"{self.kind}@{self.overlap:g}"


def grid(recipe: Recipe) -> tuple[Condition, ...]:
    """Every condition of a recipe, in the order of the study's table."""
    return tuple(dict.fromkeys(_grid(recipe)))


def _grid(recipe: Recipe) -> Iterator[Condition]:
    asked = set(recipe.conditions)
    if "base" in asked:
        yield Condition("base")
    for seed in recipe.seeds:
        if "grpo" in asked:
            yield Condition("grpo", seed)
        for arm in recipe.arms:
            for size in recipe.sft_sizes:
                for overlap in sorted(recipe.overlaps):
                    if "sft" in asked:
                        own = overlap if arm == "distinct" else None
                        yield Condition("sft", seed, size, arm, own)
                    if "sft+grpo" in asked:
                        yield Condition("sft+grpo", seed, size, arm, overlap)
