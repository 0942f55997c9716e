"""The SFT stage: TRL's `SFTTrainer`, repeatable and resumable.

Invariant: `out/model` appears at the end, whole; a run that was killed and is started again with
the same request ends with the same weights (bit by bit on a CPU with the same number of threads).
Out of scope: which data (`crossfade-splits`), evaluation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crossfade_train.data import DataRef, sft_data

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crossfade_train._trl import Training
    from crossfade_train.run import MetricsLog

_DEFAULTS = {"save_steps": 100}


def train_sft(
    *,
    model: str,
    data: DataRef,
    out: Path,
    arguments: Mapping[str, Any],
    seed: int,
    log: MetricsLog,
    lora: Mapping[str, Any] | None = None,
    resume: bool = True,
) -> Path:
    """Fine-tune a model on prompts and completions.

    Args:
        model: Start point: a local folder or a hub id.
        data: Rows with `prompt` and `completion`, or `messages`, or `text`.
        out: Folder of the stage; `checkpoints/` and `model/` are made in it.
        arguments: TRL's own names for `SFTConfig`, and `chat_template_kwargs` (a table, such as
            `{enable_thinking = false}`), which TRL takes as a column.
        seed: Of data order and dropout.
        log: Metrics go there, under the stage `sft`.
        lora: peft's own names for `LoraConfig`; None: all parameters are trained.
        resume: Go on from the last whole checkpoint in `out`; otherwise they are removed.

    Returns:
        `out/model`.

    Raises:
        UsageError: An argument cannot be, or `out` holds another request's checkpoints.
        DataError: The rows are not fit for SFT.
    """
    if (out / "model").exists() and resume:
        return out / "model"
    from crossfade_train._trl import Training

    training = Training(
        "sft", model=model, data=data, out=out, arguments=arguments, seed=seed, log=log, lora=lora,
        resume=resume,
    )  # fmt: skip
    trainer = _trainer(training)
    training.train(trainer)
    return training.finish(trainer)


def _trainer(training: Training) -> Any:
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    from crossfade_train._trl import Repeatable

    given = _DEFAULTS | dict(training.arguments)
    template = given.pop("chat_template_kwargs", None)
    return training.trainer(
        SFTTrainer,
        args=training.configuration(SFTConfig, given),
        train_dataset=sft_data(training.data, chat_template_kwargs=template),
        callbacks=[Repeatable(training.seed)],
    )
