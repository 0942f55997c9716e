"""The tables that a single stage reads: base model, reward, evaluation.

Each is handed whole to its stage, and is part of that stage's key: change a value here and the
stage, with all that depends on it, runs again.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from crossfade_train.recipe._table import Table

Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=1)]


class BaseTable(Table):
    """How a small base model is made from nothing: architecture, tokenizer, pre-training."""

    vocabulary: Annotated[int, Field(ge=300)] = 640
    """Most tokens that the byte-level BPE tokenizer may have."""
    hidden_size: Count = 128
    layers: Count = 3
    heads: Count = 4
    kv_heads: Count = 2
    head_size: Count = 32
    intermediate_size: Count = 384
    pairs: Count = 14_000
    """Pre-training pairs of English and Lean."""
    target_share: Share = 0.1
    """Share of the pairs in the real dialect; the rest is in a look-alike that never compiles."""
    epochs: Count = 4
    batch_size: Count = 64
    learning_rate: Annotated[float, Field(gt=0)] = 3e-3
    """At its peak."""


class RewardTable(Table):
    """The reward: leaneval's dual score, and when to stop trusting it."""

    checker: str = "embedded"
    """A checker spec of leaneval."""
    judge: str = "defeq"
    """A judge spec of leaneval."""
    profile: str = "peano"
    """The Lean world of the prompts' references: `peano` or `mathlib`."""
    partial: Annotated[float, Field(ge=0, le=0.5)] = 0.0
    """Most that a compiling statement can earn by its likeness to the reference; 0: none."""
    unavailable_limit: Share = 0.05
    """Share of rewards that may be unavailable before training ends."""
    window: Count = 10
    """Reward calls over which that share is taken."""
    deadline: Annotated[float, Field(gt=0)] = 600.0
    """Seconds a reward call may take; what is missing then is unavailable. Must lie below the
    process group's timeout (`ddp_timeout`, 1,800 s)."""
    workers: Count | None = None
    """Lean processes at once on a node; none: from cores and memory."""
    batch_size: Count = 200
    """Statements a Lean file."""
    time_limit: Annotated[float, Field(gt=0)] = 10.0
    """Seconds that one statement may take alone."""
    judge_concurrency: Count = 32
    """LLM judge calls at once."""
    cache: str | None = None
    """Folder of the verdict and score caches; none: the user's; `off`: no cache."""


class EvaluateTable(Table):
    """The evaluation, the same for every condition."""

    tasks: Annotated[tuple[str, ...], Field(min_length=1)] = ("peano_dual",)
    """lm-eval tasks."""
    backend: Literal["hf", "vllm"] = "hf"
    """lm-eval's model class."""
    repeats: Count = 8
    """Rollouts a problem."""
    temperature: Annotated[float, Field(ge=0)] = 1.0
    top_p: Annotated[float, Field(gt=0, le=1)] = 1.0
    max_gen_toks: Count = 256
    batch_size: Count | Literal["auto"] = 64
    """Sequences at once."""
    limit: Count | None = None
    """First so many problems of each task; none: all."""
    seed: Annotated[int, Field(ge=0)] = 0
    """Of the generation. The same for every condition and every seed of the recipe, so that
    differences between conditions carry less of the sampling's noise."""
    checker: str | None = None
    """None: the task's own."""
    judge: str | None = None
    """None: the task's own."""
    model_args: dict[str, Any] = Field(default_factory=dict)
    """The model class's own arguments (`dtype`, `gpu_memory_utilization`, ...)."""
    settings: dict[str, Any] = Field(default_factory=dict)
    """Further settings of leaneval, under its own names."""
