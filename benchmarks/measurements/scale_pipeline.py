"""The pipeline as the number of rollouts grows."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample

SIZES, QUICK = (1_000, 4_000, 16_000, 50_000, 100_000), (400, 2_000)


def take(request: Request) -> Iterator[Sample]:
    from dataclasses import replace

    from benchmarks._apart import apart
    from benchmarks._instant import read_apart, scored, work

    for turn in range(request.rounds):
        for size in request.sizes(SIZES, QUICK):
            pipeline, reading = (
                apart(arm, turn, act, size, size=size, units=size, prepare=work)
                for arm, act in (("pipeline", scored), ("reading", read_apart))
            )
            readings = pipeline.processor / reading.processor * size
            yield replace(pipeline, values=dict(pipeline.values) | {"in readings": readings})
            yield reading


MEASUREMENT = Measurement(
    name="scale-pipeline",
    theme="scale",
    about=(
        "Distinct rollouts, eight a problem, through the pipeline with a checker and a judge that "
        "answer at once, each size in a process of its own; rollouts are made before the clocks "
        "start. `reading` is extraction and gate alone, the part that no pipeline adds. It reads "
        "each rollout by itself and so grows as n, whatever a machine that slows down makes of it; "
        "`in readings` is the pipeline's processor time by what one rollout's reading took right "
        "after it."
    ),
    unit="rollouts",
    arms=(Arm("pipeline", "all of it"), Arm("reading", "extraction and gate")),
    asks=(Ask("pipeline", "processor", to="reading", size=SIZES[-1]),
          Ask("pipeline", "wall", size=SIZES[-1], unit="s")),
    take=take,
    rounds=3,
    minutes=6,
    growth=(
        ("pipeline", "processor"),
        ("pipeline", "in readings"),
        ("pipeline", "memory"),
        ("reading", "processor"),
    ),
)  # fmt: skip
