"""What checkers share that answer through a batcher: how they are entered, asked and left.

Invariant: a checker that could not be entered has left nothing behind. Out of scope: what Lean is
and where (the subclasses), how claims are gathered (`_batching`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from leaneval.checkers._batching import Batcher
    from leaneval.types import Claim, Toolchain, Verdict


class BatchedChecker(ABC):
    """A `Checker` but for its `world`, around a `Batcher`.

    `_open` sets `_toolchain`, and `_cage` where it was not known before.
    """

    def __init__(self, spec: str, cage: str | None = None) -> None:
        self._spec = spec
        self._cage = cage
        self._toolchain: Toolchain | None = None
        self._batcher: Batcher | None = None

    @property
    def spec(self) -> str:
        """The spec string."""
        return self._spec

    @property
    def toolchain(self) -> Toolchain:
        """Lean's version, and the library with what identifies it."""
        assert self._toolchain is not None, "known once the context is entered"
        return self._toolchain

    @property
    def cage(self) -> str:
        """The isolation level reached."""
        assert self._cage is not None, "known once the context is entered"
        return self._cage

    async def check(self, claim: Claim) -> Verdict:
        """The verdict on `claim`; equal claims under way are run once."""
        assert self._batcher is not None, "a checker answers only inside `async with`"
        return await self._batcher.check(claim)

    async def __aenter__(self) -> Self:
        """Open what is needed, try the controls, start the workers.

        Raises:
            UnavailableError: Something is not there, or gives the wrong answer for a control.
        """
        try:
            self._batcher = await self._open()
            await self._batcher.start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        """End every worker, then release what was opened."""
        batcher, self._batcher = self._batcher, None
        if batcher is not None:
            await batcher.close()
        await self._release()

    @abstractmethod
    async def _open(self) -> Batcher:
        """What claims will be given to, not started."""

    @abstractmethod
    async def _release(self) -> None:
        """Give up what `_open` took, as far as it came."""
