"""What the dual reward costs a GRPO step: the same run with it, and with its rewards replayed.

    uv run python benchmarks/grpo_reward.py
    uv run python benchmarks/grpo_reward.py --model smollm2-135m --prompts 64 --tokens 256   # a GPU

The start point is fine-tuned a little first, so that rollouts compile as they do in a real run.
Then rounds of two runs each: one with real Lean (no verdict cache), one in which a constant stands
in for every check: the rewards that the first run got, handed out at once. Both take the same
arithmetic over the same rollouts, so step i of one is compared with step i of the other. The first
step of each run warms up and is left out.

Prints step times, the ratio of their paired steps (median, quartiles), the same of processor time
(children included), and the share of a step spent waiting for the reward. Wanted: median ratio at
most 1.10 on Peano.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

# two threads that spin for each other stall where the machine has other work
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from transformers import TrainerCallback

import crossfade_train.grpo as stage
import crossfade_train.reward as reward_module
from crossfade_train.data import DataRef
from crossfade_train.models import resolve
from crossfade_train.recipe import RewardTable
from crossfade_train.reward import DualReward
from crossfade_train.run import MetricsLog, read_metrics
from crossfade_train.sft import train_sft
from leaneval.peano import generate

REWARDS: list[list[float | None]] = []


class Recorded(DualReward):
    """Keeps what it hands out."""

    async def __call__(self, **given: Any) -> list[float | None]:
        REWARDS.append(await super().__call__(**given))
        return REWARDS[-1]


class Replayed(DualReward):
    """Hands out what was kept; starts nothing."""

    def __enter__(self) -> Replayed:
        self.call = 0
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def begin(self, finished: Any) -> None:
        pass

    async def __call__(self, **given: Any) -> list[float | None]:
        self.call += 1
        return REWARDS[self.call - 1]


class Clock(TrainerCallback):  # type: ignore[misc]
    """Wall and processor seconds of every step."""

    def __init__(self) -> None:
        self.steps: list[tuple[float, float]] = []

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self.started = time.perf_counter(), processor_seconds()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        wall, processor = self.started
        self.steps.append((time.perf_counter() - wall, processor_seconds() - processor))


def processor_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def write(path: Path, rows: list[dict[str, Any]]) -> DataRef:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return DataRef(str(path))


def data(folder: Path, sft: int, rl: int) -> tuple[DataRef, DataRef]:
    rows = [
        {
            "prompt": [{"role": "user", "content": f"Problem: {problem.informal}"}],
            "completion": [{"role": "assistant", "content": problem.reference}],
            "id": problem.id,
            "problem": problem.informal,
            "reference": problem.reference,
        }
        for problem in generate(sft + rl, seed=2026)
    ]
    return write(folder / "sft.jsonl", rows[:sft]), write(folder / "rl.jsonl", rows[sft:])


def one_run(
    kind: type[DualReward], out: Path, model: str, rows: DataRef, given: argparse.Namespace
) -> tuple[list[tuple[float, float]], list[float]]:
    clock = Clock()
    whole = stage._trainer

    def timed(*arguments: Any) -> Any:
        trainer = whole(*arguments)
        trainer.add_callback(clock)
        return trainer

    reward_module.DualReward, stage._trainer = kind, timed  # type: ignore[misc]
    try:
        stage.train_grpo(
            model=model,
            data=rows,
            out=out,
            seed=1,
            arguments={
                "max_steps": given.steps + 1,
                "per_device_train_batch_size": given.batch or given.prompts * given.generations,
                "generation_batch_size": given.prompts * given.generations,
                "gradient_accumulation_steps": 1
                if not given.batch
                else given.prompts * given.generations // given.batch,
                "num_generations": given.generations,
                "max_completion_length": given.tokens,
                "learning_rate": 2e-4 if given.model == "peano-base" else 1e-5,
                "lr_scheduler_type": "constant",
                "beta": 0.01,
                "entropy_coef": 0.001,
                "scale_rewards": "none",
                "save_strategy": "no",
            },
            reward=RewardTable(partial=0.5, cache="off"),
            log=MetricsLog(out / "metrics.jsonl"),
        )
    finally:
        reward_module.DualReward, stage._trainer = DualReward, whole  # type: ignore[misc]
    waits = [
        values.get("reward_wait_seconds", 0.0)
        for values in read_metrics(out / "metrics.jsonl").values()
        if "step_time" in values
    ]
    return clock.steps[1:], waits[1:]


def spread(values: list[float]) -> str:
    low, middle, high = statistics.quantiles(values, n=4)
    return f"{middle:.3f} (quartiles {low:.3f} to {high:.3f}, n = {len(values)})"


def request() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="peano-base")
    parser.add_argument("--prompts", type=int, default=32)
    parser.add_argument("--generations", type=int, default=8)
    parser.add_argument("--tokens", type=int, default=64)
    parser.add_argument("--batch", type=int, default=0, help="samples a backward pass; 0: all")
    parser.add_argument("--steps", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--sft-steps", type=int, default=120)
    parser.add_argument("--sft-model", help="a fine-tuned start point; skips the fine-tuning")
    parser.add_argument("--threads", type=int, default=0, help="of torch; 0: its own choice")
    return parser.parse_args()


def fine_tuned(folder: Path, rows: DataRef, given: argparse.Namespace) -> str:
    """A start point whose rollouts compile as they do in a real run."""
    model = train_sft(
        model=str(resolve(given.model, out=folder / "base")),
        data=rows,
        out=folder / "sft",
        seed=1,
        arguments={
            "max_steps": given.sft_steps,
            "per_device_train_batch_size": 16,
            "learning_rate": 1.5e-3 if given.model == "peano-base" else 1e-4,
            "save_strategy": "no",
        },
        log=MetricsLog(folder / "sft" / "metrics.jsonl"),
    )
    return str(model)


@dataclass
class Measured:
    """Paired steps (wall and processor seconds; real rewards, replayed ones) of all rounds."""

    pairs: list[tuple[tuple[float, float], tuple[float, float]]] = field(default_factory=list)
    waits: list[float] = field(default_factory=list)
    last: dict[str, Any] = field(default_factory=dict)


def measure(folder: Path, given: argparse.Namespace) -> Measured:
    sft, rl = data(folder, 600, given.prompts * (given.steps + 1))
    model = given.sft_model or fine_tuned(folder, sft, given)
    found = Measured()
    for number in range(given.rounds):
        REWARDS.clear()
        dual, waits = one_run(Recorded, folder / f"dual{number}", model, rl, given)
        fixed, _ = one_run(Replayed, folder / f"fixed{number}", model, rl, given)
        found.pairs += zip(dual, fixed, strict=True)
        found.waits += [wait / wall for wait, (wall, _) in zip(waits, dual, strict=True)]
    found.last = read_metrics(folder / "dual0" / "metrics.jsonl")["grpo", given.steps]
    return found


def show(found: Measured, given: argparse.Namespace) -> None:
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else platform.processor()
    last = found.last
    print(f"{given.model}, {given.prompts} x {given.generations}, {given.tokens} tokens at most")
    print(f"{device or platform.machine()}, {os.cpu_count()} cores, "
          f"{torch.get_num_threads()} threads of torch, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    print(f"compile rate {last['compile_rate']:.2f}, distinct {last['distinct_share']:.2f}, "
          f"unavailable {last['share_unavailable']:.2f}")  # fmt: skip
    print(f"step, dual reward         {spread([d[0] for d, _ in found.pairs])} s")
    print(f"step, rewards replayed    {spread([f[0] for _, f in found.pairs])} s")
    print(f"dual / replayed           {spread([d[0] / f[0] for d, f in found.pairs])}")
    print(f"the same, processor time  {spread([d[1] / f[1] for d, f in found.pairs])}")
    print(f"share of a step waiting   {spread(found.waits)}")


def main() -> None:
    given = request()
    if given.threads:
        torch.set_num_threads(given.threads)
    with tempfile.TemporaryDirectory() as name:
        found = measure(Path(name), given)
    show(found, given)


if __name__ == "__main__":
    main()
