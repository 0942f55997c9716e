"""Made samples files, and the statistics of a comparison beside one matrix product."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np

from leaneval.comparison import Comparison, compare
from leaneval.results import common, read_conditions
from leaneval.types import DualScore, Score, Statement, Verdict, VerdictKind

REPEATS = 8


def _dual(rng: random.Random, chance: float) -> DualScore:
    """A rollout of about the size that real ones have, text and all."""
    kind = VerdictKind.COMPILES if rng.random() < 0.8 else VerdictKind.FAILS
    text = f"theorem t_{rng.randrange(10**6)} (a b c : Nat) (h : Divides a b) : Divides a (mul b c)"
    verdict = Verdict(kind, seconds=0.01, toolchain="lean 4.35.0, Peano")
    passes = 1.0 if rng.random() < chance else 0.2
    score = Score(passes, "definitionally equal to the reference", "defeq")
    return DualScore(
        Statement("", "t", text.partition(" ")[2], source=text + " := by sorry"),
        verdict, verdict, score if verdict.compiles else None, flags=(),
    )  # fmt: skip


def write(path: Path, number: int, problems: int) -> None:
    """A samples file of one run."""
    rng = random.Random(number)
    settings = {"judge": "defeq", "repeats": REPEATS}
    with path.open("w", encoding="utf-8") as lines:
        for problem in range(problems):
            chance = min(1.0, random.Random(problem).random() + 0.01 * number)
            duals = [_dual(rng, chance).to_dict() for _ in range(REPEATS)]
            doc = {"id": f"p{problem}", "informal": "Show it. " * 10, "reference": "theorem"}
            row: dict[str, Any] = {"id": f"p{problem}", "dual": duals, "doc": doc}
            row["rollouts"] = ["text"] * REPEATS
            if problem == 0:
                row["info"] = {"settings": settings, "task": "made", "rollouts": 0}
            lines.write(json.dumps(row) + "\n")


class Runs:
    """So many runs of so many problems, read back."""

    def __init__(self, folder: Path, count: int, problems: int) -> None:
        self.paths = [folder / f"run{number}.jsonl" for number in range(count)]
        for number, path in enumerate(self.paths):
            write(path, number, problems)
        self.count, self.problems = count, problems
        self.read()

    def read(self) -> float:
        """The samples files; how many rollouts."""
        self.conditions = read_conditions([str(path) for path in self.paths])
        self.shared = common(self.conditions)
        return self.count * self.problems * REPEATS

    def compared(self, resamples: int) -> Comparison:
        """All pairs."""
        return compare(self.conditions, self.shared, resamples=resamples)


class Product:
    """The product of matrices of the size that resampling takes at least."""

    def __init__(self, found: Comparison, resamples: int) -> None:
        columns = len(found.metrics) * (len(found.conditions) + len(found.pairs))
        problems, rng = len(found.shared.problems), np.random.default_rng(0)
        self.weights, self.tables = (
            rng.random((resamples, problems)),
            rng.random((problems, columns)),
        )

    def __call__(self) -> None:
        self.weights @ self.tables
