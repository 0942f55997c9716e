"""TRL's arguments: under their own names, with defaults of ours where a CPU needs others.

| argument | ours | why |
|---|---|---|
| `logging_steps` | 1 | the run folder keeps every step |
| `save_strategy`, `save_total_limit` | `steps`, 2 | a kill during a save leaves the one before |
| `save_steps` | 100 (SFT); about 20 (GRPO) | on a boundary of rollouts, which are not saved |
| `disable_tqdm` | true | progress is the run's |
| `use_cpu` | true without a GPU | as `bf16` false: no CPU gains by it here |
| `gradient_checkpointing` | false without a GPU | memory is not what a CPU run lacks |
| `dataloader_pin_memory` | false without a GPU | there is nothing to pin for |

Invariants: a value that the caller gives is passed on as it is; a process trains on one GPU,
however many it sees (`[launch] processes` is for several). Out of scope: what a value means.
"""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import CrossfadeError, DataError, UsageError
from crossfade_train.recipe import names, unknown_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_STAGES = {
    "output_dir": "the run decides where a stage writes",
    "seed": "pass it as `seed`",
    "data_seed": "pass it as `seed`",
    "resume_from_checkpoint": "a stage resumes by itself",
}
_DEFAULTS: dict[str, Any] = {
    "logging_steps": 1,
    "save_strategy": "steps",
    "save_total_limit": 2,
    "disable_tqdm": True,
    "report_to": "none",
}
_CPU: dict[str, Any] = {
    "use_cpu": True,
    "bf16": False,
    "gradient_checkpointing": False,
    "dataloader_pin_memory": False,
}


def quiet() -> None:
    """Call before TRL is imported: nothing leaves the machine unasked."""
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("TRL_EXPERIMENTAL_SILENCE", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    constants = sys.modules.get("huggingface_hub.constants")
    if constants is not None and os.environ["HF_HUB_DISABLE_TELEMETRY"] == "1":
        constants.HF_HUB_DISABLE_TELEMETRY = True  # type: ignore[attr-defined]
    import datasets
    from transformers.utils import logging

    datasets.disable_progress_bars()
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]


def check_names(table: str, given: Mapping[str, Any]) -> None:
    """Refuse a name that TRL or peft does not know, and those that a stage decides.

    Args:
        table: `sft`, `grpo` or `lora`.
        given: The arguments.

    Raises:
        UsageError: With the nearest name.
    """
    for name in given:
        if table != "lora" and name in _STAGES:
            raise UsageError(f"[{table}] must leave {name!r} alone: {_STAGES[name]}.")
        known = names(table)
        if known is not None and name not in known:
            raise UsageError(unknown_key(table, name, known))


def configuration(
    kind: type[Any], table: str, given: Mapping[str, Any], *, out: Path, seed: int
) -> Any:
    """A `SFTConfig` or `GRPOConfig`.

    Args:
        kind: The class.
        table: `sft` or `grpo`, for messages.
        given: TRL's own names.
        out: Where checkpoints go.
        seed: Of everything.

    Raises:
        UsageError: A name or a value cannot be.
    """
    check_names(table, given)
    chosen = _DEFAULTS | (_CPU if _on_cpu(given) else {}) | dict(given)
    if not chosen["report_to"]:
        chosen["report_to"] = (
            "none"  # an empty list means "all that are installed" to some versions
        )
    try:
        made = kind(output_dir=str(out), seed=seed, data_seed=seed, **chosen)
    except (ValueError, TypeError, ImportError) as error:
        raise UsageError(f"[{table}]: {error}") from error
    if made.n_gpu > 1:
        made._n_gpu = 1  # else transformers wraps the model in nn.DataParallel, which TRL refuses
    return made


@contextmanager
def explained(table: str, model: str) -> Iterator[None]:
    """What TRL refuses when it builds a trainer, in this package's errors.

    Raises:
        UsageError: Arguments do not go together.
        DataError: The model cannot be read.
    """
    try:
        yield
    except CrossfadeError:
        raise
    except (ValueError, TypeError, NotImplementedError) as error:
        raise UsageError(f"[{table}]: {error}") from error
    except OSError as error:
        raise DataError(
            f"The start point must be a model's folder or hub id that can be read, {model!r} "
            f"cannot: {error}"
        ) from error


def _on_cpu(given: Mapping[str, Any]) -> bool:
    if "use_cpu" in given:
        return bool(given["use_cpu"])
    import torch

    return not torch.accelerator.is_available()
