"""Runs a batch as one snippet: the imports, a line that needs them, the assembled commands.

The server runs what follows a snippet's import lines in the environment that they made. It is
always given import lines: without any it would reuse whatever environment a REPL began with.

Invariant: the server tells nobody when an import failed: the REPL goes on in an empty environment,
where every statement fails. So an answer is believed only where `Nat` was there first.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from leaneval.checkers._assemble import assemble
from leaneval.checkers._messages import read
from leaneval.checkers._runner import Outcome
from leaneval.checkers.kimina._answers import Fault

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.checkers._messages import Message
    from leaneval.checkers._world import World
    from leaneval.checkers.kimina._answers import Reply
    from leaneval.checkers.kimina._client import KiminaClient
    from leaneval.types import Claim, Verdict

_PROBE = "#check Nat"
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
