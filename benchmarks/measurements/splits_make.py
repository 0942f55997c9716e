"""The whole of `make`, and the study's size from the command line."""

from __future__ import annotations

import os
from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import BENCHMARKS, data_folder

ROWS, STUDY, QUICK = 1_000_000, 60_000, 2_000
DRAWN, QUICK_DRAWN = (20_000, 16_000), (400, 300)


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._apart import apart
    from benchmarks._splits import make, ready, study
    from benchmarks.corpus import pool

    os.environ["CROSSFADE_DATA"] = str(data_folder())
    against = ["gaokao-formal", "putnambench"] if BENCHMARKS.met() else []
    drawn = QUICK_DRAWN if request.quick else DRAWN
    whole, small = (QUICK, QUICK) if request.quick else (ROWS, STUDY)
    for turn in range(request.rounds):
        path = pool(request.folder, whole)  # the greater first: the other is its beginning
        yield apart("make", turn, make, path, *drawn, against, units=whole, prepare=ready)
        path = pool(request.folder, small)
        yield apart("study", turn, study, path, *drawn, units=small)


MEASUREMENT = Measurement(
    name="splits-make",
    theme="splits",
    about=(
        "`crossfade-splits make` with 20,000 SFT and 16,000 GRPO rows at three overlaps, "
        "decontaminated against two benchmarks where their files are (`benchmarks` says how many)."
    ),
    unit="rows",
    arms=(
        Arm("make", f"a pool of {ROWS:,}, imports before the clocks start"),
        Arm("study", f"a pool of {STUDY:,}, the command line, its start included, no benchmarks"),
    ),
    asks=(
        Ask("make", "wall", at_most=90, unit="s"),
        Ask("make", "peak, MB", said="peak memory, MB"),
        Ask("study", "wall", at_most=5, unit="s"),
    ),
    take=take,
    rounds=3,
    minutes=5,
)
