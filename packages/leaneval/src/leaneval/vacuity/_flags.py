"""The flags of one statement: some read off its text, some proved by Lean."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Self

from leaneval.errors import UnavailableError
from leaneval.lean import UnterminatedError, tokens
from leaneval.tactics import tactics_for, tried
from leaneval.types import VerdictKind
from leaneval.vacuity._text import unused_binders

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leaneval.protocols import Checker
    from leaneval.tactics import Tactic, TacticList
    from leaneval.types import Statement, Verdict

logger = logging.getLogger("lm_eval.leaneval")

CONTRADICTORY = "contradictory"
UNUSED = "unused-binder"

FLAGS = {
    CONTRADICTORY: "False follows from the hypotheses (proved by Lean)",
    "conclusion-among-hypotheses": "the conclusion is one of the hypotheses (proved by Lean)",
    "trivial": "the conclusion holds by reflexivity, whatever it says (proved by Lean)",
    UNUSED: "a variable is bound and not spoken of (read off the text)",
}
"""Flag -> what it says."""


def says_nothing(flags: Iterable[str]) -> bool:
    """Whether one of the flags was proved by Lean; an unused variable alone is but a sign."""
    return any(flag != UNUSED for flag in flags)


class Vacuity:
    """Asks for flags.

    Lean is asked one cheap question about most statements, and which flags hold only where the
    answer is yes.

    Args:
        checker: Entered; used until its owner leaves it.
        tactics: Tried.
    """

    def __init__(self, checker: Checker, tactics: TacticList) -> None:
        self._checker = checker
        self._tactics = tactics

    @classmethod
    async def start(cls, checker: Checker) -> Self:
        """With the tactics that work under `checker`.

        Raises:
            UnavailableError: The checker gives no answer, or no tactic works under it.
        """
        found = tactics_for(checker)
        return cls(checker, await tried(found, checker, "vacuity", "filter"))

    @classmethod
    async def start_if_able(cls, checker: Checker) -> Self | None:
        """As `start`, or None with a warning: flags are worth no run."""
        try:
            return await cls.start(checker)
        except UnavailableError as error:
            logger.warning("no statement is flagged as vacuous: %s", error)
            return None

    @property
    def identity(self) -> str:
        """The tactics in use."""
        return self._tactics.identity

    async def flags(self, statement: Statement) -> tuple[str, ...] | None:
        """The flags of a statement that compiles, in the order of `FLAGS`; None in an outage.

        A limit reached is no flag: nothing was proved.
        """
        (cheap,) = self._tactics.of("filter")
        verdict = await self._ask(cheap, statement)
        found = {UNUSED} if unused_binders(statement.signature) else set[str]()
        if verdict.kind is VerdictKind.UNAVAILABLE:
            return None
        if verdict.compiles:
            wanted = [t for t in self._tactics.of("vacuity") if _applies(t.name, statement)]
            verdicts = await asyncio.gather(*(self._ask(tactic, statement) for tactic in wanted))
            if any(v.kind is VerdictKind.UNAVAILABLE for v in verdicts):
                return None
            found |= {t.name for t, v in zip(wanted, verdicts, strict=True) if v.compiles}
        return tuple(flag for flag in FLAGS if flag in found)

    async def _ask(self, tactic: Tactic, statement: Statement) -> Verdict:
        return await self._checker.check(self._tactics.claim(tactic, statement))


def _applies(flag: str, statement: Statement) -> bool:
    """A statement that ends in `False` refutes its hypotheses; they contradict each other rightly.

    Under Mathlib the tactic sees to this itself, up to unfolding.
    """
    if flag != CONTRADICTORY:
        return True
    try:
        words = tokens(statement.signature)
    except UnterminatedError:
        return True
    return not words or words[-1].text != "False"
