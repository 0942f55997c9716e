"""What a comparison of ten runs costs."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample

RUNS, PROBLEMS, RESAMPLES = 10, 1000, 10_000
QUICK = 3, 50, 500


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._clock import take_turns
    from benchmarks._compare import Product, Runs

    count, problems, resamples = QUICK if request.quick else (RUNS, PROBLEMS, RESAMPLES)
    runs = Runs(request.folder, count, problems)
    product = Product(runs.compared(resamples), resamples)

    def compared() -> float:
        runs.compared(resamples)
        return count * problems * 8

    yield from take_turns(
        {"reading": runs.read, "comparing": compared, "product": product}, request.rounds
    )


MEASUREMENT = Measurement(
    name="compare-speed",
    theme="compare",
    about=(
        f"{RUNS} runs of {PROBLEMS:,} problems x 8 rollouts, {RESAMPLES:,} resamples, all 45 "
        "pairs: intervals of five metrics for each run and pair, 225 permutation tests, Holm, "
        "problems gained and lost. One thread. The resamples are drawn once, before the turns."
    ),
    unit="rollouts",
    arms=(
        Arm("reading", "the samples files read back"),
        Arm("comparing", "metrics tabulated and all statistics"),
        Arm("product", "bound: one product by numpy's BLAS, (resamples x problems) by (problems "
            "x a column for each run's and each pair's metric)"),
    ),
    asks=(
        Ask("comparing", "wall", at_most=5, unit="s"),
        Ask("comparing", "processor", to="product"),
        Ask("reading", "rate", unit="rollouts a second"),
    ),
    take=take,
    minutes=1,
    environment={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
)  # fmt: skip
