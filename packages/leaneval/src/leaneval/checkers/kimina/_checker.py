"""The checker behind `kimina:URL`: claims checked by a Kimina Lean Server.

Invariant: a verdict comes from the audit lines in an answer and from nothing else. Answers come
whole or not at all: what a broken batch held is asked again claim by claim (`partial=False`).

Out of scope: how a batch is asked (`_runner`), outages and retries (`_client`).
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from typing import TYPE_CHECKING, Self

from leaneval._http import address
from leaneval.checkers._assemble import stands_alone
from leaneval.checkers._base import BatchedChecker
from leaneval.checkers._batching import Batcher
from leaneval.checkers.kimina._answers import Fault
from leaneval.checkers.kimina._client import KiminaClient
from leaneval.checkers.kimina._identity import questions, toolchain
from leaneval.checkers.kimina._runner import KiminaSnippets
from leaneval.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from leaneval.checkers._world import World
    from leaneval.types import Toolchain

_FIRST_IMPORT = 300.0  # seconds that the first import of Mathlib from a cold disk may take
_START_PATIENCE, _PATIENCE = 5.0, 120.0
_STARTS = 3


class KiminaChecker(BatchedChecker):
    """A `Checker` over a Kimina Lean Server.

    Args:
        spec: Its spec string.
        url: The server's base URL.
        key: Its API key, where it wants one.
        world: What claims are asked in.
        workers: Requests at once.
        batch_size: Claims a snippet, at most.
        time_limit: Seconds that a claim may take alone.
        patience: Seconds of outage that are waited out in mid-run.
    """

    def __init__(
        self,
        spec: str,
        url: str,
        key: str | None,
        world: World,
        *,
        workers: int,
        batch_size: int,
        time_limit: float,
        patience: float = _PATIENCE,
    ) -> None:
        super().__init__(spec, cage="remote")  # what the server does is its own affair
        self._url = url
        self._key = key
        self._workers, self._batch_size, self._time_limit = workers, batch_size, time_limit
        self._patience = patience
        self.world = world
        self._client: KiminaClient | None = None
        self._snippets: KiminaSnippets | None = None

    def usage(self) -> dict[str, float]:
        """Snippets asked, and the seconds that the server says Lean took for them."""
        return {} if self._snippets is None else asdict(self._snippets.usage)

    async def __aenter__(self) -> Self:
        """As any checker; an outage is waited out only once the server has worked.

        Raises:
            UnavailableError: The server does not answer, refuses us, cannot import, or answers
                wrongly.
        """
        await super().__aenter__()
        assert self._client is not None, "opened"
        self._client.patience = self._patience
        return self

    async def _open(self) -> Batcher:
        """Ask which Lean is there."""
        self._client = KiminaClient(
            self._url, self._key, patience=_START_PATIENCE, connections=self._workers
        )
        self._snippets = KiminaSnippets(self._client, self.world)
        self._toolchain = await self._identify(self._snippets)
        return Batcher(
            self._snippets,
            self._toolchain.key,
            workers=self._workers,
            batch_size=self._batch_size,
            time_limit=self._time_limit,
            stands_alone=stands_alone,
            partial=False,
            seconds_a_claim=1.0 if self.world.has_init else 0.04,
            fewest=1,
        )

    async def _identify(self, snippets: KiminaSnippets) -> Toolchain:
        for _ in range(_STARTS):  # a REPL may die for reasons of the machine's
            reply = await snippets.ask(questions(self.world), _FIRST_IMPORT)
            if reply.fault is not Fault.DIED:
                break
        if reply.messages is None:
            raise UnavailableError(
                f"the Kimina server at {self._url} must say which Lean it runs, got {reply.note}: "
                "look at its log"
            )
        return toolchain(self.world, reply.messages, self._url)

    async def _release(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await asyncio.shield(client.close())


def server_url(argument: str | None) -> str:
    """The base URL in a spec, `http://` put before a bare host, without a slash at its end.

    Raises:
        UsageError: It is none, or holds credentials.
    """
    text = argument or ""
    parts = address(text if "://" in text else f"http://{text}")
    if parts is None:
        shown = "one with a password" if "@" in text else repr(argument)
        raise UsageError(
            f"checker `kimina:URL` must name a Kimina Lean Server, got {shown}: "
            "kimina:http://localhost:8000, say"
        )
    if parts.username or parts.password or parts.query:
        raise UsageError(
            "checker `kimina:URL` takes no password or query in its URL, which is written into "
            "results; LEANEVAL_KIMINA_API_KEY holds the key"
        )
    return parts.geturl().rstrip("/")
