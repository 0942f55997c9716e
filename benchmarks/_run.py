"""Runs measurements one after the other, each in a process below this one, and keeps the record.

Invariant: a measurement ends as `measured`, `not yet measured` (something it needs is missing) or
`failed`, with the reason; what was sampled is kept in each case.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks._machine import busy, commit, load, machine, now, settings, versions
from benchmarks._measurement import Measurement, Sample
from benchmarks._needs import ROOT

MEASURED, MISSING, FAILED = "measured", "not yet measured", "failed"
_LEAVE = 30.0
"""Seconds for a measurement to end in when told to."""


@dataclass(frozen=True, slots=True)
class Record:
    """One run of one measurement.

    Attributes:
        name: The measurement's.
        theme: Its theme.
        state: `measured`, `not yet measured` or `failed`.
        why: Of the last two: what was missing, or the error.
        missing: Arms left out, each with what it needs and the command that would measure it.
        quick: The smallest sizes only: no result.
        seed: Of what was drawn.
        facts: Commit, machine, versions, time, load before and after.
        samples: All of them.
    """

    name: str
    theme: str
    state: str
    why: str
    missing: dict[str, str]
    quick: bool
    seed: int
    facts: dict[str, Any]
    samples: list[Sample] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @classmethod
    def from_json(cls, row: dict[str, Any]) -> Record:
        """The inverse of `to_json`."""
        return cls(**row | {"samples": [Sample(**sample) for sample in row["samples"]]})


@dataclass(frozen=True, slots=True)
class Wish:
    """What the command line asks of every measurement.

    Attributes:
        rounds: Turns of every arm; None: each measurement's own.
        quick: Smallest sizes, one turn.
        seed: Of what is drawn.
        most: Leave greater sizes of a sweep out; 0: none.
    """

    rounds: int | None = None
    quick: bool = False
    seed: int = 2026
    most: int = 0


def run(measurement: Measurement, wish: Wish) -> Record:
    """Run one measurement to its end, whatever that is."""
    stands = measurement.missing(quick=wish.quick)
    missing = {
        arm: f"needs {need.what}: `{need.remedy.replace('NAME', measurement.name)}`"
        for arm, need in stands.items()
    }
    facts: dict[str, Any] = {
        "commit": commit(), "date": now(), "machine": machine(), "versions": versions(),
        "settings": settings(), "busy_before": busy(), "load_before": load(),
    }  # fmt: skip
    state, why = MISSING, missing.pop("", "")
    samples: list[Sample] = []
    if not why:
        why, samples = _sampled(measurement, wish, list(missing))
        state = FAILED if why else MEASURED
    facts |= {"load_after": load()}
    return Record(
        measurement.name, measurement.theme, state, why, missing, wish.quick, wish.seed, facts,
        samples,
    )  # fmt: skip


def _sampled(measurement: Measurement, wish: Wish, missing: list[str]) -> tuple[str, list[Sample]]:
    """What went wrong, if anything, and the samples."""
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as folder:
        out, scratch = Path(folder, "samples.jsonl"), Path(folder, "scratch")
        scratch.mkdir()
        request = {
            "folder": str(scratch), "quick": wish.quick, "seed": wish.seed, "most": wish.most,
            "rounds": wish.rounds or (1 if wish.quick else measurement.rounds), "missing": missing,
        }  # fmt: skip
        command = [sys.executable, "-m", "benchmarks._worker"]
        command += [measurement.name, json.dumps(request), str(out)]
        environment = {**os.environ, **measurement.environment}
        done = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            text=True, errors="replace",
        )  # fmt: skip
        last = _passed_on(done)
        lines = out.read_text(encoding="utf-8").splitlines() if out.is_file() else []
    samples = [Sample(**json.loads(line)) for line in lines]
    if done.returncode:
        return f"ended with status {done.returncode}: {last[:300]}", samples
    return ("" if samples else "it yielded nothing"), samples


def _passed_on(child: subprocess.Popen[str]) -> str:
    """Show what a child says as it says it; its last line."""
    last = "no message"
    assert child.stderr is not None
    try:
        for line in child.stderr:
            sys.stderr.write(line)
            last = line.strip() or last
    except BaseException:
        child.terminate()
        try:
            child.communicate(timeout=_LEAVE)
        except subprocess.TimeoutExpired:
            child.kill()
        raise
    child.wait()
    return last
