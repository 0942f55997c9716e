"""A tiny random model, rows for both stages, and runs of them. TRL and Lean are real."""

import json
from pathlib import Path

import pytest
import torch

import crossfade_train
from leaneval.peano import generate

PROBLEMS = generate(24, seed=5, depths=[0])


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    """For a whole module: what its fixtures train has as many threads as what its tests do."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def base():
    """The shipped Peano base: small, and some of what it says compiles."""
    return str(Path(crossfade_train.__file__).parent / "peano" / "base")


@pytest.fixture(scope="session")
def tiny(base, tmp_path_factory):
    """A random model of 2 layers with the base's tokenizer."""
    from transformers import AutoTokenizer, Qwen3Config, Qwen3ForCausalLM

    folder = tmp_path_factory.mktemp("tiny")
    tokenizer = AutoTokenizer.from_pretrained(base)
    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=len(tokenizer), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        num_key_value_heads=1, head_dim=16, intermediate_size=64, tie_word_embeddings=True,
        max_position_embeddings=512, attention_dropout=0.1,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id,
    )  # fmt: skip
    Qwen3ForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return str(folder)


def written(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="session")
def sft_rows(tmp_path_factory):
    rows = [
        {
            "prompt": [{"role": "user", "content": p.informal}],
            "completion": [{"role": "assistant", "content": p.reference}],
        }
        for p in PROBLEMS
    ]
    return written(tmp_path_factory.mktemp("rows") / "sft.jsonl", rows)


@pytest.fixture(scope="session")
def grpo_rows(tmp_path_factory):
    rows = [
        {
            "prompt": [{"role": "user", "content": f"Problem: {p.informal}"}],
            "id": p.id,
            "problem": p.informal,
            "reference": p.reference,
            "header": None,
        }
        for p in PROBLEMS[:8]
    ]
    return written(tmp_path_factory.mktemp("rows") / "grpo.jsonl", rows)


def weights(folder):
    from safetensors.torch import load_file

    return load_file(folder / "model.safetensors")


def same(one, other):
    """Whether two models are equal bit by bit."""
    a, b = weights(one), weights(other)
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


@pytest.fixture
def bitwise():
    return same


class Killed(BaseException):
    """In the place of a kill: nothing of the stage's own code runs after it."""


@pytest.fixture
def killed_at(monkeypatch):
    """Kill the stage once it has written metrics of a step."""

    def arm(log, step):
        write = log.write

        def deadly(stage, number, values):
            write(stage, number, values)
            if number == step:
                raise Killed

        monkeypatch.setattr(log, "write", deadly)
        return Killed

    return arm
