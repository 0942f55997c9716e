"""What is refused before anything expensive: each with rule, value and remedy."""

from __future__ import annotations

import json
import shutil
import struct
from collections import namedtuple
from pathlib import Path

import pytest

from crossfade_train.errors import DataError, UnavailableError, UsageError
from crossfade_train.peano import BASE
from crossfade_train.recipe import load_recipe
from crossfade_train.run import Artefact, check_checkpoint, look, plan, run
from crossfade_train.run._preflight import preflight

Usage = namedtuple("Usage", "total used free")
ALL = {"base", "pool", "splits", "sft", "grpo", "evaluate"}


def checkpoint(folder: Path, *, kind="Qwen3ForCausalLM", shape=(8, 4), vocab=8) -> Path:
    folder.mkdir()
    config = {"architectures": [kind], "vocab_size": vocab, "hidden_size": 4}
    (folder / "config.json").write_text(json.dumps(config))
    (folder / "tokenizer_config.json").write_text("{}")
    size = 2 * shape[0] * shape[1]
    entry = {"dtype": "F16", "shape": list(shape), "data_offsets": [0, size]}
    header = json.dumps({"model.embed_tokens.weight": entry}).encode()
    weights = struct.pack("<Q", len(header)) + header + bytes(size)
    (folder / "model.safetensors").write_bytes(weights)
    return folder


def refusal(folder: Path) -> str | None:
    """Why a checkpoint is refused; None where it passes."""
    try:
        check_checkpoint(folder)
    except DataError as error:
        return str(error)
    return None


def test_a_whole_checkpoint_passes_and_one_that_lacks_a_file_does_not(tmp_path: Path):
    folder = checkpoint(tmp_path / "m")
    for lost in (None, "config.json", "tokenizer_config.json", "model.safetensors", None):
        if lost is None:
            assert refusal(folder) is None
            continue
        (folder / lost).rename(tmp_path / lost)
        assert "A checkpoint needs" in (refusal(folder) or "")
        (tmp_path / lost).rename(folder / lost)


def test_the_shipped_base_passes():
    assert refusal(BASE) is None


def test_another_kind_of_model_is_refused(tmp_path: Path):
    with pytest.raises(DataError, match=r"causal language model.*BertForMaskedLM"):
        check_checkpoint(checkpoint(tmp_path / "m", kind="BertForMaskedLM"))


def test_weights_of_another_architecture_are_refused(tmp_path: Path):
    with pytest.raises(DataError, match=r"embedding is \[8, 4\], config.json says \[9, 4\]"):
        check_checkpoint(checkpoint(tmp_path / "m", vocab=9))


def test_torn_weights_are_refused(tmp_path: Path):
    folder = checkpoint(tmp_path / "m")
    (folder / "model.safetensors").write_bytes(b"\x10\0\0\0\0\0\0\0{")
    with pytest.raises(DataError, match="must be whole"):
        check_checkpoint(folder)


@pytest.mark.parametrize(
    ("lost", "said"),
    [
        ("config.json", "needs config.json"),
        ("tokenizer_config.json", "needs its tokenizer"),
        ("model.safetensors", "no safetensors file"),
    ],
)
def test_a_missing_file_is_named(tmp_path: Path, lost: str, said: str):
    folder = checkpoint(tmp_path / "m")
    (folder / lost).unlink()
    with pytest.raises(DataError, match=said):
        check_checkpoint(folder)


def test_a_full_disk_is_refused_with_what_is_needed(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(10**12, 10**12, 10**9))
    with pytest.raises(UnavailableError, match=r"about 180\.0 GB .*1\.0 GB are free.*--out"):
        preflight(load_recipe("peano"), ALL, tmp_path / "new", 180.0, ray=False)


