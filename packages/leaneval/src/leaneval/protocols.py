"""The two seams of leaneval: what a checker is and what a judge is.

Both answer one question at a time and batch inside: callers start as many `check` or `score`
calls as they like at once, and a checker gathers what is waiting into files or REPL batches. That
way the GRPO reward, the lm-eval task and the command line share one code path, and a rollout is
judged as soon as its verdict is in.

Neither raises for a bad candidate, an outage or a time-out: that is data (`Verdict`, `Score`).
They raise `UnavailableError` from `__aenter__` when they cannot work at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, Self

if TYPE_CHECKING:
    from leaneval.types import Claim, Problem, Score, Statement, Toolchain, Verdict


class Checker(Protocol):
    """Turns claims into verdicts. Used as an async context manager."""

    @property
    def spec(self) -> str:
        """The spec string that makes this checker, such as `embedded` or `kimina:URL`."""

    @property
    def toolchain(self) -> Toolchain:
        """Lean and library in use; known once the context is entered."""

    @property
    def cage(self) -> str:
        """Isolation level reached, for the report: `full`, `limits only`, `none`, `remote`."""

    async def check(self, claim: Claim) -> Verdict:
        """The verdict on one claim; never raises for what Lean or a candidate does."""

    async def __aenter__(self) -> Self:
        """Start. Raises `UnavailableError`, with the remedy, if it cannot work here."""

    async def __aexit__(self, *exception: object) -> None:
        """Stop every process and release every file."""


class Judge(Protocol):
    """Turns (problem, statement) into a score. Used as an async context manager."""

    @property
    def spec(self) -> str:
        """The spec string that makes this judge, such as `defeq` or `llm:gpt-5-mini`."""

    @property
    def identity(self) -> str:
        """All that its scores depend on (model, endpoint, prompt digest): the cache key's part."""

    async def score(self, problem: Problem, statement: Statement) -> Score:
        """The score of a statement that compiles; `Score(None, why)` when it cannot be had."""

    def usage(self) -> dict[str, float]:
        """Counters for the report: calls, tokens, cost where prices are known. May be empty."""

    async def __aenter__(self) -> Self:
        """Start. Raises `UnavailableError`, with the remedy, if it cannot work here."""

    async def __aexit__(self, *exception: object) -> None:
        """Release connections."""
