"""The checker behind `mathlib[:VERSION]` and `project:PATH`."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, replace
from functools import partial
from typing import TYPE_CHECKING

from leaneval.checkers._assemble import stands_alone
from leaneval.checkers._base import BatchedChecker
from leaneval.checkers._batching import Batcher
from leaneval.checkers.repl._pool import ReplPool
from leaneval.checkers.repl._project import module_exists
from leaneval.checkers.repl._worker import ReplWorker
from leaneval.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from leaneval.cage import Cage
    from leaneval.checkers._world import World
    from leaneval.checkers.repl._project import LeanProject
    from leaneval.checkers.repl._worker import Limits


class ReplChecker(BatchedChecker):
    """A `Checker` over a Lake project.

    Args:
        spec: Its spec string.
        find_project: Opens the project; called on entering. Raises `UnavailableError`.
        world: What claims are asked in.
        workers: Batches at once.
        spares: Processes beyond that, which stand ready to replace one that dies.
        batch_size: Claims a command, at most.
        time_limit: Seconds that a claim may take alone.
        seconds_a_claim: Seconds that a batch's limit grows by with each claim.
        limits: What a worker may use.
        find_cage: Decides the isolation; called on entering.
        must_be_caged: Whether to refuse to work at any level below `full`.
    """

    def __init__(
        self,
        spec: str,
        find_project: Callable[[], LeanProject],
        world: World,
        *,
        workers: int,
        spares: int,
        batch_size: int,
        time_limit: float,
        seconds_a_claim: float,
        limits: Limits,
        find_cage: Callable[[], Cage],
        must_be_caged: bool,
    ) -> None:
        super().__init__(spec)
        self._find_project = find_project
        self._find_cage = find_cage
        self._must_be_caged = must_be_caged
        self._processes = workers + spares
        self._limits = limits
        self._batching = {
            "workers": workers,
            "batch_size": batch_size,
            "time_limit": time_limit,
            "seconds_a_claim": seconds_a_claim,
        }
        self.world = world
        self._pool: ReplPool | None = None

    def usage(self) -> dict[str, float]:
        """Imports and their seconds (no part of any verdict's), workers replaced, commands."""
        return {} if self._pool is None else asdict(self._pool.usage)

    async def _open(self) -> Batcher:
        """Open the project and close the cage; raises `UnavailableError` where either cannot be."""
        cage = await asyncio.to_thread(self._find_cage)
        self._cage = cage.level
        if self._must_be_caged and cage.level != "full":
            raise UnavailableError(_uncaged(self._spec, cage))
        project = await asyncio.to_thread(self._find_project)
        self._toolchain = project.toolchain
        self.world = world = replace(self.world, exists=partial(module_exists, project.environment))
        make = partial(ReplWorker, project, world, cage, self._limits)
        self._pool = ReplPool(make, self._processes)
        return Batcher(
            self._pool,
            project.toolchain.key,
            **self._batching,  # type: ignore[arg-type]
            stands_alone=stands_alone,
            partial=False,
            fewest=1,
        )

    async def _release(self) -> None:
        """End every process."""
        if self._pool is not None:
            await self._pool.close()


def _uncaged(spec: str, cage: Cage) -> str:
    return (
        f"{spec}: elaborating over Mathlib can run any program, so it must be caged, got "
        f"{cage.level!r} ({'; '.join(cage.reasons)}). Run it on a system that grants a cage "
        "(Linux with Landlock and seccomp), or say --no-cage (LEANEVAL_CAGE=0) if what you check "
        "may do whatever you may do"
    )
