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
    from crossfade_train._trl import (
        Checkpoints,
        Metrics,
        Repeatable,
        configuration,
        explained,
        finish,
        peft_config,
        quiet,
    )

    quiet()
    from transformers import PrinterCallback
    from trl.trainer.sft_config import SFTConfig
    from trl.trainer.sft_trainer import SFTTrainer

    request = {
        "stage": "sft",
        "model": model,
        "data": str(data),
        "seed": seed,
        "arguments": dict(arguments),
        "lora": lora,
    }
    checkpoints = Checkpoints(out, request)
    given = _DEFAULTS | dict(arguments)
    template = given.pop("chat_template_kwargs", None)
    config = configuration(SFTConfig, "sft", given, out=checkpoints.folder, seed=seed)
    adapter = peft_config(lora)
    checkpoints.sweep(keep=resume)
    last = checkpoints.last()
    rows = sft_data(data, chat_template_kwargs=template)
    with explained("sft", model):
        trainer = SFTTrainer(
            model=model,
            args=config,
            train_dataset=rows,
            peft_config=adapter,
            callbacks=[Repeatable(seed), Metrics(log, "sft"), checkpoints],
        )
    trainer.remove_callback(PrinterCallback)
    trainer.train(resume_from_checkpoint=str(last) if last else None)
    return finish(trainer, out, base=model, lora=lora is not None)
