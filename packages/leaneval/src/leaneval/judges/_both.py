"""`both:llm:MODEL`: two judges on each statement, a model that reads and Lean that proves.

The model's score is the primary one: it makes `S@k` and the reward, and compares with other runs of
that judge. `beq`'s is the second, a lower bound that no wording can talk into a 1. Their agreement
says how far either can be relied on. Invariant: the two are asked independently and neither fills
in for the other.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from leaneval.protocols import Judge
    from leaneval.types import Problem, Score, Statement


class BothJudges:
    """A `Judge` that answers as `primary` does, with `second` at hand for whoever asks it too.

    Args:
        primary: Makes the score.
        second: Makes the second score.

    Attributes:
        second: The second judge.
    """

    def __init__(self, primary: Judge, second: Judge) -> None:
        self._primary = primary
        self.second = second
        self._stack = AsyncExitStack()

    @property
    def spec(self) -> str:
        """`both:` and the primary judge's."""
        return f"both:{self._primary.spec}"

    @property
    def identity(self) -> str:
        """Of both."""
        return f"primary {self._primary.identity}; second {self.second.identity}"

    async def score(self, problem: Problem, statement: Statement) -> Score:
        """The primary judge's."""
        return await self._primary.score(problem, statement)

    def usage(self) -> dict[str, float]:
        """The primary judge's counters, and the second's under names that begin with its own."""
        second = {f"{self.second.spec}_{key}": n for key, n in self.second.usage().items()}
        return {**self._primary.usage(), **second}

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._primary)
            await stack.enter_async_context(self.second)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(self, *exception: object) -> None:
        await self._stack.aclose()
