"""One function in a fresh process, with what it took: for memory, which only ever grows.

The function is named, not sent: it is a module-level function of the package, given plain values,
that returns a number of units or a mapping of named numbers. What `prepare` returns (imports, input
read) is had before the clocks start and is given to the function first.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks._clock import clocks, forget_peak, peak, resident
from benchmarks._measurement import Sample
from benchmarks._needs import ROOT


class FailedError(RuntimeError):
    """The process ended badly."""


def apart(
    arm: str,
    turn: int,
    function: Callable[..., Mapping[str, float]],
    *arguments: Any,
    size: int = 0,
    units: float = 1.0,
    prepare: Callable[..., Any] | None = None,
) -> Sample:
    """Run a function of the package in a process of its own.

    Args:
        arm: See `Sample`.
        turn: See `Sample`.
        function: Named so that it can be imported; returns named numbers.
        *arguments: What JSON can hold.
        size: See `Sample`.
        units: See `Sample`.
        prepare: Likewise named; called with the same arguments before the clocks start, and what
            it returns is the function's first argument.

    Raises:
        FailedError: It raised; the message is its last line.
    """
    with tempfile.NamedTemporaryFile("r", suffix=".json") as answer:
        command = [sys.executable, "-m", "benchmarks._apart", answer.name, _named(function)]
        command += [_named(prepare) if prepare else "", json.dumps(arguments)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            last = (done.stderr.strip().splitlines() or ["no message"])[-1]
            raise FailedError(f"{arm} (status {done.returncode}): {last[:300]}")
        found = json.loads(answer.read())
    return Sample(
        arm, turn, found["wall"], found["processor"], units, size, found["memory"], found["values"]
    )


def _named(function: Callable[..., Any]) -> str:
    return f"{function.__module__}:{function.__name__}"


def _function(name: str) -> Callable[..., Any]:
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] = getattr(importlib.import_module(module), attribute)
    return found


def main(answer: str, function: str, prepare: str, arguments: str) -> None:
    given = json.loads(arguments)
    act = _function(function)
    ready = [_function(prepare)(*given)] if prepare else []
    forget_peak()
    held = resident()
    before = clocks()
    values = dict(act(*ready, *given))
    spent = before.since()
    top = peak()
    values |= {"peak, MB": top}
    found = {
        "wall": spent.wall,
        "processor": spent.processor,
        "memory": max(top - held, 0.0),
        "values": values,
    }
    Path(answer).write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
