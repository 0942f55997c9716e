"""Claims that wait for a worker."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio

    from leaneval.types import Claim, Verdict

FEWEST = 16
"""The smallest batch that is worth the start of a process."""


@dataclass(slots=True, eq=False)
class Job:
    """A claim and where its verdict goes.

    Attributes:
        alone: Whether it shares no run any more.
    """

    claim: Claim
    future: asyncio.Future[Verdict]
    alone: bool = False


@dataclass(slots=True)
class Queue:
    """Claims that wait: those that may share a run, and those that must be alone."""

    shared: deque[Job] = field(default_factory=deque)
    solo: deque[Job] = field(default_factory=deque)

    def __bool__(self) -> bool:
        return bool(self.shared or self.solo)

    def take(self, most: int, idle: int, fewest: int = FEWEST) -> list[Job]:
        """The next batch: a fair share for each idle worker, but not less than is worth a start."""
        if not self.shared:
            return [self.solo.popleft()]
        share = max(math.ceil(len(self.shared) / max(idle, 1)), fewest)
        return [self.shared.popleft() for _ in range(min(share, most, len(self.shared)))]

    def drain(self) -> list[Job]:
        """Everything that waits, taken out."""
        jobs = [*self.shared, *self.solo]
        self.shared.clear()
        self.solo.clear()
        return jobs
