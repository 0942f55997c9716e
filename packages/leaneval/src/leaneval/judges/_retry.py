"""When to ask an endpoint again, and when to stop: the one retry policy of the LLM judge.

Invariant: every question ends, after a bounded number of tries and within a bounded time. A server
that says when to come back is obeyed; one that says nothing is given exponentially growing pauses
with jitter, so that many callers do not return at the same instant. Out of scope: what a try is.
"""

from __future__ import annotations

import asyncio
import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

R = TypeVar("R")

Fault = Literal["outage", "answer", "final"]
"""`outage`: the endpoint failed us. `answer`: it answered, not usably. `final`: asking again is
no use (a wrong key, an unknown model)."""


class TryError(Exception):
    """One try failed.

    Attributes:
        fault: Whose fault it was, which decides what comes next.
        wait: Seconds after which the server asked to be tried again, if it did.
    """

    def __init__(self, fault: Fault, why: str, wait: float | None = None) -> None:
        super().__init__(why)
        self.fault = fault
        self.wait = wait


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """Bounds on one question.

    Attributes:
        tries: Most tries in all. With the pauses below, eight outlast a minute of refusals.
        answers: Most unusable answers: at temperature 0 a fourth is rarely better.
        call_seconds: Most seconds for one try.
        total_seconds: Most seconds for the question, pauses included.
        pause: Seconds before the second try; doubled each time.
        longest_pause: Upper bound of that doubling.
    """

    tries: int = 8
    answers: int = 3
    call_seconds: float = 90.0
    total_seconds: float = 300.0
    pause: float = 1.0
    longest_pause: float = 30.0

    def backoff(self, failures: int) -> float:
        """Seconds to wait after so many failures: within a quarter of the exponential curve."""
        return min(self.pause * 2.0 ** (failures - 1), self.longest_pause) * random.uniform(
            0.75, 1.25
        )


async def persist(
    policy: RetryPolicy, attempt: Callable[[], Awaitable[R]], *, tries: int | None = None
) -> R:
    """The result of `attempt`, tried as often as the policy allows.

    Args:
        policy: The bounds.
        attempt: One try; raises `TryError` where it fails.
        tries: Fewer tries than the policy's.

    Raises:
        TryError: The last failure, with the number of tries.
    """
    most = tries or policy.tries
    deadline = time.monotonic() + policy.total_seconds
    unusable = 0
    for count in range(1, most + 1):
        try:
            async with asyncio.timeout(max(0.0, deadline - time.monotonic())):
                return await attempt()
        except TryError as error:
            failure = error
        except TimeoutError:
            failure = TryError("outage", f"no answer within {policy.total_seconds:g} s in all")
            break
        unusable += failure.fault == "answer"
        pause = max(policy.backoff(count), failure.wait or 0.0)
        if failure.fault == "final" or count == most or unusable == policy.answers:
            break
        if time.monotonic() + pause > deadline:
            failure = TryError(
                failure.fault, f"{failure}; the next try would come too late", failure.wait
            )
            break
        await asyncio.sleep(pause)
    noun = "try" if count == 1 else "tries"
    raise TryError(failure.fault, f"{failure} ({count} {noun})", failure.wait) from failure
