"""Statements a second through `ray:embedded`: two actors against one.

    uv run python benchmarks/ray_scaling.py

1,600 statements of the Peano benchmark, the same for all, on a local cluster. Each round asks all
statements of every pool in turn, so that a noisy neighbour strikes all alike. Actors are up and
tried before the clock starts; their start is told apart. Wanted: two at least 1.7 times one. It
needs two free cores: the driver's own work (queue, pickling) is part of what is measured. Beside it
the plain `embedded` checker with one worker, from which to `ray:embedded` with one actor is what
Ray costs.
"""

from __future__ import annotations

import asyncio
import os
import platform
import statistics
import tempfile
import time

from checker_throughput import ours, statements

from leaneval.checkers import RayChecker, make_checker
from leaneval.checkers._ray_cluster import Cluster
from leaneval.checkers._spec import uncached
from leaneval.protocols import Checker
from leaneval.settings import Settings

ROUNDS, STATEMENTS, BATCH = 4, 1600, 100


async def timed(checker: Checker, signatures: list[str]) -> float:
    started = time.perf_counter()
    await ours(checker, signatures)
    return len(signatures) / (time.perf_counter() - started)


async def grown(checker: Checker, actors: int, signatures: list[str]) -> None:
    """Ask until the pool has all its actors."""
    assert isinstance(checker, RayChecker)
    for _ in range(60):
        await ours(checker, signatures)
        if len(checker.actors) == actors:
            return
    raise RuntimeError(f"{len(checker.actors)} of {actors} actors came up: the cluster is full")


async def measure(home: str) -> None:
    signatures = statements(STATEMENTS)

    def settings(spec: str, workers: int) -> Settings:
        return Settings(checker=spec, workers=workers, batch_size=BATCH, cache=home)

    started = time.perf_counter()
    rates: dict[str, list[float]] = {"embedded": [], "ray, 1 actor": [], "ray, 2 actors": []}
    async with (
        uncached(settings("ray:embedded", 2)) as two,
        make_checker(settings("embedded", 1).model_copy(update={"cache": "off"})) as plain,
    ):
        await grown(two, 2, signatures[: 4 * BATCH])
        print(f"two actors up after {time.perf_counter() - started:.1f} s")
        for _ in range(ROUNDS):
            rates["embedded"].append(await timed(plain, signatures))
            rates["ray, 2 actors"].append(await timed(two, signatures))
            rates["ray, 1 actor"].append(await one(settings("ray:embedded", 1), signatures))
    for name, found in rates.items():
        print(f"{name:14} {statistics.median(found):7.0f} statements/s  (of {ROUNDS} rounds)")
    pairs = zip(rates["ray, 2 actors"], rates["ray, 1 actor"], strict=True)
    ratios = sorted(a / b for a, b in pairs)
    print(f"two against one: {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})")


async def one(settings: Settings, signatures: list[str]) -> float:
    """A pool of one on the same cluster, started and warmed before the clock."""
    async with uncached(settings) as checker:
        await ours(checker, signatures[:BATCH])
        return await timed(checker, signatures)


def main() -> None:
    load = os.getloadavg()[0]
    print(f"{platform.machine()}, {os.cpu_count()} cores, load {load:.1f} before")
    cluster = Cluster(processors=3)  # both pools are up at once, one of them idle
    with tempfile.TemporaryDirectory() as home:
        asyncio.run(measure(home))
    cluster.close()


if __name__ == "__main__":
    main()
