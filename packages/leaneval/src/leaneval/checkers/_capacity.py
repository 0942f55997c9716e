"""How many Lean processes a machine can hold: by its cores, and by the memory that is really free.

Shares are counted per local rank (`LOCAL_WORLD_SIZE`), because each rank of a training run makes a
checker of its own. Out of scope: limits on what one process may take.
"""

from __future__ import annotations

import os
from pathlib import Path

import psutil

_FILE_WORKER = 2**29
"""Bytes that a file's process is reckoned at; one of 200 statements takes about 140 MB."""

_CGROUP = Path("/sys/fs/cgroup")


def default_workers(each: int = _FILE_WORKER, once: int = 0) -> int:
    """Lean processes at once: what cores and free memory allow, shared out among local ranks.

    Args:
        each: Bytes that a process is reckoned at.
        once: Bytes that all of them share, such as the pages of mapped libraries.
    """
    return max(min(_cores(), _places(each, once)) // _ranks(), 1)


def has_room_for_spare(workers: int, each: int, once: int) -> bool:
    """Whether memory allows one process beyond `workers`, in each rank."""
    return _places(each, once) // _ranks() > workers


def _places(each: int, once: int) -> int:
    return max(free_memory() - once, 0) // each


def _cores() -> int:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return cores or 1


def _ranks() -> int:
    ranks = os.environ.get("LOCAL_WORLD_SIZE", "1")
    return int(ranks) if ranks.isdigit() and int(ranks) else 1


def free_memory() -> int:
    """Bytes that can be had: of the system's, and within the container's limit where it has one."""
    return min(int(psutil.virtual_memory().available), _within_container())


def _within_container() -> int:
    try:
        most = (_CGROUP / "memory.max").read_text(encoding="ascii").strip()
        if most == "max":
            return 2**60
        used = int((_CGROUP / "memory.current").read_text(encoding="ascii"))
        stat = (_CGROUP / "memory.stat").read_text(encoding="ascii").split()
        kept = dict(zip(stat[::2], map(int, stat[1::2]), strict=True))
    except (OSError, ValueError):
        return 2**60
    # file pages give way when memory is wanted
    cached = kept.get("inactive_file", 0) + kept.get("active_file", 0)
    return max(int(most) - used + cached, 0)
