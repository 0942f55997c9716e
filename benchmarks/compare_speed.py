"""What a comparison costs: 10 runs of 1,000 problems x 8 rollouts, 10,000 resamples, all 45 pairs.

    OMP_NUM_THREADS=1 uv run python benchmarks/compare_speed.py [RUNS [PROBLEMS]]

1. Reading the samples files, and tabulating their metrics.
2. The statistics: intervals of five metrics for each run and each pair, 225 permutation tests,
   Holm, problems gained and lost. Bound of the same round: one product, by numpy's BLAS, of
   matrices of the size that resampling takes at least, (resamples x problems) by (problems x
   columns), a column for each run's and each pair's metric.

Seconds of processor time, one thread, so that a busy machine matters little; rounds take turns,
the median and the range are printed. The first round also draws the resamples, which later ones
find in memory.
"""

from __future__ import annotations

import json
import os
import platform
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from leaneval.comparison import Comparison, compare
from leaneval.results import common, read_conditions, tabulate
from leaneval.types import DualScore, Score, Statement, Verdict, VerdictKind

REPEATS, RESAMPLES, ROUNDS = 8, 10_000, 5


def dual(rng: random.Random, chance: float) -> DualScore:
    """A rollout of about the size that real ones have, text and all."""
    value = rng.random()
    kind = VerdictKind.COMPILES if value < 0.8 else VerdictKind.FAILS
    text = f"theorem t_{rng.randrange(10**6)} (a b c : Nat) (h : Divides a b) : Divides a (mul b c)"
    verdict = Verdict(kind, seconds=0.01, toolchain="lean 4.35.0, Peano")
    passes = 1.0 if rng.random() < chance else 0.2
    score = Score(passes, "definitionally equal to the reference", "defeq")
    return DualScore(
        Statement("", "t", text.partition(" ")[2], source=text + " := by sorry"),
        verdict, verdict, score if verdict.compiles else None, flags=(),
    )  # fmt: skip


def write(path: Path, number: int, problems: int) -> None:
    rng = random.Random(number)
    settings = {"judge": "defeq", "repeats": REPEATS}
    with path.open("w", encoding="utf-8") as lines:
        for problem in range(problems):
            chance = min(1.0, random.Random(problem).random() + 0.01 * number)
            duals = [dual(rng, chance).to_dict() for _ in range(REPEATS)]
            doc = {"id": f"p{problem}", "informal": "Show it. " * 10, "reference": "theorem"}
            row = {"id": f"p{problem}", "dual": duals, "doc": doc, "rollouts": ["text"] * REPEATS}
            if problem == 0:
                row["info"] = {"settings": settings, "task": "made", "rollouts": 0}
            lines.write(json.dumps(row) + "\n")


def timed(action: Callable[[], object]) -> tuple[float, object]:
    started = time.process_time()
    found = action()
    return time.process_time() - started, found


def spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f}-{max(values):.2f})"


def main() -> None:
    runs, problems = (int(word) for word in [*sys.argv[1:], *("10", "1000")[len(sys.argv) - 1 :]])
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"run{number}.jsonl") for number in range(runs)]
        for number, path in enumerate(paths):
            write(path, number, problems)
        size = sum(path.stat().st_size for path in paths) / 2**20
        reading, conditions = timed(lambda: read_conditions([str(path) for path in paths]))
    shared = common(conditions)
    thousands = runs * problems * REPEATS / 1000
    print(
        f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"numpy {np.__version__}, OMP_NUM_THREADS={os.environ.get('OMP_NUM_THREADS', '')}"
    )
    print(f"{runs} runs x {problems} problems x {REPEATS} rollouts, {size:.0f} MiB of samples")
    print(f"reading: {reading:.2f} s, {thousands / reading:.0f} thousand rollouts a second")
    show(conditions, shared)


def show(conditions: list, shared: object) -> None:
    whole: list[float] = []
    bounds: list[float] = []
    for number in range(ROUNDS + 1):
        tabulating, _ = timed(lambda: [tabulate(condition, shared) for condition in conditions])
        seconds, found = timed(lambda: compare(conditions, shared, resamples=RESAMPLES))
        assert isinstance(found, Comparison)
        if number == 0:
            print(f"tabulating: {tabulating:.2f} s")
            print(f"statistics, first round: {seconds - tabulating:.2f} s")
            continue
        columns = len(found.metrics) * (len(found.conditions) + len(found.pairs))
        problems = len(found.shared.problems)
        weights, tables = np.random.rand(RESAMPLES, problems), np.random.rand(problems, columns)
        whole.append(seconds - tabulating)
        bounds.append(timed(lambda w=weights, t=tables: w @ t)[0])
    ratios = [one / other for one, other in zip(whole, bounds, strict=True)]
    print(f"statistics: {spread(whole)} s for {len(found.pairs)} pairs x {len(found.metrics)}")
    print(f"one BLAS product, {columns} columns: {spread(bounds)} s; ratio {spread(ratios)}")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
