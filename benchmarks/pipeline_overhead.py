"""What the pipeline itself costs, and whether checking overlaps judging.

    uv run python benchmarks/pipeline_overhead.py

1. 4,000 distinct rollouts (500 problems x 8) with an instant checker and judge: wall time and peak
   memory of the process. Bound of the same run: reading the same rollouts (extraction and gate)
   without any pipeline.
2. A checker that yields 250 statements a second and a judge that answers in 300 ms, 32 at once:
   wall time against the ideal, the slower of the two stages plus one answer of the other.
"""

from __future__ import annotations

import asyncio
import platform
import resource
import time
from collections.abc import Sequence

from leaneval.candidate import read
from leaneval.pipeline import Pipeline
from leaneval.profile import PEANO
from leaneval.progress import Progress
from leaneval.settings import Settings
from leaneval.types import Claim, Problem, Score, Statement, Toolchain, Verdict, VerdictKind

PROBLEMS, REPEATS = 500, 8
ANSWER, AT_ONCE, RATE, JUDGED = 0.3, 32, 250, 640


def work(problems: int) -> list[tuple[Problem, Sequence[str]]]:
    def rollout(i: int, j: int) -> str:
        binders = f"(a b c : Nat) (h{i} : Divides a b) (g{j} : Divides b c)"
        return (
            "<think>Let me see.</think>Here is the statement:\n```lean4\n"
            f"theorem t_{i}_{j} {binders} : Divides a (add (mul b c) (mul a b)) := by sorry\n```\n"
        )

    return [
        (Problem(f"p{i}", "Show it.", "theorem p : True"), [rollout(i, j) for j in range(REPEATS)])
        for i in range(problems)
    ]


class Checker:
    """Says `compiles`, at most `rate` times a second."""

    spec, cage, toolchain = "instant", "none", Toolchain("0", "none")

    def __init__(self, rate: float = float("inf")):
        self.gap, self.next = 1 / rate, 0.0

    async def check(self, claim: Claim) -> Verdict:
        if self.gap:
            self.next = max(self.next, time.monotonic()) + self.gap
            await asyncio.sleep(self.next - time.monotonic())
        return Verdict(VerdictKind.COMPILES)


class Judge:
    """Scores 1 after `seconds`, `at_once` at a time."""

    spec = identity = "instant"

    def __init__(self, seconds: float = 0.0, at_once: int = 1 << 30):
        self.seconds, self.places = seconds, asyncio.Semaphore(at_once)

    async def score(self, problem: Problem, statement: Statement) -> Score:
        async with self.places:
            if self.seconds:
                await asyncio.sleep(self.seconds)
        return Score(1.0, "same")

    def usage(self) -> dict[str, float]:
        return {}


def timed(checker: Checker, judge: Judge, problems: int) -> float:
    settings = Settings(judge="defeq")
    pipeline = Pipeline(checker, judge, settings, PEANO, Progress(0, show=False))
    rollouts = work(problems)
    started = time.monotonic()
    scores = asyncio.run(pipeline.run(rollouts))
    seconds = time.monotonic() - started
    assert all(dual.score and dual.score.value == 1 for row in scores for dual in row)
    return seconds


def reading(problems: int) -> float:
    rollouts = work(problems)
    started = time.monotonic()
    for _, texts in rollouts:
        for text in texts:
            read(text, PEANO)
    return time.monotonic() - started


def main() -> None:
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for _ in range(3):
        bound, seconds = reading(PROBLEMS), timed(Checker(), Judge(), PROBLEMS)
        print(
            f"{PROBLEMS * REPEATS} rollouts: {seconds:.2f} s, {seconds / bound:.2f} times the "
            f"reading alone ({bound:.2f} s)"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:.0f} MB")
    ideal = max(JUDGED / RATE + ANSWER, JUDGED / AT_ONCE * ANSWER + 1 / RATE)
    for _ in range(3):
        seconds = timed(Checker(RATE), Judge(ANSWER, AT_ONCE), JUDGED // REPEATS)
        print(f"checking beside judging: {seconds:.2f} s, {seconds / ideal:.2f} times the ideal")


if __name__ == "__main__":
    main()
