"""The end of a stage: a model that anyone can load, in one move.

With LoRA, `out/adapter` holds the adapter and `out/model` the base with the adapter merged into it,
so that the next stage and the evaluation start from a plain model, whatever trained it; in GRPO
the model with its adapter switched off is then the very start point, as KL wants it.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

from crossfade_train._trl._arguments import check_names
from crossfade_train.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def peft_config(lora: Mapping[str, Any] | None) -> Any:
    """Peft's configuration for the `[lora]` table; None without one.

    Raises:
        UsageError: A name or value cannot be.
        UnavailableError: peft is not installed.
    """
    if lora is None:
        return None
    check_names("lora", lora)
    try:
        from peft import LoraConfig
    except ImportError as error:
        raise UnavailableError(
            "[lora] needs peft, which is not installed: pip install 'crossfade-train[lora]'."
        ) from error
    try:
        return LoraConfig(**({"task_type": "CAUSAL_LM"} | dict(lora)))
    except (ValueError, TypeError) as error:
        raise UsageError(f"[lora]: {error}") from error


def finish(trainer: Any, out: Path, *, base: str, lora: bool) -> Path:
    """Save the trained model to `out/model`, which appears whole or not at all.

    Args:
        trainer: After `train`; every process calls this.
        out: The stage's folder.
        base: The start point.
        lora: Whether an adapter was trained.
    """
    adapter, partial, final = out / "adapter", out / ".model-partial", out / "model"
    alone = trainer.accelerator.is_main_process
    if alone:
        for path in (partial, adapter):
            shutil.rmtree(path, ignore_errors=True)
    trainer.accelerator.wait_for_everyone()
    trainer.save_model(str(adapter if lora else partial))
    trainer.accelerator.wait_for_everyone()
    if alone:
        if lora:
            _merge(base, adapter, partial, trainer)
        for path in (adapter, partial):
            (path / "training_args.bin").unlink(missing_ok=True)
        shutil.rmtree(final, ignore_errors=True)  # of a training that was not to be resumed
        partial.replace(final)
    trainer.accelerator.wait_for_everyone()
    return final


def _merge(base: str, adapter: Path, partial: Path, trainer: Any) -> None:
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    dtype = next(trainer.model.parameters()).dtype
    model = AutoModelForCausalLM.from_pretrained(base, dtype=dtype)
    merged = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
    merged.save_pretrained(partial)
    trainer.processing_class.save_pretrained(partial)
