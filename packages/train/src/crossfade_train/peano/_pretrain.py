"""Raises the miniature's base model from nothing, in a plain loop.

Invariant: on one machine and thread count the same table and seed give the same weights. The loss
is the answer's alone. Out of scope: the stages that the study is about, which are TRL's.
"""

from __future__ import annotations

import math
import random
from typing import TYPE_CHECKING

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from transformers import PreTrainedTokenizerFast

    from crossfade_train.peano._corpus import Pair
    from crossfade_train.recipe import BaseTable
    from crossfade_train.run import MetricsLog

_IGNORED = -100
_NEAR = 20
"""Batches that share one sorting by length: little padding, still a random order."""


def blank_model(tokenizer: PreTrainedTokenizerFast, table: BaseTable) -> Qwen3ForCausalLM:
    """The architecture with random weights; call `torch.manual_seed` before."""
    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=table.hidden_size,
        num_hidden_layers=table.layers,
        num_attention_heads=table.heads,
        num_key_value_heads=table.kv_heads,
        head_dim=table.head_size,
        intermediate_size=table.intermediate_size,
        max_position_embeddings=1024,
        tie_word_embeddings=True,
        pad_token_id=tokenizer.pad_token_id,
        eos_token_id=tokenizer.eos_token_id,
        bos_token_id=None,
        dtype="float32",
    )
    return Qwen3ForCausalLM(config)  # type: ignore[no-untyped-call]


def pretrain(
    model: Qwen3ForCausalLM,
    tokenizer: PreTrainedTokenizerFast,
    pairs: Sequence[Pair],
    table: BaseTable,
    *,
    seed: int,
    log: MetricsLog,
) -> None:
    """Train in place: AdamW, linear warm-up over 5 % of the steps, then a cosine to nothing."""
    rows = [_row(tokenizer, pair) for pair in pairs]
    steps = math.ceil(len(rows) / table.batch_size) * table.epochs
    optimiser = torch.optim.AdamW(
        model.parameters(), lr=table.learning_rate, betas=(0.9, 0.98), weight_decay=0.05
    )
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: _rate(step, steps))
    model.train()
    batches = _batches(rows, table.batch_size, table.epochs, random.Random(f"base order {seed}"))
    for step, batch in enumerate(batches, 1):
        loss = model(**_collate(batch, tokenizer.pad_token_id)).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        optimiser.zero_grad()
        if step % 20 == 0 or step == steps:
            log.write("base", step, {"loss": loss.item(), "epoch": step * table.epochs / steps})
    model.eval()  # type: ignore[no-untyped-call]


def _rate(step: int, steps: int) -> float:
    warm = max(1, steps // 20)
    return min((step + 1) / warm, 0.5 + 0.5 * math.cos(math.pi * min(1.0, step / steps)))


def _row(tokenizer: PreTrainedTokenizerFast, pair: Pair) -> tuple[list[int], int]:
    """Token ids, and how many of them are the prompt's."""
    asked = [{"role": "user", "content": pair.prompt}]
    answered = [*asked, {"role": "assistant", "content": pair.answer}]
    texts = (
        tokenizer.apply_chat_template(asked, tokenize=False, add_generation_prompt=True),
        tokenizer.apply_chat_template(answered, tokenize=False),
    )
    start, whole = (tokenizer(text, add_special_tokens=False)["input_ids"] for text in texts)
    assert whole[: len(start)] == start
    return whole, len(start)


def _batches(
    rows: Sequence[tuple[list[int], int]], size: int, epochs: int, rng: random.Random
) -> Iterator[list[tuple[list[int], int]]]:
    for _ in range(epochs):
        order = rng.sample(range(len(rows)), len(rows))
        chunks = [order[i : i + size * _NEAR] for i in range(0, len(order), size * _NEAR)]
        order = [i for chunk in chunks for i in sorted(chunk, key=lambda i: len(rows[i][0]))]
        batches = [order[i : i + size] for i in range(0, len(order), size)]
        rng.shuffle(batches)
        yield from ([rows[i] for i in batch] for batch in batches)


def _collate(batch: Sequence[tuple[list[int], int]], pad: int) -> dict[str, torch.Tensor]:
    longest = max(len(ids) for ids, _ in batch)
    ids = torch.tensor([ids + [pad] * (longest - len(ids)) for ids, _ in batch])
    mask = torch.tensor([[1] * len(ids) + [0] * (longest - len(ids)) for ids, _ in batch])
    labels = torch.where(mask.bool(), ids, _IGNORED)
    for row, (_, start) in zip(labels, batch, strict=True):
        row[:start] = _IGNORED
    return {"input_ids": ids, "attention_mask": mask, "labels": labels}
