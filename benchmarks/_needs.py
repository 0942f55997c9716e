"""What a measurement cannot do without, and what to do where it is missing."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Need:
    """Something that must be there.

    Attributes:
        what: In the table, after "needs".
        met: Whether it is there; cheap, and imports nothing heavy.
        remedy: The command that would measure, `NAME` standing for the measurement.
        quick: Whether a quick run, which measures nothing, needs it too.
    """

    what: str
    met: Callable[[], bool]
    remedy: str = "uv run python -m benchmarks NAME"
    quick: bool = True


def module(name: str, dist: str = "") -> Need:
    """A package that is no dependency of the project: a peer."""
    dist = dist or name
    return Need(
        dist,
        lambda: find_spec(name) is not None,
        f"uv run --with {dist} python -m benchmarks NAME",
    )


@cache
def _has_gpu() -> bool:
    program = shutil.which("nvidia-smi")
    if program is None:
        return False
    done = subprocess.run([program, "-L"], capture_output=True, check=False, timeout=60)
    return done.returncode == 0 and b"GPU" in done.stdout


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


GPU = Need("a CUDA GPU", _has_gpu, quick=False)
TWO_CORES = Need("two cores", lambda: _cores() >= 2)
CHROMIUM = Need(
    "Chromium", lambda: shutil.which("chromium") is not None and find_spec("playwright") is not None
)


def data_folder() -> Path:
    """Where the benchmarks' files lie: `LEANEVAL_DATA`, or `shared/data` beside the repository."""
    return Path(os.environ.get("LEANEVAL_DATA") or ROOT.parent / "shared" / "data")


BENCHMARKS = Need(
    "gaokao_formal.jsonl and putnambench.jsonl",
    lambda: all(
        (data_folder() / name).is_file() for name in ("gaokao_formal.jsonl", "putnambench.jsonl")
    ),
    "LEANEVAL_DATA=FOLDER uv run python -m benchmarks NAME",
)
