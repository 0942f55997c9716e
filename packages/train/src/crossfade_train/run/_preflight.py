"""What must hold before anything expensive: disk, devices, packages, checkpoint, checker, server.

Each check raises an error with the rule, the value and the remedy. Invariant: nothing here writes
into the run folder. Out of scope: data columns and overlaps, which the splits stage checks in
seconds, and TRL's values.
"""

from __future__ import annotations

import json
import shutil
import struct
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import DataError, UnavailableError, UsageError
from crossfade_train.run._environment import gpus
from crossfade_train.run._execute import config_file
from crossfade_train.run._server import address, must_answer
from crossfade_train.run._stage import TRAINING

if TYPE_CHECKING:
    from collections.abc import Collection

    from crossfade_train.recipe import LaunchTable, Recipe

_LEAST_GIGABYTES = 0.2


def preflight(recipe: Recipe, kinds: Collection[str], run: Path, disk: float, *, ray: bool) -> None:
    """Check what the pending stages will need.

    Args:
        recipe: The run's.
        kinds: Of the stages that must run; nothing is checked for the others.
        run: The run folder, or where it will be.
        disk: Gigabytes that the stages need besides what they hold.
        ray: Stages run on a cluster, whose machines are not looked at.

    Raises:
        UsageError: The recipe asks for what is not installed here.
        DataError: The base checkpoint is not whole or of another kind.
        UnavailableError: Disk, device, checker or server are not there.
    """
    if not kinds:
        return
    _disk(run, disk)
    _packages(recipe, kinds)
    _base(recipe.model.base)
    if ray:
        return
    if (TRAINING | {"evaluate"}) & set(kinds):
        _devices(recipe.launch)
    if "grpo" in kinds:
        url = address(recipe.grpo)
        if url and recipe.launch.vllm_command is None:
            must_answer(url)
        _checker("reward", recipe.reward.checker, recipe.reward.judge, recipe.reward.profile)
    if "evaluate" in kinds:
        checker = recipe.evaluate.checker or recipe.reward.checker
        judge = recipe.evaluate.judge or recipe.reward.judge
        _checker("evaluate", checker, judge, recipe.reward.profile)


def _disk(run: Path, needed: float) -> None:
    place = run
    while not place.exists():
        place = place.parent
    free = shutil.disk_usage(place).free / 1e9
    needed = max(needed, _LEAST_GIGABYTES)
    if free < needed:
        raise UnavailableError(
            f"The run needs about {needed:.1f} GB more on the disk of {place}: {free:.1f} GB are "
            "free. Free space, or name a folder on another disk with --out."
        )


def _packages(recipe: Recipe, kinds: Collection[str]) -> None:
    training = TRAINING & set(kinds)
    vllm = (recipe.grpo.get("use_vllm") and "grpo" in kinds) or (
        recipe.evaluate.backend == "vllm" and "evaluate" in kinds
    )
    for wanted, module, extra in (
        (recipe.lora is not None and training, "peft", "lora"),
        (vllm, "vllm", "vllm"),
        *((training and name, name, name) for name in recipe.metrics.report_to),
    ):
        if wanted and find_spec(module) is None:
            raise UsageError(
                f"This recipe needs {module}, which is not installed: "
                f"pip install 'crossfade-train[{extra}]'."
            )
    _attention(recipe, training)
    config = recipe.launch.accelerate_config
    if config is not None and not config_file(config).is_file():
        raise UsageError(
            f"[launch] accelerate_config must be a shipped name (fsdp2, ddp) or a file: {config!r} "
            "is neither."
        )


def _attention(recipe: Recipe, training: Collection[str]) -> None:
    for kind in sorted(training):
        table = recipe.sft if kind == "sft" else recipe.grpo
        wanted = (table.get("model_init_kwargs") or {}).get("attn_implementation")
        if wanted == "flash_attention_2" and not any(map(find_spec, ("flash_attn", "kernels"))):
            raise UsageError(
                f"[{kind}] attn_implementation = {wanted!r} needs flash-attn (or kernels, which "
                "fetches it from the hub), and neither is installed: pip install flash-attn "
                "--no-build-isolation."
            )


def _devices(launch: LaunchTable) -> None:
    needed = launch.gpus + launch.vllm_gpus
    found = gpus() if needed else []
    if len(found) < needed:
        raise UnavailableError(
            f"The recipe's stages need {needed:g} GPUs ([launch] gpus and vllm_gpus): this machine "
            f"has {len(found)}. Run it there where they are, or lower [launch] with --set."
        )


def _checker(table: str, checker: str, judge: str, profile: str) -> None:
    from leaneval.errors import LeanevalError
    from leaneval.errors import UsageError as LeanevalUsage
    from leaneval.preflight import preflight as try_controls
    from leaneval.profile import profile_of
    from leaneval.settings import Settings

    try:
        try_controls(Settings(checker=checker, judge=judge), profile_of(profile))
    except LeanevalUsage as error:
        raise UsageError(f"[{table}]: {error}") from error
    except LeanevalError as error:
        raise UnavailableError(f"[{table}] needs its checker and judge: {error}") from error


def _base(reference: str | None) -> None:
    path = Path(reference).expanduser() if reference else None
    if path is not None and path.is_dir():
        check_checkpoint(path)


def check_checkpoint(folder: Path) -> None:
    """Whether a folder holds a causal language model whose weights fit its configuration.

    Raises:
        DataError: A file is missing, the architecture is another, or the sizes do not agree.
    """
    config = _config(folder)
    kinds = config.get("architectures") or []
    if not any(str(kind).endswith("ForCausalLM") for kind in kinds):
        raise DataError(
            f"A checkpoint must be a causal language model: {folder}/config.json says {kinds}. "
            "Name a folder that `save_pretrained` of such a model wrote."
        )
    if not (folder / "tokenizer_config.json").is_file():
        raise DataError(
            f"A checkpoint needs its tokenizer: {folder} has no tokenizer_config.json. Save the "
            "tokenizer there (`tokenizer.save_pretrained`)."
        )
    shapes = _embedding(folder)
    wanted = [config.get("vocab_size"), config.get("hidden_size")]
    if shapes is not None and all(wanted) and shapes != wanted:
        raise DataError(
            f"A checkpoint's weights must fit its configuration: in {folder} the embedding is "
            f"{shapes}, config.json says {wanted}. The files are of different models; copy "
            "the whole folder again."
        )


def _config(folder: Path) -> dict[str, Any]:
    path = folder / "config.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(
            f"A checkpoint needs config.json: {path}: {error}. Name a folder that "
            "`save_pretrained` wrote."
        ) from error
    return found if isinstance(found, dict) else {}


def _embedding(folder: Path) -> list[int] | None:
    """The shape of the token embedding, from the header of a safetensors file."""
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        if (folder / "adapter_config.json").is_file() or list(folder.glob("*.bin")):
            return None
        raise DataError(
            f"A checkpoint needs weights: {folder} has no safetensors file. A training that was "
            "killed leaves none; its finished model is in `model`."
        )
    for path in files:
        with path.open("rb") as file:
            try:
                (length,) = struct.unpack("<Q", file.read(8))
                header = json.loads(file.read(length))
            except (struct.error, ValueError, MemoryError, OverflowError) as error:
                raise DataError(
                    f"A checkpoint's weights must be whole: {path} is not ({error}). Copy it again."
                ) from error
        for name, entry in header.items():
            if name.endswith("embed_tokens.weight"):
                return list(entry["shape"])
    return None
