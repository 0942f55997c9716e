"""One measurement from settings to numbers' raw material, for callers that are not asynchronous.

`measure` scores rollouts and says under which conditions it did. It opens and closes checker and
judge itself and works inside a running event loop (a notebook).
"""

from __future__ import annotations

import logging
import os
import time
from collections import Counter
from dataclasses import dataclass
from importlib.metadata import version
from itertools import chain
from typing import TYPE_CHECKING, Any

from leaneval._loop import run
from leaneval.errors import UnavailableError
from leaneval.instruments import instruments
from leaneval.metrics import agreement, has_second, is_missing
from leaneval.pipeline import Pipeline
from leaneval.preflight import try_checker
from leaneval.progress import Progress
from leaneval.types import Diagnostic, DualScore, Verdict, VerdictKind
from leaneval.vacuity import Vacuity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.pipeline import Work
    from leaneval.profile import Profile
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings
    from leaneval.types import Claim

logger = logging.getLogger("lm_eval.leaneval")


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
    return run(_measure(work, settings, profile, progress))


async def _measure(
    work: Sequence[Work], settings: Settings, profile: Profile, show: bool
) -> Measurement:
    started = time.monotonic()
    total = sum(len(rollouts) for _, rollouts in work)
    empty = _empty(work)
    async with instruments(settings, profile) as (checker, judge):
        asked = await _fit(checker, profile)
        wanted = settings.vacuity and not isinstance(asked, _Unfit)
        vacuity = await Vacuity.start_if_able(asked) if wanted else None
        with Progress(total, show=show) as bar:
            scores = await Pipeline(asked, judge, settings, profile, bar, vacuity).run(work)
        info = _conditions(settings, profile, checker, judge) | _counts(scores)
        info["empty"] = empty
        info["flag_tactics"] = vacuity.identity if vacuity else ""
        if has_second(settings):
            info["judges_passes"] = agreement(chain.from_iterable(scores), settings)._asdict()
    info["seconds"] = round(time.monotonic() - started, 3)
    return Measurement(scores, info)


def _empty(work: Sequence[Work]) -> int:
    """How many rollouts hold nothing; a warning says what may lie behind them.

    They are the model's answer as far as a file tells, so they count. But the harness also stores
    "" where an endpoint answered without any content.
    """
    found = [(problem.id, not text.strip()) for problem, texts in work for text in texts]
    empty = [name for name, is_empty in found if is_empty]
    if empty:
        logger.warning(
            "%d of %d rollouts are empty (first: of %s) and count as not compiling. Likely cause: "
            "max_gen_toks too low for a model that thinks first, or an endpoint that answered "
            "without content (the harness warned of null content or of what it could not parse). "
            "Generate again where it was the endpoint.",
            len(empty), len(found), empty[0],
        )  # fmt: skip
    return len(empty)


async def _fit(checker: Checker, profile: Profile) -> Checker:
    """The checker, or where it fails the profile's controls one that calls all unavailable.

    With preflight off this is the first time that the controls are tried, and the rollouts are
    paid for: they are kept, unscored, to be scored again with a checker that can.
    """
    try:
        await try_checker(checker, profile)
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


def _conditions(
    settings: Settings, profile: Profile, checker: Checker, judge: Judge | None
) -> dict[str, Any]:
    from leaneval.gate import VERSION

    mismatch = profile.mismatch(checker.toolchain)
    if mismatch:
        logger.warning("%s", mismatch)
    return {
        "leaneval": version("leaneval"),
        "protocol": settings.protocol,
        "profile": profile.name,
        "checker": checker.spec,
        "toolchain": checker.toolchain.key,
        "toolchain_mismatch": mismatch or "",
        "cage": checker.cage,
        "gate": VERSION,
        "judge": judge.spec if judge else "none",
        "judge_identity": judge.identity if judge else "",
        "judge_usage": judge.usage() if judge else {},
        "scores_are_a_lower_bound": bool(getattr(judge, "lower_bound", False)),
        "checker_usage": getattr(checker, "usage", dict)(),
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
        "score_flags": dict(Counter(flag for dual in duals for flag in _proof_flags(dual))),
        "flags": dict(Counter(flag for dual in duals for flag in dual.flags or ())),
        "flags_looked_at": sum(dual.flags is not None for dual in duals),
    }


def _proof_flags(dual: DualScore) -> tuple[str, ...]:
    return tuple(flag for score in (dual.score, dual.second) if score for flag in score.flags)
