"""The report's explorer as the number of rollouts grows: building, file, times in a browser."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import BENCHMARKS, CHROMIUM

SIZES, QUICK = (1_008, 9_984, 28_032, 56_016), (192, 480)


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._apart import apart
    from benchmarks._pages import build, made, open_page

    for turn in range(request.rounds):
        for size in request.sizes(SIZES, QUICK):
            path = str(request.folder / f"{size}.html")
            yield apart("building", turn, build, size, path, size=size, units=size, prepare=made)
            if request.present("browser"):
                yield apart("browser", turn, open_page, size, path, size=size, units=size)


MEASUREMENT = Measurement(
    name="scale-explorer",
    theme="scale",
    about=(
        "Six conditions of eight rollouts a problem, texts made of real statements "
        "(`benchmarks/explorer.py` says how), about 700 characters each. Times in the browser are "
        "by the page's own clock, from the start of the navigation, or from a filter's input to "
        "the list being drawn, the slowest of three."
    ),
    unit="rollouts",
    arms=(
        Arm("building", "the page as one file, texts made before the clocks start"),
        Arm("browser", "the file opened in Chromium from disk", (CHROMIUM,)),
    ),
    asks=(
        Ask("building", "file, MB", size=SIZES[-1], at_most=40),
        Ask("browser", "list shown, ms", size=SIZES[-1], at_most=2000),
        Ask("browser", "filter by choice, ms", size=SIZES[-1], at_most=100),
        Ask("browser", "filter by text, ms", size=SIZES[-1], at_most=100),
        Ask("browser", "texts searchable, ms", size=SIZES[-1]),
        Ask("building", "wall", size=SIZES[-1], unit="s"),
    ),
    take=take,
    needs=(BENCHMARKS,),
    rounds=3,
    minutes=4,
    growth=(
        ("building", "processor"),
        ("building", "memory"),
        ("building", "file, MB"),
        ("browser", "list shown, ms"),
        ("browser", "texts searchable, ms"),
        ("browser", "filter by text, ms"),
    ),
)
