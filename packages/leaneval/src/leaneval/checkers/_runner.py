"""How a batch is run: the seam between batching and files, REPLs, servers, actors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

from leaneval.types import Statement, StatementClaim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.types import Claim, Verdict

GOOD = StatementClaim(Statement("", "control", ": ∀ p : Prop, p → p"))
BAD = StatementClaim(Statement("", "control", ": ∀ p : Prop, p → leaneval_undeclared p"))
"""Claims with a known answer, under any preamble: the controls of the crash rule and preflight."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run of a batch gave.

    Attributes:
        verdicts: One for each claim, in order; None where undecided.
        ended: `finished` by itself, killed at its `timeout`, `died` in the midst of it, or
            `refused` to begin, which no claim can be blamed for.
        note: What is known about why it did not finish.
        waited: Seconds of the run that went by before the claims were asked (an import, say); they
            count neither as checking time nor against a limit.
    """

    verdicts: Sequence[Verdict | None]
    ended: Literal["finished", "timeout", "died", "refused"]
    note: str = ""
    waited: float = 0.0


class Runner(Protocol):
    """Runs a batch. Called by several workers at once; must clean up when cancelled."""

    async def run(self, claims: Sequence[Claim], seconds: float) -> Outcome:
        """Ask about `claims`, giving up after `seconds`.

        May raise `UnavailableError` or `OSError`, which count as `refused`.
        """
