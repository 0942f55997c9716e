"""One measurement from settings to numbers' raw material, for callers that are not asynchronous.

`preflight` tries checker and judge on statements with known answers before anything is paid for;
`measure` scores rollouts and says under which conditions it did. Both open and close checker and
judge themselves and work inside a running event loop (a notebook).
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
import time
from collections import Counter
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, TypeVar

from leaneval.errors import UnavailableError
from leaneval.metrics import is_missing
from leaneval.pipeline import Pipeline
from leaneval.progress import Progress
from leaneval.types import Diagnostic, DualScore, StatementClaim, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine, Sequence

    from leaneval.pipeline import Work
    from leaneval.profile import Profile
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings
    from leaneval.types import Claim

logger = logging.getLogger("lm_eval.leaneval")

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Measurement:
    """What a scoring run yields.

    Attributes:
        scores: One list a problem, one dual score a rollout, in the order given.
        info: JSON-ready: under which conditions, and the counts behind coverage.
    """

    scores: list[list[DualScore]]
    info: dict[str, Any]


def measure(
    work: Sequence[Work], settings: Settings, *, profile: Profile, progress: bool = True
) -> Measurement:
    """Score every rollout.

    Args:
        work: Problems with their rollouts.
        settings: Checker, judge, protocol, limits.
        profile: The problems' Lean world.
        progress: Draw a progress line when standard error is a terminal.

    Raises:
        UsageError: A spec string names nothing that exists.
        UnavailableError: Checker or judge cannot start. No rollout is scored then.
    """
    return _run(_measure(work, settings, profile, progress))


async def _measure(
    work: Sequence[Work], settings: Settings, profile: Profile, show: bool
) -> Measurement:
    started = time.monotonic()
    total = sum(len(rollouts) for _, rollouts in work)
    async with instruments(settings) as (checker, judge):
        asked = await _fit(checker, profile)
        with Progress(total, show=show) as bar:
            scores = await Pipeline(asked, judge, settings, profile, bar).run(work)
        info = _conditions(settings, profile, checker, judge) | _counts(scores)
    info["seconds"] = round(time.monotonic() - started, 3)
    return Measurement(scores, info)


async def _fit(checker: Checker, profile: Profile) -> Checker:
    """The checker, or where it fails the profile's controls one that calls all unavailable.

    With preflight off this is the first time that the controls are tried, and the rollouts are
    paid for: they are kept, unscored, to be scored again with a checker that can.
    """
    try:
        await _try_checker(checker, profile)
    except UnavailableError as error:
        logger.warning("%s No rollout is scored.", error)
        return _Unfit(checker, str(error))
    return checker


class _Unfit:
    """A checker in the place of one that gives wrong answers: it gives none."""

    def __init__(self, checker: Checker, why: str) -> None:
        self._checker = checker
        said = (Diagnostic("error", why),)
        self._verdict = Verdict(VerdictKind.UNAVAILABLE, diagnostics=said)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._checker, name)

    async def check(self, claim: Claim) -> Verdict:
        """Unavailable, whatever is asked."""
        return self._verdict


@asynccontextmanager
async def instruments(settings: Settings) -> AsyncIterator[tuple[Checker, Judge | None]]:
    """Checker and judge of the settings, entered.

    Raises:
        UsageError: A spec string names nothing that exists.
        UnavailableError: One of them cannot start.
    """
    from leaneval.checkers import make_checker
    from leaneval.judges import make_judge

    async with AsyncExitStack() as stack:
        checker = await stack.enter_async_context(make_checker(settings))
        judge = make_judge(settings, checker)
        if judge is not None:
            await stack.enter_async_context(judge)
        yield checker, judge


def _conditions(
    settings: Settings, profile: Profile, checker: Checker, judge: Judge | None
) -> dict[str, Any]:
    from leaneval.gate import VERSION

    return {
        "leaneval": version("leaneval"),
        "protocol": settings.protocol,
        "profile": profile.name,
        "checker": checker.spec,
        "toolchain": checker.toolchain.key,
        "cage": checker.cage,
        "gate": VERSION,
        "judge": judge.spec if judge else "none",
        "judge_identity": judge.identity if judge else "",
        "judge_usage": judge.usage() if judge else {},
        "verdict_cache_hits": getattr(checker, "hits", 0),
        "settings": settings.model_dump(mode="json"),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }


def _counts(scores: Sequence[Sequence[DualScore]]) -> dict[str, Any]:
    duals = [dual for row in scores for dual in row]
    rules = Counter(dual.verdict.rule for dual in duals if dual.verdict.rule)
    return {
        "rollouts": len(duals),
        "verdicts": dict(Counter(str(dual.verdict.kind) for dual in duals)),
        "study_verdicts": dict(Counter(str(dual.study.kind) for dual in duals)),
        "rejected_by_rule": dict(rules.most_common()),
        "scores_unavailable": sum(d.score is not None and not d.score.available for d in duals),
        "missing": sum(is_missing(dual) for dual in duals),
    }


@lru_cache(maxsize=32)
def preflight(settings: Settings, profile: Profile) -> None:
    """Try checker and judge on statements with known answers; once a process.

    Args:
        settings: The run's.
        profile: Gives the control statements.

    Raises:
        UsageError: A spec string names nothing that exists.
        UnavailableError: Checker or judge cannot work here, or gives a wrong answer.
    """
    _run(_preflight(settings, profile))


async def _preflight(settings: Settings, profile: Profile) -> None:
    async with instruments(settings) as (checker, judge):
        await _try_checker(checker, profile)
        if judge is not None:
            await _try_judge(judge, profile, settings.threshold)


async def _try_checker(checker: Checker, profile: Profile) -> None:
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


async def _try_judge(judge: Judge, profile: Profile, threshold: float) -> None:
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
    if (same.value or 0.0) < threshold or (other.value or 0.0) >= threshold:
        logger.warning(
            "preflight: judge %r scores the reference against itself %s and a tautology %s "
            "(threshold %s); its scores may mean little",
            judge.spec, same.value, other.value, threshold,
        )  # fmt: skip


def _run(work: Coroutine[Any, Any, R]) -> R:
    """`asyncio.run`, in a thread of its own where this one already runs a loop."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    outcome: list[R] = []
    failure: list[BaseException] = []

    def target() -> None:
        try:
            outcome.append(asyncio.run(work))
        except BaseException as error:  # handed to the caller's thread
            failure.append(error)

    thread = threading.Thread(target=target, name="leaneval")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]
    return outcome[0]
