"""The miniature's base model: made by `make_base`, and shipped with the package.

Invariant: `out/model` appears complete or not at all, and is an ordinary Hugging Face folder
(safetensors, float32) that TRL, lm-eval and vLLM load as any other.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from crossfade_train.peano._corpus import base_pairs
from crossfade_train.peano._pretrain import blank_model, pretrain
from crossfade_train.peano._tokenizer import train_tokenizer

if TYPE_CHECKING:
    from crossfade_train.recipe import BaseTable
    from crossfade_train.run import MetricsLog

BASE = Path(__file__).with_name("base")
"""The shipped base model's folder."""


def make_base(*, out: Path, table: BaseTable, seed: int, log: MetricsLog) -> Path:
    """Make the tokenizer and the base model, and write them to `out/model`.

    Args:
        out: A folder.
        table: Sizes and training settings.
        seed: Decides data, initial weights and order.
        log: Gets the loss every 20 steps, as stage `base`.

    Returns:
        `out/model`.
    """
    pairs = base_pairs(table.pairs, target_share=table.target_share, seed=seed)
    tokenizer = train_tokenizer((text for pair in pairs for text in pair), table.vocabulary)
    torch.manual_seed(seed)
    model = blank_model(tokenizer, table)
    pretrain(model, tokenizer, pairs, table, seed=seed, log=log)
    partial, final = out / ".model-partial", out / "model"
    for folder in (partial, final):
        shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(partial)
    tokenizer.save_pretrained(partial)
    return partial.replace(final)
