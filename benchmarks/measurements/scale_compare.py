"""`leaneval compare` as the number of rollouts grows."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import BENCHMARKS

SIZES, QUICK = (1_008, 9_984, 28_032, 56_016), (192, 480)
RESAMPLES = 10_000


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._apart import apart
    from benchmarks._pages import compared, imported, read, runs

    for turn in range(request.rounds):
        for size in request.sizes(SIZES, QUICK):
            paths = runs(request.folder / str(size), size)
            given = {"size": size, "units": size}
            yield apart("reading", turn, read, paths, prepare=imported, **given)
            yield apart("comparing", turn, compared, paths, RESAMPLES, prepare=imported, **given)


MEASUREMENT = Measurement(
    name="scale-compare",
    theme="scale",
    about=(
        "Six runs of eight rollouts a problem, texts made of real statements as for the explorer, "
        f"read from their samples files and compared: {RESAMPLES:,} resamples, all fifteen pairs."
    ),
    unit="rollouts",
    arms=(
        Arm("reading", "the samples files read back"),
        Arm("comparing", "the same, and all that `leaneval compare` computes"),
    ),
    asks=(
        Ask("comparing", "wall", size=SIZES[-1], unit="s"),
        Ask("comparing", "peak, MB", size=SIZES[-1]),
    ),
    take=take,
    needs=(BENCHMARKS,),
    rounds=3,
    minutes=3,
    growth=(
        ("reading", "processor"),
        ("reading", "memory"),
        ("comparing", "processor"),
        ("comparing", "memory"),
    ),
)
