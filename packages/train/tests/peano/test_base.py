"""The shipped base and the way it was made."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from crossfade_train.peano import BASE, dialect, make_base
from crossfade_train.peano._corpus import Pair, base_pairs
from crossfade_train.peano._pretrain import _collate, _row
from crossfade_train.peano._tokenizer import train_tokenizer
from crossfade_train.recipe import BaseTable
from crossfade_train.run import MetricsLog, read_metrics
from leaneval import peano

TINY = BaseTable(
    vocabulary=400, hidden_size=32, layers=1, heads=2, kv_heads=1, head_size=16,
    intermediate_size=48, pairs=640, epochs=3, batch_size=64, learning_rate=5e-3,
)  # fmt: skip


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(BASE)


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """What the shipped base was raised on."""
    table = BaseTable()
    return base_pairs(table.pairs, target_share=table.target_share, seed=0)


def test_the_shipped_tokenizer_is_the_one_the_data_make(tokenizer, pairs) -> None:
    again = train_tokenizer((text for pair in pairs for text in pair), BaseTable().vocabulary)
    assert again.get_vocab() == tokenizer.get_vocab()
    assert again.chat_template == tokenizer.chat_template


def test_any_text_comes_back(tokenizer) -> None:
    for text in ("Show that 3nk + 12 ≡ 5 (mod 7).", "∀ ε > 0, ∃ δ", "日本語 \n\t x", ""):
        assert tokenizer.decode(tokenizer(text)["input_ids"]) == text


def test_letters_of_a_product_are_tokens_of_their_own(tokenizer) -> None:
    assert tokenizer.tokenize("Show that 3nk is even.")[3:6] == ["Ġ3", "n", "k"]


def test_the_template_shows_question_and_answer_and_no_instruction(tokenizer) -> None:
    messages = [
        {"role": "system", "content": peano.INSTRUCTION},
        {"role": "user", "content": "Problem: Show that 2 is even."},
    ]
    text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    assert text == "<|user|>Problem: Show that 2 is even.<|assistant|>"
    answer = [*messages, {"role": "assistant", "content": "theorem goal"}]
    whole = tokenizer.apply_chat_template(answer, tokenize=False)
    assert whole == f"{text}theorem goal<|end|>"


def test_the_shipped_model_is_small_and_greedily_writes_theorems(tokenizer) -> None:
    model = AutoModelForCausalLM.from_pretrained(BASE)
    assert model.dtype == torch.float32
    assert 600_000 < sum(p.numel() for p in model.parameters()) < 700_000
    problems = peano.development_problems(8)
    prompts = [
        tokenizer.apply_chat_template(
            [{"role": "user", "content": peano.prompt(p)}],
            tokenize=False,
            add_generation_prompt=True,
        )
        for p in problems
    ]
    batch = tokenizer(prompts, return_tensors="pt", padding=True)
    with torch.no_grad():
        said = model.generate(
            batch["input_ids"], attention_mask=batch["attention_mask"], do_sample=False,
            max_new_tokens=64,
        )  # fmt: skip
    texts = tokenizer.batch_decode(said[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)
    assert all(text.startswith("theorem goal") and text.endswith(":= by sorry") for text in texts)


def test_a_base_can_be_made_learns_and_repeats(tmp_path: Path) -> None:
    made = [
        make_base(
            out=tmp_path / name, table=TINY, seed=1, log=MetricsLog(tmp_path / f"{name}.jsonl")
        )
        for name in ("one", "two")
    ]
    digests = {hashlib.sha256((m / "model.safetensors").read_bytes()).hexdigest() for m in made}
    assert len(digests) == 1
    steps = read_metrics(tmp_path / "one.jsonl")
    *_, last = steps.values()
    assert last["loss"] < 0.75 * math.log(TINY.vocabulary), "no better than a guess"
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == ["model"]


def test_the_shipped_base_was_raised_on_these_pairs(tokenizer, pairs) -> None:
    """As docs/peano-log.md says of its making: 0.024 a token on them, more on other problems."""
    model = AutoModelForCausalLM.from_pretrained(BASE)
    held_out = [
        Pair(peano.prompt(p), dialect(p.reference)) for p in peano.development_problems(256)
    ]
    read, unread = (_loss(model, tokenizer, some) for some in (pairs[:256], held_out))
    assert 0.015 < read < 0.03 < unread < 0.05


def _loss(model: torch.nn.Module, tokenizer, pairs: Sequence[Pair]) -> float:
    """Mean negative log-likelihood of the answers, a token."""
    rows = [_row(tokenizer, pair) for pair in pairs]
    with torch.no_grad():
        return float(model(**_collate(rows, tokenizer.pad_token_id)).loss)
