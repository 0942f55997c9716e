"""GRPO steps with the dual reward, with its rewards replayed, and plain TRL with a constant.

The replay takes the same arithmetic over the same rollouts as the run before it, so that batch i of
one is compared with batch i of the other; plain TRL draws its own. A batch is one of rollouts, with
all optimiser steps taken on it; the first of each run warms up and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from transformers import TrainerCallback

import crossfade_train.grpo as stage
import crossfade_train.reward as reward_module
from benchmarks._clock import Clocks, clocks
from benchmarks._measurement import Request, Sample
from benchmarks._setting import Setting, data, fine_tuned
from crossfade_train._trl import configuration, rollout_steps
from crossfade_train.data import DataRef, grpo_data
from crossfade_train.recipe import RewardTable
from crossfade_train.reward import DualReward
from crossfade_train.run import MetricsLog

REWARDS: list[list[float | None]] = []


class Recorded(DualReward):
    """Keeps what it hands out."""

    async def __call__(self, **given: Any) -> list[float | None]:
        REWARDS.append(await super().__call__(**given))
        return REWARDS[-1]


class Replayed(DualReward):
    """Hands out what was kept; starts nothing."""

    def __enter__(self) -> Replayed:
        self.call = 0
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def begin(self, finished: Any) -> None:
        pass

    async def __call__(self, **given: Any) -> list[float | None]:
        self.call += 1
        return REWARDS[self.call - 1]


def constant(completions: list[Any], **_: Any) -> list[float | None]:
    """The reward of plain TRL."""
    return [1.0] * len(completions)


class Clock(TrainerCallback):
    """Time of every optimiser step, what TRL logged of it, and the steps a batch takes."""

    def __init__(self) -> None:
        self.steps: list[Clocks] = []
        self.logs: list[Mapping[str, float]] = []
        self.a_batch = 1

    def on_train_begin(self, args: Any, *_: Any, **__: Any) -> None:
        self.a_batch = rollout_steps(args)

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self.started = clocks()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        _finished()
        self.steps.append(self.started.since())

    def on_log(self, args: Any, state: Any, control: Any, logs: Any = None, **_: Any) -> None:
        if logs and "completions/mean_length" in logs:
            self.logs.append(dict(logs))


def _finished() -> None:
    """Wait for the GPU, which runs behind."""
    import torch

    if torch.cuda.is_available():
        torch.cuda.synchronize()


def sampled(request: Request, setting: Setting) -> Iterator[Sample]:
    """Rounds of the three runs, a sample a batch."""
    sft, rl = data(request, setting)
    model = fine_tuned(request.folder, sft, setting)
    for number in range(request.rounds):
        REWARDS.clear()
        out = request.folder / f"round{number}"
        runs = {
            "dual": lambda out=out: _ours(Recorded, out / "dual", model, rl, setting),
            "replayed": lambda out=out: _ours(Replayed, out / "replayed", model, rl, setting),
            "plain TRL": lambda out=out: _plain(out / "plain", model, rl, setting),
        }
        for arm, act in runs.items():
            yield from _batches(arm, number, act(), setting)


def _batches(arm: str, number: int, clock: Clock, setting: Setting) -> Iterator[Sample]:
    size, rollouts = clock.a_batch, setting.prompts * setting.generations
    assert len(clock.logs) * size == len(clock.steps), "the first step of a batch logs its rollouts"
    for batch in range(1, len(clock.steps) // size):
        steps = clock.steps[batch * size : (batch + 1) * size]
        log = clock.logs[batch]
        wall, processor = (sum(step[i] for step in steps) for i in (0, 1))
        length = log["completions/mean_length"]
        values = {"tokens a completion": length}
        if arm == "dual":
            values |= {
                "share waiting": log.get("reward_wait_seconds", 0.0) / wall,
                "compile rate": log["compile_rate"],
                "unavailable": log["share_unavailable"],
            }
        turn = number * setting.batches + batch
        yield Sample(arm, turn, wall, processor, length * rollouts, values=values)


def _ours(kind: type[DualReward], out: Path, model: str, rows: DataRef, setting: Setting) -> Clock:
    clock, whole = Clock(), stage._trainer

    def timed(*arguments: Any) -> Any:
        trainer = whole(*arguments)
        trainer.add_callback(clock)
        return trainer

    reward_module.DualReward, stage._trainer = kind, timed  # type: ignore[misc,assignment]
    try:
        stage.train_grpo(
            model=model, data=rows, out=out, seed=1, arguments=setting.arguments(),
            reward=RewardTable(partial=0.5, cache="off"), log=MetricsLog(out / "metrics.jsonl"),
        )  # fmt: skip
    finally:
        reward_module.DualReward, stage._trainer = DualReward, whole  # type: ignore[misc]
    return clock


def _plain(out: Path, model: str, rows: DataRef, setting: Setting) -> Clock:
    """TRL's trainer as its documentation shows it, with the same arguments."""
    from trl.trainer.grpo_config import GRPOConfig
    from trl.trainer.grpo_trainer import GRPOTrainer

    clock = Clock()
    config = configuration(GRPOConfig, "grpo", setting.arguments(), out=out, seed=1)
    trainer = GRPOTrainer(
        model=model, reward_funcs=constant, args=config, train_dataset=grpo_data(rows),
        callbacks=[clock],
    )  # fmt: skip
    trainer.train()
    return clock
