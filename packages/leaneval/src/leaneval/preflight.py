"""Checker and judge are tried on statements with known answers before anything is paid for."""

from __future__ import annotations

import asyncio
import logging
from functools import lru_cache
from typing import TYPE_CHECKING

from leaneval._loop import run
from leaneval.errors import DataError, UnavailableError
from leaneval.extract import parse_reference
from leaneval.instruments import instruments
from leaneval.types import StatementClaim

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leaneval.profile import Profile
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings
    from leaneval.types import Problem

logger = logging.getLogger("lm_eval.leaneval")

_FORMAL = frozenset({"defeq", "beq", "both"})


@lru_cache(maxsize=32)
def preflight(settings: Settings, profile: Profile) -> bool:
    """Try checker and judge on statements with known answers; once a process.

    Args:
        settings: The run's.
        profile: Gives the control statements.

    Returns:
        Whether the judge, if there is one, tells a statement from a tautology; else it is warned.

    Raises:
        UsageError: A spec string names nothing that exists.
        UnavailableError: Checker or judge cannot work here, or gives a wrong answer.
    """
    return run(_preflight(settings, profile))


def require_references(problems: Iterable[Problem], settings: Settings) -> None:
    """See that the judge can read every reference, before a rollout is paid for.

    A formal judge takes the statement out of a reference; a model is shown the text as it stands.
    Whether it compiles is for `leaneval check --references` to say.

    Raises:
        DataError: A reference holds no theorem; the problem is named.
    """
    if settings.judge.partition(":")[0] not in _FORMAL:
        return
    for problem in problems:
        for text in (problem.reference, *problem.references):
            try:
                parse_reference(text, problem.header)
            except DataError as error:
                raise DataError(f"problem {problem.id!r}: {error}") from error


async def _preflight(settings: Settings, profile: Profile) -> bool:
    async with instruments(settings, profile) as (checker, judge):
        await try_checker(checker, profile)
        return judge is None or await _try_judge(judge, profile, settings.threshold)


async def try_checker(checker: Checker, profile: Profile) -> None:
    """Ask for the profile's control statements.

    Raises:
        UnavailableError: The checker does not tell the good one from the broken one.
    """
    good, bad = await asyncio.gather(
        checker.check(StatementClaim(profile.control)),
        checker.check(StatementClaim(profile.control_broken)),
    )
    for verdict, wanted, signature in (
        (good, "compiles", profile.control.signature),
        (bad, "fails", profile.control_broken.signature),
    ):
        if verdict.kind != wanted:
            said = "; ".join(d.message for d in verdict.diagnostics) or "nothing"
            raise UnavailableError(
                f"preflight: the checker {checker.spec!r} must say {wanted!r} of the control "
                f"statement `{signature}`, got {str(verdict.kind)!r} ({said}). "
                "`leaneval doctor` shows what works here."
            )


async def _try_judge(judge: Judge, profile: Profile, threshold: float) -> bool:
    """Whether it tells the control problem's statement from a tautology.

    Raises:
        UnavailableError: It gives no score.
    """
    problem = profile.control_problem
    same, other = await asyncio.gather(
        judge.score(problem, profile.control), judge.score(problem, profile.control_wrong)
    )
    for score in (same, other):
        if score.value is None:
            raise UnavailableError(
                f"preflight: the judge {judge.spec!r} gave no score for a control statement: "
                f"{score.reason}. `leaneval doctor` shows what works here."
            )
    tells = (same.value or 0.0) >= threshold > (other.value or 0.0)
    if not tells:
        logger.warning(
            "preflight: judge %r scores the reference against itself %s and a tautology %s "
            "(threshold %s); its scores may mean little",
            judge.spec, same.value, other.value, threshold,
        )  # fmt: skip
    return tells
