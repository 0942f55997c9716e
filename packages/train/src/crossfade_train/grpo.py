"""The GRPO stage: TRL's `GRPOTrainer` with leaneval's dual score as its reward.

Invariants: `out/model` appears at the end, whole, and never after a stop-loss; a run that was
killed and is started again with the same request ends with the same weights (bit by bit on a CPU
with the same number of threads, and as long as Lean's verdicts are: a time-out under load is not).
Out of scope: which data (`crossfade-splits`), evaluation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crossfade_train.data import DataRef, grpo_data
from crossfade_train.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from datasets import Dataset

    from crossfade_train._trl import Training
    from crossfade_train.recipe import RewardTable
    from crossfade_train.reward import DualReward
    from crossfade_train.run import MetricsLog

_SAVE_EVERY = 20
"""Steps, about; the study's."""


def train_grpo(
    *,
    model: str,
    data: DataRef,
    out: Path,
    arguments: Mapping[str, Any],
    reward: RewardTable,
    seed: int,
    log: MetricsLog,
    lora: Mapping[str, Any] | None = None,
    resume: bool = True,
) -> Path:
    """Train a model by GRPO on prompts with Lean references.

    Args:
        model: Start point: a local folder or a hub id. With `beta` above 0 also what KL refers to.
        data: Rows with `prompt` and `reference`.
        out: Folder of the stage; `checkpoints/` and `model/` are made in it.
        arguments: TRL's own names for `GRPOConfig`.
        reward: Checker, judge, partial credit, stop-loss.
        seed: Of data order and sampling.
        log: Metrics go there, under the stage `grpo`.
        lora: peft's own names for `LoraConfig`; None: all parameters are trained.
        resume: Go on from the last whole checkpoint in `out`; otherwise they are removed.

    Returns:
        `out/model`.

    Raises:
        UsageError: An argument cannot be, or `out` holds another request's checkpoints.
        DataError: The rows are not fit for GRPO.
        UnavailableError: Checker or judge cannot work here.
        StopLossError: Too many rewards were unavailable.
    """
    if (out / "model").exists() and resume:
        return out / "model"
    from crossfade_train._trl import Training
    from crossfade_train.reward import DualReward

    training = Training(
        "grpo", model=model, data=data, out=out, arguments=arguments, seed=seed, log=log, lora=lora,
        resume=resume, further={"reward": reward.model_dump()},
    )  # fmt: skip
    config, rows = _prepared(training, reward)
    reward = _beside_training(reward, config)
    with DualReward(reward, group_size=config.num_generations) as dual:
        trainer = _trainer(training, config, rows, dual, reward)
        training.train(trainer)
    return training.finish(trainer)


def _prepared(training: Training, reward: RewardTable) -> tuple[Any, Dataset]:
    """TRL's configuration and the rows, once they are seen to go together."""
    from trl.trainer.grpo_config import GRPOConfig

    config = training.configuration(GRPOConfig, training.arguments)
    _on_boundaries(config, chosen="save_steps" in training.arguments)
    _check_deadline(config, reward)
    rows = grpo_data(training.data)
    _check_size(config, len(rows))
    return config, rows


def _beside_training(reward: RewardTable, config: Any) -> RewardTable:
    """With as many Lean workers as training leaves room for, where nobody chose a number."""
    from leaneval.checkers import default_workers

    if not config.use_cpu or reward.workers is not None:
        return reward
    # the other half of the machine is training
    return reward.model_copy(update={"workers": max(1, default_workers() // 2)})


def _trainer(
    training: Training, config: Any, rows: Dataset, dual: DualReward, reward: RewardTable
) -> Any:
    """TRL's trainer, with a sampling of ours where that draws the same and costs less."""
    from transformers import AutoConfig
    from trl.trainer.grpo_trainer import GRPOTrainer

    from crossfade_train._trl import EARLY, Repeatable, Rollouts, can_sample, explained
    from crossfade_train.reward import StopLoss

    # without a reference model nothing stands between the last token and the rewards
    early = 0.0 if config.beta else EARLY
    with explained("grpo", training.model):
        quick = can_sample(config, AutoConfig.from_pretrained(training.model))
    loss = StopLoss(dual, limit=reward.unavailable_limit, window=reward.window)
    return training.trainer(
        GRPOTrainer,
        reward_funcs=dual,
        args=config,
        train_dataset=rows,
        rollout_func=Rollouts(list(rows), dual.begin, early=early) if quick else None,
        callbacks=[Repeatable(config.seed), loss],
    )


def _on_boundaries(config: Any, *, chosen: bool) -> None:
    """Put checkpoints where no rollouts are under way, for those are not saved."""
    from crossfade_train._trl import rollout_steps

    if config.save_strategy != "steps":
        return
    steps = rollout_steps(config)
    if not chosen:
        config.save_steps = steps * max(1, round(_SAVE_EVERY / steps))
    elif config.save_steps != int(config.save_steps) or config.save_steps % steps:
        raise UsageError(
            f"[grpo] save_steps must be a multiple of {steps}, the optimiser steps that share one "
            f"batch of rollouts (rollouts are not saved), got {config.save_steps}; take "
            f"{steps * max(1, round(config.save_steps / steps))}."
        )


def _check_deadline(config: Any, reward: RewardTable) -> None:
    if reward.deadline >= config.ddp_timeout:
        raise UsageError(
            f"[reward] deadline must lie below the process group's timeout, [grpo] ddp_timeout = "
            f"{config.ddp_timeout} s, got {reward.deadline:g} s; lower it or raise ddp_timeout."
        )


def _check_size(config: Any, rows: int) -> None:
    prompts = config.generation_batch_size // config.num_generations
    if rows < prompts:
        raise UsageError(
            f"[grpo] needs at least one batch of rollouts: {prompts} prompts "
            f"(generation_batch_size {config.generation_batch_size} / num_generations "
            f"{config.num_generations}), got {rows} rows; lower generation_batch_size."
        )
