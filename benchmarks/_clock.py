"""Clocks, memory, and turns.

Two clocks are read: wall time, and processor time of this process with all below it, those that
have ended and those that still run. On a machine with other work only the second says much.
"""

from __future__ import annotations

import contextlib
import os
import resource
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks._measurement import Sample

MB = 1e6


class Clocks(NamedTuple):
    """Seconds since some moment."""

    wall: float
    processor: float

    def since(self) -> Clocks:
        """Seconds from these until now."""
        now = clocks()
        return Clocks(now.wall - self.wall, now.processor - self.processor)


def clocks() -> Clocks:
    """Wall time, and the processor time of this process and all below it."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = time.process_time() + ended.ru_utime + ended.ru_stime
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            spent += sum(process.cpu_times()[:4])  # own and ended children's, user and system
    return Clocks(time.perf_counter(), spent)


def peak(pid: int | str = "self") -> float:
    """The peak of resident memory of one process, MB, since its program was started.

    Read from the kernel's own mark: `ru_maxrss` is handed down to children that have not yet
    started their program, so that one of a large parent would look as large.
    """
    status = Path(f"/proc/{pid}/status")
    with contextlib.suppress(OSError):
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / MB
    return 0.0


def forget_peak() -> None:
    """Let this process's peak begin again at what it holds now, where the kernel can."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def resident() -> float:
    """Resident memory of this process now, MB."""
    return psutil.Process().memory_info().rss / MB


@dataclass(slots=True)
class Watched:
    """What a watch saw.

    Attributes:
        largest: The largest peak of a process below this one, MB.
        together: The most that this process and all below it held at once, MB.
    """

    largest: float = 0.0
    together: float = 0.0


@contextlib.contextmanager
def watching(every: float = 0.05) -> Iterator[Watched]:
    """Look at the memory of all processes below this one, again and again.

    It takes time of its own: nothing is timed meanwhile but what lasts minutes.
    """
    seen, stop = Watched(), threading.Event()

    def look() -> None:
        while not stop.wait(every):
            below = psutil.Process().children(recursive=True)
            held = resident()
            for process in below:
                with contextlib.suppress(psutil.Error):
                    held += process.memory_info().rss / MB
                    seen.largest = max(seen.largest, peak(process.pid))
            seen.together = max(seen.together, held)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        stop.set()
        thread.join()


Work = Callable[[], "float | tuple[float, Mapping[str, float]] | None"]
"""Does an arm's work; returns its units (None: 1), with other values where there are any."""


def counted(act: Callable[[], object], units: float) -> Work:
    """Work of so many units, whatever the act returns."""

    def work() -> float:
        act()
        return units

    return work


def timed(arm: str, turn: int, work: Work, *, size: int = 0) -> Sample:
    """Run one arm once."""
    before = clocks()
    found = work()
    spent = before.since()
    units, values = found if isinstance(found, tuple) else (found, {})
    return Sample(arm, turn, *spent, 1.0 if units is None else units, size, None, values)


def take_turns(arms: Mapping[str, Work], rounds: int) -> Iterator[Sample]:
    """Every arm once a round; each round begins with another, so that none always follows one."""
    names = list(arms)
    for turn in range(rounds):
        first = turn % len(names)
        for name in names[first:] + names[:first]:
            yield timed(name, turn, arms[name])


@contextlib.contextmanager
def one_core() -> Iterator[None]:
    """Keep this process and all it starts on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)
