"""One question at a time to a Kimina Lean Server over HTTP, and what its answers mean.

The server splits a snippet into its import lines, which make a REPL's first command and choose the
REPL, and the rest, which is run on top of them as one command; positions count from that rest.

Invariant: a `Reply` says what the server positively said. What is about the server (overload, a
header that could not be imported, a lost connection, an answer cut short) is tried again here, on
another REPL where that helps, until patience runs out; then it is an `UnavailableError`. Nothing is
taken for an answer that is none. The key never appears in a message. Out of scope: what Lean's
messages mean for a claim.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from typing import TYPE_CHECKING

import httpx

from leaneval._http import retry_after
from leaneval.checkers.kimina._answers import Fault, Reply, reply
from leaneval.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from leaneval.checkers._messages import Message

KEY_VARIABLE = "LEANEVAL_KIMINA_API_KEY"

_LONGEST_LIMIT = 600.0  # seconds that even the slowest import may take
_FIRST_PAUSE, _LONGEST_PAUSE, _LONGEST_ASKED_FOR = 0.2, 10.0, 60.0
_SAFETY = 10.0  # the server gives a whole request its limit and this
_GRACE = 20.0
_BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
_REPLS_TRIED = 3


class KiminaClient:
    """A connection to one server; to be closed.

    Args:
        url: The server's base URL, without credentials.
        key: Its API key, where it wants one.
        patience: Seconds of outage that are waited out.
        connections: Requests at once.

    Attributes:
        patience: As above; may be changed.
    """

    def __init__(self, url: str, key: str | None, *, patience: float, connections: int) -> None:
        self._url = url
        self.patience = patience
        self._out_since: float | None = None
        self._http = httpx.AsyncClient(
            headers={"Authorization": f"Bearer {key}"} if key else {},
            limits=httpx.Limits(max_connections=connections + 2),
        )

    async def close(self) -> None:
        """Release the connections."""
        await self._http.aclose()

    async def ask(
        self, imports: str, body: str, seconds: float, believed: Callable[[list[Message]], bool]
    ) -> Reply:
        """The reply to `body` on top of `imports`: messages, `TIMEOUT` or `DIED`.

        Args:
            imports: One or more import lines: without them the server reuses any environment.
            body: Lean commands; its first line is none of the imports and not blank.
            seconds: Limit of the command. Where importing takes longer, the limit is raised.
            believed: Whether Lean's messages show that the imports are there.

        Raises:
            UnavailableError: The server cannot be had, refuses us or cannot import.
        """
        # the server counts an import's time against the same limit as the command's
        limit, reuse, repls = seconds, True, 1
        started, pause = time.monotonic(), _FIRST_PAUSE
        while True:
            said = await self._once(imports, body, limit, reuse)
            if said.messages is not None and not believed(said.messages):
                words = said.messages[0].text if said.messages else "no messages at all"
                said = Reply(fault=Fault.NO_IMPORT, note=words)
            match said.fault:
                case None | Fault.TIMEOUT | Fault.DIED:
                    return said
                case Fault.SLOW_IMPORT if limit < _LONGEST_LIMIT:
                    limit = min(max(4 * limit, 60.0), _LONGEST_LIMIT)
                case Fault.NO_IMPORT if repls < _REPLS_TRIED:
                    # the one without the library stays in the server's pool; leave it there
                    reuse, repls = False, repls + 1
                case Fault.OUT if not self._is_over(started):
                    pass
                case _:
                    raise UnavailableError(self._complaint(said, imports))
            await asyncio.sleep(max(pause * random.uniform(0.5, 1.0), said.pause))
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _is_over(self, started: float) -> bool:
        """Whether patience has run out, with this question or with the server as a whole."""
        now = time.monotonic()
        since = started if self._out_since is None else min(started, self._out_since)
        return now - since >= self.patience

    def _complaint(self, said: Reply, imports: str) -> str:
        if said.fault is Fault.OUT:
            return (
                f"the Kimina server at {self._url} must answer, and did not for "
                f"{self.patience:g} s: {said.note}. Start it, or give the URL of one that runs."
            )
        lines = imports.replace("\n", "; ")
        return (
            f"the Kimina server at {self._url} must be able to run `{lines}`, got: {said.note}. "
            "Look at its project, and at its memory limit a REPL."
        )

    async def _once(self, imports: str, body: str, limit: float, reuse: bool) -> Reply:
        seconds = math.ceil(limit)
        snippet = {"id": "0", "code": f"{imports}\n{body}"}
        order = {"snippets": [snippet], "timeout": seconds, "reuse": reuse}
        wait = httpx.Timeout(30.0, read=seconds + _SAFETY + _GRACE, pool=None)
        try:
            response = await self._http.post(f"{self._url}/api/check", json=order, timeout=wait)
            said = reply(response.json()) if response.is_success else self._refusal(response)
        except (httpx.RequestError, ValueError) as error:
            said = Reply(fault=Fault.OUT, note=f"{type(error).__name__} {error}".strip())
        if said.fault is not Fault.OUT:
            self._out_since = None
        elif self._out_since is None:
            self._out_since = time.monotonic()
        return said

    def _refusal(self, response: httpx.Response) -> Reply:
        status = response.status_code
        note = f"HTTP {status} {response.text.strip()[:300]}".strip()
        if status == httpx.codes.GATEWAY_TIMEOUT:
            return Reply(fault=Fault.SLOW_IMPORT, note=note)
        if status in _BUSY:
            pause = min(retry_after(response.headers) or 0.0, _LONGEST_ASKED_FOR)
            return Reply(fault=Fault.OUT, note=note, pause=pause)
        if status in (401, 403):
            raise UnavailableError(
                f"the Kimina server at {self._url} must accept our key, got {note}: "
                f"set {KEY_VARIABLE} to its API key"
            )
        raise UnavailableError(
            f"{self._url} must be the base URL of a Kimina Lean Server (it serves /api/check), "
            f"got {note}: correct the checker's spec, kimina:URL"
        )
