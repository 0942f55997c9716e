"""What a Kimina Lean Server's answers mean: the shapes of its success and of each of its faults.

They are those of the server's version 2 (`/api/check`), seen and tested against the real one.

Invariant: an answer is Lean's messages, or a fault with the server's words, or a `ValueError`:
nothing that is none of the server's shapes is taken for one. Out of scope: what to do about it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from leaneval.checkers._messages import parse_response

if TYPE_CHECKING:
    from leaneval.checkers._messages import Message

_DIED = "Snippet execution failed"
_STATEMENT_TIMED_OUT = "Lean REPL command timed out"
_HEADER_TIMED_OUT = "Lean REPL header command timed out"


class Fault(StrEnum):
    """What came in place of Lean's messages."""

    TIMEOUT = "timeout"
    """The command ran beyond its limit, and the server ended its REPL."""
    DIED = "died"
    """The REPL ended, or wrote no JSON, while it ran the command."""
    SLOW_IMPORT = "slow import"
    """The imports ran beyond the limit, or the request beyond the server's own."""
    NO_IMPORT = "no import"
    """The REPL has no environment with the imports in it."""
    OUT = "out"
    """The server is overloaded or away, or its answer was cut short."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What the server said to one snippet.

    Attributes:
        messages: Lean's, where it answered; lines count from the line after the imports.
        fault: What came instead.
        note: The server's words.
        seconds: What the server says the command took; 0 where it does not say.
        pause: Seconds after which the server asks to be tried again.
    """

    messages: list[Message] | None = None
    fault: Fault | None = None
    note: str = ""
    seconds: float = 0.0
    pause: float = 0.0


def reply(answer: Any) -> Reply:
    """What a decoded body says; raises `ValueError` for one that is not of the API."""
    results = answer.get("results") if isinstance(answer, dict) else None
    if not isinstance(results, list) or len(results) != 1 or not isinstance(results[0], dict):
        raise ValueError(f"want one result for one snippet, got {str(answer)[:200]}")
    (result,) = results
    if result.get("error"):
        return _error(str(result["error"]))
    response = result.get("response")
    messages = parse_response(response)
    if messages is not None:
        took = result.get("time")
        return Reply(messages, seconds=took if isinstance(took, int | float) else 0.0)
    if isinstance(response, dict) and isinstance(response.get("message"), str):
        return Reply(fault=Fault.NO_IMPORT, note=response["message"])
    raise ValueError(f"want a REPL's response, got {str(result)[:200]}")


def _error(said: str) -> Reply:
    note = said[:300]
    if said.startswith(_STATEMENT_TIMED_OUT):
        return Reply(fault=Fault.TIMEOUT, note=note)
    if said.startswith(_HEADER_TIMED_OUT):
        return Reply(fault=Fault.SLOW_IMPORT, note=note)
    if said.startswith(_DIED):
        return Reply(fault=Fault.DIED, note=note)
    return Reply(fault=Fault.OUT, note=note)
