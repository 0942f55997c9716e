"""Exact and near de-duplication beside rensa used from Python."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import module

ROWS, QUICK = 1_000_000, 2_000


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._apart import apart
    from benchmarks._splits import near, ready, rensa
    from benchmarks.corpus import pool

    rows = QUICK if request.quick else ROWS
    path = pool(request.folder, rows)
    for turn in range(request.rounds):
        for arm, act in (("ours", near), ("rensa", rensa)):
            if request.present(arm):
                yield apart(arm, turn, act, path, units=rows, prepare=ready)


MEASUREMENT = Measurement(
    name="splits-near",
    theme="splits",
    about=(
        f"{ROWS:,} statements of about 220 characters, one in ten an exact and one in ten a near "
        "copy, from the file, reading included."
    ),
    unit="rows",
    arms=(
        Arm("ours", "exact and near, every pair verified by its Jaccard similarity, clustered"),
        Arm("rensa", "its LSH as its README shows it: flags, nothing verified, no clusters",
            (module("rensa"),)),
    ),
    asks=(
        Ask("ours", "wall", to="rensa", at_most=1),
        Ask("ours", "processor", to="rensa"),
        Ask("ours", "peak, MB", at_most=2000, said="peak memory, MB"),
        Ask("ours", "wall", unit="s"),
    ),
    take=take,
    rounds=3,
    minutes=6,
)  # fmt: skip
