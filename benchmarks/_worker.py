"""One measurement in a process of its own: samples go to a file as they come.

A process of its own, because libraries keep threads, memory and settings of the environment; what
was sampled before a crash stays.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from benchmarks._measurement import NoSizeError, Request, Sample
from benchmarks.measurements import find
from leaneval.interrupts import obeyed


def main(name: str, request: str, out: str) -> None:
    given = json.loads(request)
    asked = Request(
        Path(given["folder"]), given["rounds"], given["quick"], given["seed"],
        given["most"], frozenset(given["missing"]),
    )  # fmt: skip
    with Path(out).open("a", encoding="utf-8") as lines:
        for sample in find(name).take(asked):
            lines.write(json.dumps(asdict(sample)) + "\n")
            lines.flush()
            print(f"  {told(sample)}", file=sys.stderr, flush=True)


def told(sample: Sample) -> str:
    """One line of progress."""
    size = f" n = {sample.size:,}" if sample.size else ""
    memory = f", {sample.memory:.0f} MB" if sample.memory is not None else ""
    values = "".join(f", {name} {value:.4g}" for name, value in sample.values.items())
    return (
        f"turn {sample.turn + 1}, {sample.arm}{size}: {sample.wall:.2f} s "
        f"({sample.processor:.2f} s of processor time){memory}{values}"
    )


if __name__ == "__main__":
    with obeyed():  # what it has started ends with it
        try:
            main(*sys.argv[1:])
        except NoSizeError as error:
            sys.exit(str(error))
