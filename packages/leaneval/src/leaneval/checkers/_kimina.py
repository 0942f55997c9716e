"""The checker behind `kimina:URL`: batches as snippets of a Kimina Lean Server.

A batch is one snippet: the world's imports, a line that needs them, and the assembled commands. The
server runs the rest of a snippet in the environment that its import lines made, and is always given
import lines, for it would reuse any other environment without.

Invariant: a verdict comes from the audit lines in an answer and from nothing else. The server tells
nobody when an import failed: the REPL goes on in an empty environment, where every statement fails.
So an answer is believed only where `Nat` was there first. Answers come whole or not at all: what a
broken batch held is asked again claim by claim (`Batcher`, `partial=False`).

Out of scope: HTTP, outages and retries (`_kimina_client`).
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from leaneval.checkers._assemble import assemble, stands_alone
from leaneval.checkers._batching import Batcher
from leaneval.checkers._kimina_client import Fault, KiminaClient
from leaneval.checkers._kimina_identity import questions, toolchain
from leaneval.checkers._messages import read
from leaneval.checkers._runner import Outcome
from leaneval.errors import UnavailableError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.checkers._kimina_client import Reply
    from leaneval.checkers._messages import Message
    from leaneval.checkers._world import World
    from leaneval.types import Claim, Toolchain, Verdict

_PROBE = "#check Nat"
_FIRST_IMPORT = 300.0  # seconds that the first import of Mathlib from a cold disk may take
_START_PATIENCE, _PATIENCE = 5.0, 120.0
# Python breaks lines at these, Lean does not: the server's split would move what stands below
_LINE_BREAKS = dict.fromkeys(map(ord, "\v\f\x1c\x1d\x1e\x85\u2028\u2029"), "\ufffd")


@dataclass(slots=True)
class Usage:
    """What was asked of the server."""

    snippets: int = 0
    lean_seconds: float = 0.0


class KiminaSnippets:
    """A `Runner`: a snippet a batch.

    Args:
        client: Where to ask.
        world: What claims are asked in.

    Attributes:
        usage: What was done so far.
    """

    def __init__(self, client: KiminaClient, world: World) -> None:
        self._client = client
        self._world = world
        lines = [line for line in world.imports.splitlines() if line != "prelude"]
        # `prelude` is no import line and would end the header; a server of such a library adds it
        self._imports = "\n".join(lines) or "import Init"
        self.usage = Usage()

    async def run(self, claims: Sequence[Claim], seconds: float) -> Outcome:
        """Ask about `claims`; raises `UnavailableError` where the server cannot be had."""
        started = time.monotonic()
        file = assemble(claims, self._world, as_command=True)
        reply = await self.ask(file.text, seconds)
        nothing: list[Verdict | None] = [None] * len(claims)
        if reply.messages is None:
            timed_out = reply.fault is Fault.TIMEOUT
            return Outcome(nothing, "timeout" if timed_out else "died", reply.note)
        verdicts = read(file, reply.messages, self._world.axioms, 0)
        # silence is no crash: a REPL that died is reported as such
        note = "" if any(verdicts) else "an answer without our audit lines"
        waited = max(time.monotonic() - started - reply.seconds, 0.0)
        return Outcome(verdicts, "finished", note, waited)

    async def ask(self, text: str, seconds: float) -> Reply:
        """The reply to commands in the world's environment; positions count from their first line.

        Raises:
            UnavailableError: The server cannot be had, or cannot import.
        """
        body = f"{_PROBE}\n{text.translate(_LINE_BREAKS)}"
        reply = await self._client.ask(self._imports, body, seconds, _has_library)
        self.usage.snippets += 1
        self.usage.lean_seconds += reply.seconds
        if reply.messages is None:
            return reply
        shifted = [replace(m, line=m.line - 1) for m in reply.messages if m.line > 1]
        return replace(reply, messages=shifted)


def _has_library(messages: Sequence[Message]) -> bool:
    """Whether the probe, the first line, found what every library has."""
    probed = [message for message in messages if message.line == 1]
    return bool(probed) and all(message.severity != "error" for message in probed)


class KiminaChecker:
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
        self._spec = spec
        self._url = url
        self._key = key
        self._workers, self._batch_size, self._time_limit = workers, batch_size, time_limit
        self._patience = patience
        self.world = world
        self._toolchain: Toolchain | None = None
        self._client: KiminaClient | None = None
        self._snippets: KiminaSnippets | None = None
        self._batcher: Batcher | None = None

    @property
    def spec(self) -> str:
        """The spec string."""
        return self._spec

    @property
    def toolchain(self) -> Toolchain:
        """The server's Lean and library, as far as Lean there tells; else with the URL."""
        assert self._toolchain is not None, "known once the context is entered"
        return self._toolchain

    @property
    def cage(self) -> str:
        """What the server does is its own affair."""
        return "remote"

    def usage(self) -> dict[str, float]:
        """Snippets asked, and the seconds that the server says Lean took for them."""
        return {} if self._snippets is None else asdict(self._snippets.usage)

    async def check(self, claim: Claim) -> Verdict:
        """The verdict on `claim`; equal claims under way are run once."""
        assert self._batcher is not None, "a checker answers only inside `async with`"
        return await self._batcher.check(claim)

    async def __aenter__(self) -> Self:
        """Ask which Lean is there, try the controls.

        Raises:
            UnavailableError: The server does not answer, refuses us, cannot import, or answers
                wrongly.
        """
        client = self._client = KiminaClient(
            self._url, self._key, patience=_START_PATIENCE, connections=self._workers
        )
        try:
            self._snippets = KiminaSnippets(client, self.world)
            self._toolchain = await self._identify(self._snippets)
            self._batcher = Batcher(
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
            await self._batcher.start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        client.patience = self._patience
        return self

    async def _identify(self, snippets: KiminaSnippets) -> Toolchain:
        reply = await snippets.ask(questions(self.world), _FIRST_IMPORT)
        if reply.messages is None:
            raise UnavailableError(
                f"the Kimina server at {self._url} must say which Lean it runs, got {reply.note}: "
                "look at its log"
            )
        return toolchain(self.world, reply.messages, self._url)

    async def __aexit__(self, *exception: object) -> None:
        """Drop what is under way and close the connections."""
        if self._batcher is not None:
            await self._batcher.close()
        if self._client is not None:
            await asyncio.shield(self._client.close())
        self._batcher = self._client = None


def server_url(argument: str | None) -> str:
    """The base URL in a spec, `http://` put before a bare host, without a slash at its end.

    Raises:
        UsageError: It is none, or holds credentials.
    """
    text = (argument or "").rstrip("/")
    if text and "://" not in text:
        text = f"http://{text}"
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"checker `kimina:URL` must name a Kimina Lean Server, got {argument!r}: "
            "kimina:http://localhost:8000, say"
        )
    if parts.username or parts.password or parts.query:
        raise UsageError(
            "checker `kimina:URL` takes no password or query in its URL, which is written into "
            "results; LEANEVAL_KIMINA_API_KEY holds the key"
        )
    return text
