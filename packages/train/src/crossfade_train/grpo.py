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
    from crossfade_train._trl import (
        Checkpoints,
        Metrics,
        configuration,
        finish,
        peft_config,
        quiet,
    )
    from crossfade_train.reward import DualReward

    quiet()
    from trl.trainer.grpo_config import GRPOConfig

    from leaneval.checkers import default_workers

    request = {
        "stage": "grpo",
        "model": model,
        "data": str(data),
        "seed": seed,
        "arguments": dict(arguments),
        "reward": reward.model_dump(),
        "lora": lora,
    }
    checkpoints = Checkpoints(out, request)
    config = configuration(GRPOConfig, "grpo", arguments, out=checkpoints.folder, seed=seed)
    _on_boundaries(config, chosen="save_steps" in arguments)
    _check_deadline(config, reward)
    rows = grpo_data(data)
    _check_size(config, len(rows))
    adapter = peft_config(lora)
    checkpoints.sweep(keep=resume)
    last = checkpoints.last()
    if config.use_cpu and reward.workers is None:
        # the other half of the machine is training
        reward = reward.model_copy(update={"workers": max(1, default_workers() // 2)})
    with DualReward(reward, group_size=config.num_generations) as dual:
        trainer = _trainer(model, config, rows, dual, reward, adapter)
        for callback in (Metrics(log, "grpo"), checkpoints):
            trainer.add_callback(callback)
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    return finish(trainer, out, base=model, lora=lora is not None)


def _trainer(
    model: str, config: Any, rows: Dataset, dual: DualReward, reward: RewardTable, adapter: Any
) -> Any:
    """TRL's trainer, with a sampling of ours where that draws the same and costs less."""
    from transformers import AutoConfig, PrinterCallback
    from trl.trainer.grpo_trainer import GRPOTrainer

    from crossfade_train._trl import EARLY, Repeatable, Rollouts, can_sample, explained
    from crossfade_train.reward import StopLoss

    loss = StopLoss(dual, limit=reward.unavailable_limit, window=reward.window)
    with explained("grpo", model):
        # without a reference model nothing stands between the last token and the rewards
        early = 0.0 if config.beta else EARLY
        quick = can_sample(config, AutoConfig.from_pretrained(model))
        trainer = GRPOTrainer(
            model=model,
            reward_funcs=dual,  # type: ignore[arg-type]  # an object, where it names functions
            args=config,
            train_dataset=rows,
            peft_config=adapter,
            rollout_func=Rollouts(list(rows), dual.begin, early=early) if quick else None,
            callbacks=[Repeatable(config.seed), loss],
        )
    trainer.remove_callback(PrinterCallback)
    return trainer


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
