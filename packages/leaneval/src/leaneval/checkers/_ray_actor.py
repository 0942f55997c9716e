"""What runs on a node of the cluster: one checker, without verdict cache, in a process of Ray's.

Invariant: an actor answers only for the checker that `start` described, and its Lean processes end
with it, also when it is killed. Out of scope: what happens to claims whose actor is gone (`_ray`).
"""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING

from leaneval.checkers._assemble import RULES
from leaneval.errors import LeanevalError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leaneval.checkers._world import World
    from leaneval.protocols import Checker
    from leaneval.settings import Settings
    from leaneval.types import Claim, Toolchain, Verdict


@dataclass(frozen=True, slots=True)
class Standing:
    """What an actor's verdicts rest on; all actors of a run must agree in it.

    Attributes:
        toolchain: Of its checker.
        cage: Isolation level on its node.
        leaneval: Version of the package there.
        rules: Version of the rules that turn a claim into a Lean file.
    """

    toolchain: Toolchain
    cage: str
    leaneval: str
    rules: str

    def __str__(self) -> str:
        return (
            f"{self.toolchain.key}, cage {self.cage}, leaneval {self.leaneval} (rules {self.rules})"
        )


@dataclass(frozen=True, slots=True)
class Started:
    """An actor that can answer: its standing, its world, and where it runs."""

    standing: Standing
    world: World | None
    node: str
    pid: int


class CheckerActor:
    """One checker of `settings`, started on whatever node Ray chose.

    Args:
        settings: Spec of the inner checker, and its limits.
        environment: The `LEANEVAL_*` variables of the driver, keys among them: given as an
            argument because Ray shows runtime environments to whoever asks the cluster.
    """

    def __init__(self, settings: Settings, environment: Mapping[str, str]) -> None:
        os.environ.update(environment)
        self._settings = settings
        self._checker: Checker | None = None

    async def start(self) -> Started | str:
        """Start the checker; why it cannot work on this node, if it cannot."""
        from leaneval.checkers._spec import uncached

        try:
            checker = uncached(self._settings)
            await checker.__aenter__()
        except LeanevalError as error:
            return f"on node {socket.gethostname()}: {error}"
        self._checker = checker
        world: World | None = getattr(checker, "world", None)
        return Started(
            Standing(checker.toolchain, checker.cage, version("leaneval"), RULES),
            world and replace(world, exists=None),
            socket.gethostname(),
            os.getpid(),
        )

    async def check(self, claims: Sequence[Claim]) -> list[Verdict]:
        """One verdict a claim, in order."""
        assert self._checker is not None, "an actor answers only after `start`"
        return await asyncio.gather(*map(self._checker.check, claims))

    async def stop(self) -> None:
        """End the checker's processes and remove its files."""
        if self._checker is not None:
            await self._checker.__aexit__(None, None, None)
            self._checker = None
