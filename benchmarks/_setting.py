"""Sizes of a GRPO run that is measured: its arguments, data and start point."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks._measurement import Request
from crossfade_train.data import DataRef
from crossfade_train.models import resolve
from crossfade_train.run import MetricsLog
from crossfade_train.sft import train_sft
from leaneval.peano import generate


@dataclass(frozen=True, slots=True)
class Setting:
    """A size of GRPO.

    Attributes:
        model: As `crossfade_train.models` names it.
        prompts: A batch of rollouts.
        generations: A prompt.
        tokens: At most, a completion.
        micro: Samples a backward pass, which is one optimiser step.
        batches: Of rollouts, the first left out.
        sft_steps: Of fine-tuning first, so that rollouts compile as they do in a real run.
        sft_rate: Its learning rate.
        rate: GRPO's.
        more: Other arguments of TRL.
    """

    model: str
    prompts: int
    generations: int
    tokens: int
    micro: int
    batches: int
    sft_steps: int
    sft_rate: float
    rate: float
    more: Mapping[str, Any] = field(default_factory=dict)

    def arguments(self) -> dict[str, Any]:
        """TRL's names for it; the study's settings where they bear on time."""
        rollouts = self.prompts * self.generations
        return {
            "max_steps": self.batches * (rollouts // self.micro),
            "per_device_train_batch_size": self.micro,
            "generation_batch_size": rollouts,
            "gradient_accumulation_steps": 1,
            "num_generations": self.generations,
            "max_completion_length": self.tokens,
            "learning_rate": self.rate,
            "lr_scheduler_type": "constant",
            "beta": 0.01,
            "entropy_coef": 0.001,
            "scale_rewards": "none",
            "save_strategy": "no",
            **self.more,
        }


def data(request: Request, setting: Setting) -> tuple[DataRef, DataRef]:
    """Rows for fine-tuning and for GRPO, no problem in both."""
    sft = 16 * setting.sft_steps if request.quick else 600
    rl = setting.prompts * setting.batches
    rows = [
        {
            "prompt": [{"role": "user", "content": f"Problem: {problem.informal}"}],
            "completion": [{"role": "assistant", "content": problem.reference}],
            "id": problem.id,
            "problem": problem.informal,
            "reference": problem.reference,
        }
        for problem in generate(sft + rl, seed=request.seed)
    ]
    parts = {"sft": rows[:sft], "rl": rows[sft:]}
    for name, part in parts.items():
        text = "".join(json.dumps(row) + "\n" for row in part)
        (request.folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    sft_file, rl_file = (DataRef(str(request.folder / f"{name}.jsonl")) for name in parts)
    return sft_file, rl_file


def fine_tuned(folder: Path, rows: DataRef, setting: Setting) -> str:
    """A start point whose rollouts compile as they do in a real run."""
    model = train_sft(
        model=str(resolve(setting.model)),
        data=rows,
        out=folder / "sft",
        seed=1,
        arguments={
            "max_steps": setting.sft_steps,
            "per_device_train_batch_size": 16,
            "learning_rate": setting.sft_rate,
            "save_strategy": "no",
        },
        log=MetricsLog(folder / "sft" / "metrics.jsonl"),
    )
    return str(model)
