"""Callbacks of both stages: the same numbers after a kill, and metrics into the run folder.

TRL's checkpoints hold weights, optimiser, scheduler and random states, but neither the rollouts
under way nor which permutation a GRPO sampler has come to. So checkpoints are taken on rollout
boundaries, and every epoch seeds the sampler from (seed, epoch): a resumed run then draws what the
undisturbed one did. Every step seeds all generators from (seed, step, process), so that two
conditions that differ in their data alone share their random numbers step by step.

Out of scope: what is not deterministic in itself (GPU kernels, vLLM).
"""

from __future__ import annotations

import math
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from transformers import TrainerCallback, set_seed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crossfade_train.run import MetricsLog


def step_seed(*parts: int | str) -> int:
    """A seed in [0, 2**31) that follows from its parts alone."""
    text = "/".join(map(str, parts)).encode()
    return int.from_bytes(blake2b(text, digest_size=4).digest(), "big") >> 1


def rollout_steps(arguments: Any) -> int:
    """Optimiser steps taken on one batch of rollouts, by a `GRPOConfig`."""
    used = int(arguments.steps_per_generation * arguments.num_iterations)
    accumulated = int(arguments.gradient_accumulation_steps)
    return math.lcm(used, accumulated) // accumulated


class Repeatable(TrainerCallback):
    """Seeds what a checkpoint does not restore.

    Args:
        seed: The stage's.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **given: Any) -> None:
        """Seed the sampler's own generator."""
        epoch = int((state.epoch or 0) + 1e-6)
        generator = getattr(_sampler(given.get("train_dataloader")), "generator", None)
        if generator is not None:
            generator.manual_seed(step_seed(self._seed, "epoch", epoch))

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Seed Python, numpy and torch."""
        set_seed(step_seed(self._seed, "step", state.global_step, args.process_index))


def _sampler(loader: Any) -> Any:
    """TRL's `RepeatSampler` under accelerate's wrappers, or None."""
    seen = loader
    for _ in range(8):
        if type(seen).__name__ == "RepeatSampler":
            return seen
        inner = (getattr(seen, name, None) for name in ("batch_sampler", "sampler"))
        seen = next((one for one in inner if one is not None), None)
    return None


class Metrics(TrainerCallback):
    """Copies what the trainer logs into the run's metrics file.

    Args:
        log: The file.
        stage: `sft` or `grpo`.
    """

    def __init__(self, log: MetricsLog, stage: str) -> None:
        self._log = log
        self._stage = stage

    def on_log(
        self, args: Any, state: Any, control: Any, logs: Mapping[str, Any] | None = None, **_: Any
    ) -> None:
        """Write the numbers, and `progress` (the share of steps done)."""
        if not state.is_world_process_zero or not logs:
            return
        numbers = {k: float(v) for k, v in logs.items() if isinstance(v, int | float)}
        numbers["progress"] = state.global_step / max(1, state.max_steps)
        self._log.write(self._stage, state.global_step, numbers)
