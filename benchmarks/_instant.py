"""Rollouts, and a checker and a judge that take no time or a known time: for the pipeline alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import Self

from leaneval.candidate import read
from leaneval.pipeline import Pipeline
from leaneval.profile import PEANO
from leaneval.progress import Progress
from leaneval.settings import Settings
from leaneval.types import Claim, Problem, Score, Statement, Toolchain, Verdict, VerdictKind

REPEATS = 8
Work = list[tuple[Problem, Sequence[str]]]


def work(rollouts: int) -> Work:
    """So many rollouts, no two alike, eight a problem."""

    def rollout(i: int, j: int) -> str:
        binders = f"(a b c : Nat) (h{i} : Divides a b) (g{j} : Divides b c)"
        return (
            "<think>Let me see.</think>Here is the statement:\n```lean4\n"
            f"theorem t_{i}_{j} {binders} : Divides a (add (mul b c) (mul a b)) := by sorry\n```\n"
        )

    return [
        (Problem(f"p{i}", "Show it.", "theorem p : True"), [rollout(i, j) for j in range(REPEATS)])
        for i in range(rollouts // REPEATS)
    ]


class _Open:
    """Nothing to start or stop."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        pass


class Checker(_Open):
    """Says `compiles`, at most `rate` times a second."""

    spec, cage, toolchain = "instant", "none", Toolchain("0", "none")

    def __init__(self, rate: float = float("inf")):
        self.gap, self.next = 1 / rate, 0.0

    async def check(self, claim: Claim) -> Verdict:
        if self.gap:
            self.next = max(self.next, time.monotonic()) + self.gap
            await asyncio.sleep(self.next - time.monotonic())
        return Verdict(VerdictKind.COMPILES)


class Judge(_Open):
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


def score(given: Work, checker: Checker | None = None, judge: Judge | None = None) -> None:
    """All of it through the pipeline."""
    settings = Settings(judge="defeq")
    progress = Progress(0, show=False)
    pipeline = Pipeline(checker or Checker(), judge or Judge(), settings, PEANO, progress)
    scores = asyncio.run(pipeline.run(given))
    assert all(dual.score and dual.score.value == 1 for row in scores for dual in row)


def read_all(given: Work) -> None:
    """Extraction and gate alone."""
    for _, texts in given:
        for text in texts:
            read(text, PEANO)


def scored(given: Work, rollouts: int) -> dict[str, float]:
    """`score`, to be run apart."""
    score(given)
    return {}


def read_apart(given: Work, rollouts: int) -> dict[str, float]:
    """`read_all`, to be run apart."""
    read_all(given)
    return {}
