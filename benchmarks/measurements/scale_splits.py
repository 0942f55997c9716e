"""Splits as the pool grows."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample

SIZES, QUICK = (10_000, 50_000, 250_000, 1_000_000, 2_000_000), (1_000, 4_000)
SFT, RL = 0.2, 0.16  # shares of the pool up to the study's sizes


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._apart import apart
    from benchmarks._splits import exact, make, near, read, ready
    from benchmarks.corpus import pool

    sizes = request.sizes(SIZES, QUICK)
    pool(request.folder, max(sizes))  # the smaller ones are its beginnings
    for turn in range(request.rounds):
        for size in sizes:
            path = pool(request.folder, size)
            given = {"size": size, "units": size}
            drawn = min(20_000, int(SFT * size)), min(16_000, int(RL * size))
            yield apart("exact", turn, exact, path, prepare=read, **given)
            yield apart("near", turn, near, path, prepare=ready, **given)
            yield apart("make", turn, make, path, *drawn, prepare=ready, **given)


MEASUREMENT = Measurement(
    name="scale-splits",
    theme="scale",
    about=(
        "Pools of statements of about 220 characters, a tenth exact and a tenth near copies, "
        "each size in a process of its own. A fifth of the pool is drawn for SFT and 0.16 of it "
        "for GRPO, 20,000 and 16,000 at most, at three overlaps. Input is made before."
    ),
    unit="rows",
    arms=(
        Arm("exact", "equal by normal form, the frame in memory"),
        Arm("near", "exact and near, verified, clustered, reading included"),
        Arm("make", "all of `make`, without decontamination"),
    ),
    asks=(
        Ask("make", "wall", size=SIZES[-1], unit="s"),
        Ask("make", "peak, MB", size=SIZES[-1], said="peak memory, MB"),
    ),
    take=take,
    rounds=3,
    minutes=20,
    growth=(
        ("exact", "processor"),
        ("exact", "memory"),
        ("near", "processor"),
        ("near", "memory"),
        ("make", "processor"),
        ("make", "memory"),
    ),
)
