"""Exact de-duplication beside polars' own `unique`."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample

ROWS, QUICK = 1_000_000, 2_000


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._apart import apart
    from benchmarks._splits import exact, polars_unique, read, stages
    from benchmarks.corpus import pool

    rows = QUICK if request.quick else ROWS
    path = pool(request.folder, rows)
    for turn in range(request.rounds):
        for arm, act in (("ours", exact), ("polars", polars_unique), ("parts", stages)):
            yield apart(arm, turn, act, path, units=rows, prepare=read)


MEASUREMENT = Measurement(
    name="splits-exact",
    theme="splits",
    about=(
        f"{ROWS:,} statements of about 220 characters, one in ten an exact copy. Both sides from "
        "one frame in memory to the frame of the rows that stay, in processes of their own, with "
        "polars' own choice of threads. What differs is the rule: bytes, or the normal form."
    ),
    unit="rows",
    arms=(
        Arm("ours", "equal by normal form: Unicode, case, white space and LaTeX do not count"),
        Arm("polars", "`unique`: equal bytes"),
        Arm("parts", "where the time of `ours` goes, in seconds of processor time"),
    ),
    asks=(
        Ask("ours", "wall", to="polars", at_most=1.2),
        Ask("ours", "processor", to="polars", at_most=1.2),
    ),
    take=take,
    minutes=3,
)
