"""What a run was made with: versions, machine, commit. No user, no address, no key."""

from __future__ import annotations

import os
import platform
import subprocess
import time
from importlib.metadata import distributions
from pathlib import Path
from typing import Any


def environment() -> dict[str, Any]:
    """Plain data for environment.json; takes well under a second and imports no torch."""
    return {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "commit": commit(),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "memory_gb": _memory(),
        "gpus": gpus(),
        "threads": {k: v for k, v in os.environ.items() if k.endswith("_NUM_THREADS")},
        "packages": dict(sorted((d.name, d.version) for d in distributions())),
    }


def commit() -> str | None:
    """The commit of the source tree that this code runs from, `+` where it was changed since."""
    here = Path(__file__).parent
    found = _said("git", "-C", str(here), "rev-parse", "HEAD")
    if found is None or not _said("git", "-C", str(here), "ls-files", Path(__file__).name):
        return None  # an installed package that happens to lie within somebody's repository
    changed = _said("git", "-C", str(here), "status", "--porcelain", "--untracked-files=no")
    return found + ("+" if changed else "")


def gpus() -> list[str]:
    """Names of the CUDA devices, as the driver gives them."""
    said = _said("nvidia-smi", "--query-gpu=name,memory.total", "--format=csv,noheader")
    return said.splitlines() if said else []


def _said(*command: str) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _memory() -> float | None:
    try:
        return round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1)
    except (ValueError, OSError):
        return None