def test_what_a_killed_attempt_holds_is_not_asked_for_again(tmp_path: Path, monkeypatch):
    changes = {"conditions": ["base"], "rates.gigabytes": {"evaluate": 2.0}}
    recipe = load_recipe("peano", changes | {"evaluate.checker": "lean:/no/such/lean"})
    asked = plan(recipe, model=Artefact(str(BASE), "b"))
    outlook = look(recipe, asked, tmp_path)
    folder = outlook.store.folder(outlook.requests["evaluate-base"]) / "checkpoint-7"
    folder.mkdir(parents=True)
    with (folder / "model.safetensors").open("wb") as file:
        file.truncate(1_500_000_000)  # of which the disk holds nothing
    assert outlook.there == [1.5]
    for free, said in ((3e8, r"about 0\.5 GB more .*0\.3 GB are free"), (6e8, "needs its checker")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: Usage(10**12, 0, free))
        with pytest.raises(UnavailableError, match=said):
            run(recipe, asked, tmp_path, quiet=True)


def test_missing_gpus_are_refused(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("crossfade_train.run._preflight.gpus", list)
    recipe = load_recipe("smollm2-135m")
    with pytest.raises(UnavailableError, match=r"need 1 GPUs.*this machine has 0"):
        preflight(recipe, ALL, tmp_path, 0.0, ray=False)


def test_an_unknown_checker_is_a_bad_request(tmp_path: Path):
    recipe = load_recipe("peano", {"reward.checker": "embeded"})
    with pytest.raises(UsageError, match=r"\[reward\].*embeded"):
        preflight(recipe, {"grpo"}, tmp_path, 0.0, ray=False)


def test_an_unavailable_checker_stops_the_run_before_any_stage(tmp_path: Path):
    recipe = load_recipe("peano", {"reward.checker": "lean:/no/such/lean"})
    with pytest.raises(UnavailableError, match=r"\[reward\] needs its checker"):
        run(recipe, plan(recipe), tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


def test_a_dead_vllm_server_stops_the_run_before_any_stage(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("crossfade_train.run._preflight.find_spec", lambda _: object())
    server = {"use_vllm": True, "vllm_mode": "server", "vllm_server_port": 1}
    recipe = load_recipe("peano", {f"grpo.{key}": value for key, value in server.items()})
    with pytest.raises(UnavailableError, match=r"127\.0\.0\.1:1/health does not answer"):
        run(recipe, plan(recipe), tmp_path / "run", quiet=True)
    assert not (tmp_path / "run").exists()


def test_a_package_that_is_not_installed_is_named_with_its_extra(tmp_path: Path, monkeypatch):
    monkeypatch.setattr("crossfade_train.run._preflight.find_spec", lambda _: None)
    recipe = load_recipe("peano", {"metrics.report_to": ["trackio"]})
    with pytest.raises(UsageError, match=r"needs trackio.*crossfade-train\[trackio\]"):
        preflight(recipe, ALL, tmp_path, 0.0, ray=False)


def test_attention_that_is_not_installed_is_named_before_the_data_is_made(tmp_path, monkeypatch):
    there = {"vllm", "peft"}
    monkeypatch.setattr(
        "crossfade_train.run._preflight.find_spec", lambda name: name if name in there else None
    )
    recipe = load_recipe("qwen3-8b-paper")
    with pytest.raises(UsageError, match=r"\[grpo\] attn_implementation.*pip install flash-attn"):
        preflight(recipe, ALL, tmp_path, 0.0, ray=True)
    there.add("flash_attn")
    preflight(recipe, ALL, tmp_path, 0.0, ray=True)


def test_an_unknown_accelerate_file_is_refused(tmp_path: Path):
    recipe = load_recipe("peano", {"launch.accelerate_config": "fsdp3"})
    with pytest.raises(UsageError, match=r"fsdp2, ddp.*'fsdp3'"):
        preflight(recipe, ALL, tmp_path, 0.0, ray=False)


def test_nothing_is_checked_where_nothing_is_to_run(tmp_path: Path):
    """Neither its base nor its GPUs are here, and the disk is too small, as any stage hears."""
    asked = (tmp_path, 1e9)
    with pytest.raises(UnavailableError, match=r"about 1000000000\.0 GB"):
        preflight(load_recipe("qwen3-8b-paper"), {"pool"}, *asked, ray=False)
    said = preflight(load_recipe("qwen3-8b-paper"), (), *asked, ray=False)
    assert said is None
    assert not list(tmp_path.iterdir())
