"""From a reference to a folder that can be loaded, or to a message that helps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from crossfade_train.errors import DataError, UnavailableError, UsageError
from crossfade_train.models import resolve


def test_the_shipped_base_is_an_ordinary_folder() -> None:
    folder = resolve("peano-base")
    assert {"config.json", "model.safetensors", "tokenizer.json"} <= {
        path.name for path in folder.iterdir()
    }
    assert sum(path.stat().st_size for path in folder.iterdir()) < 3_000_000


def test_a_folder_that_exists_is_taken_as_it_is() -> None:
    base = resolve("peano-base")
    assert resolve(str(base)) == base


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    with pytest.raises(DataError, match=r"has no tokenizer_config.json, \*.safetensors"):
        resolve(str(tmp_path))


@pytest.mark.parametrize("reference", ["peano-bass", "./nowhere/at/all", ""])
def test_what_is_nothing_known_is_refused(reference: str) -> None:
    with pytest.raises((UsageError, DataError), match=r"smollm2-135m|must be a Hugging"):
        resolve(reference)


def test_a_revision_of_a_folder_makes_no_sense() -> None:
    with pytest.raises(UsageError, match=r"revision is of a hub id, got 'main'"):
        resolve("peano-base", revision="main")


def test_a_hub_id_that_cannot_be_had_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(UnavailableError, match=r"cannot be fetched from the hub.*or give a folder"):
        resolve("nobody/has-made-this-one")


def test_importing_is_light() -> None:
    code = "import sys, crossfade_train.models; print({'torch', 'transformers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.slow
def test_smollm2_is_the_wheels_model_and_can_be_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = resolve("smollm2-135m")
    model = AutoModelForCausalLM.from_pretrained(folder)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    asked = [{"role": "user", "content": "What is the capital of France?"}]
    ids = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_tensors="pt")
    with torch.no_grad():
        said = model.generate(**ids, max_new_tokens=12, do_sample=False)
    assert "Paris" in tokenizer.decode(said[0])
    model.save_pretrained(tmp_path / "again")
    written = (folder / "model.safetensors").stat().st_mtime_ns
    assert resolve("smollm2-135m") == folder
    assert (folder / "model.safetensors").stat().st_mtime_ns == written
