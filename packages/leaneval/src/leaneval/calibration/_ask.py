"""Putting a labelled file to a judge, through the pipeline that scores a run.

What is measured is the judge of a run: the same extraction, gate, prompt, cache and second try.
A judge that asks Lean is shown only statements that Lean accepts; one that reads takes the
file's word for it, since people are given statements that compile. Out of scope: vacuity flags.
"""

from __future__ import annotations

import time
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np

from leaneval._loop import run
from leaneval.calibration._judged import Judged, passing
from leaneval.candidate import read
from leaneval.errors import UsageError
from leaneval.instruments import instruments
from leaneval.judges import JUDGES, make_judge
from leaneval.metrics import has_second
from leaneval.pipeline import Pipeline
from leaneval.preflight import try_checker
from leaneval.profile import MATHLIB, PEANO
from leaneval.progress import Progress
from leaneval.types import Toolchain, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from leaneval.calibration._labels import Label, Labels
    from leaneval.profile import Profile
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings
    from leaneval.types import Claim, DualScore, Score


def asks_lean(spec: str) -> bool:
    """Whether the judge of that spec needs a checker."""
    return not spec.startswith("llm:")


def fitting(labels: Labels) -> Profile:
    """The Lean world whose gate refuses fewest of the statements; of equals Mathlib."""

    def refused(profile: Profile) -> int:
        return sum(isinstance(read(_rollout(r), profile).strict, Verdict) for r in labels.rows)

    return min((MATHLIB, PEANO), key=refused)


def ask(
    labels: Labels,
    settings: Settings,
    profile: Profile,
    *,
    checked: bool,
    without_reference: bool = False,
    progress: bool = True,
) -> list[Judged]:
    """Scores of every labelled statement; two judges' for `both:...`.

    Args:
        labels: What to judge.
        settings: Judge, threshold, protocol, and of a judge that asks Lean the checker.
        profile: The statements' Lean world.
        checked: Whether a checker is asked first whether each statement compiles; a judge that
            asks Lean needs it.
        without_reference: Let a judge that reads go by the problem's text alone. That is another
            judge than the one of a run.
        progress: Draw a progress line when standard error is a terminal.

    Raises:
        UsageError: The spec names no judge, `none`, or one whose needs the labels do not meet.
        UnavailableError: Checker or judge cannot start.
    """
    spec = settings.judge
    if spec == "none":
        raise UsageError("--judge must name a judge to be measured, got 'none': name one.")
    if spec.partition(":")[0] not in {known.partition(":")[0] for known in JUDGES}:
        make_judge(settings, None)  # says which there are
    bare = [row.id for row in labels.rows if not row.problem.reference.strip()]
    if bare and (asks_lean(spec) or not without_reference):
        raise UsageError(_no_reference(labels, spec, bare))
    found = run(_ask(labels, settings, profile, checked or asks_lean(spec), progress))
    if not bare:
        return found
    without = f", shown no reference for {len(bare)} of {len(labels.rows)} statements"
    return [replace(judged, identity=judged.identity + without) for judged in found]


def _no_reference(labels: Labels, spec: str, bare: Sequence[str]) -> str:
    column = labels.columns.reference or "reference"
    also = "" if asks_lean(spec) else (
        ", or let the model go by the problem's text alone by --no-reference (which is another "
        "judge than the one of a run)"
    )  # fmt: skip
    return (
        f"the judge {spec!r} compares a statement with its problem's reference, and {len(bare)} of "
        f"{len(labels.rows)} statements of {labels.path} have none (the first: id {bare[0]!r}). "
        f"Give the rows a column {column!r}, name the benchmark that holds the problems by "
        f"--task{also}. Without a judge, the file's own scores can be judged."
    )


async def _ask(
    labels: Labels, settings: Settings, profile: Profile, checked: bool, show: bool
) -> list[Judged]:
    started = time.monotonic()
    async with _instruments(settings, profile, checked) as (checker, judge):
        with Progress(len(labels.rows), show=show) as bar:
            pipeline = Pipeline(checker, judge, settings, profile, bar)
            work = [(row.problem, [_rollout(row)]) for row in labels.rows]
            duals = [row[0] for row in await pipeline.run(work)]
        seconds = time.monotonic() - started
        if not has_second(settings):
            return [_judged(settings, judge, duals, judge.usage(), seconds)]
        second: Judge = getattr(judge, "second", judge)
        first, other = _shares(judge.usage(), second.spec)
        primary = settings.model_copy(update={"judge": settings.judge.removeprefix("both:")})
        others = settings.model_copy(update={"judge": second.spec})
        return [
            _judged(primary, judge, duals, first, seconds),
            _judged(others, second, duals, other, seconds, second=True),
        ]


def _shares(usage: Mapping[str, float], second: str) -> tuple[dict[str, float], dict[str, float]]:
    """The counters of the first judge and of the second, whose names begin with its spec."""
    start = f"{second}_"
    first = {name: count for name, count in usage.items() if not name.startswith(start)}
    other = {name: count for name, count in usage.items() if name.startswith(start)}
    return first, {name.removeprefix(start): count for name, count in other.items()}


@asynccontextmanager
async def _instruments(
    settings: Settings, profile: Profile, checked: bool
) -> AsyncIterator[tuple[Checker, Judge]]:
    async with AsyncExitStack() as stack:
        if checked:
            both = await stack.enter_async_context(instruments(settings, profile))
            checker, judge = both
            await try_checker(checker, profile)
        else:
            checker, judge = Believed(), make_judge(settings, None)
            if judge is not None:
                await stack.enter_async_context(judge)
        assert judge is not None, "`none` was refused before"
        yield checker, judge


class Believed:
    """In a checker's place: the file's word that people were given statements that compile."""

    spec = "none"
    toolchain = Toolchain("not asked", "as labelled")
    cage = "none"

    async def check(self, claim: Claim) -> Verdict:
        """Compiles, because the file says so."""
        return Verdict(VerdictKind.COMPILES)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Nothing to release."""


def _rollout(row: Label) -> str:
    """A labelled statement is Lean from its first character on; a rollout says where it begins."""
    text = row.candidate
    return text if "```" in text else f"```lean4\n{text}\n```"


def _judged(
    settings: Settings,
    judge: Judge,
    duals: Sequence[DualScore],
    usage: Mapping[str, float],
    seconds: float,
    *,
    second: bool = False,
) -> Judged:
    scores = [dual.second if second else dual.score for dual in duals]
    values = np.array([np.nan if s is None or s.value is None else s.value for s in scores])
    verdicts = [dual.study if settings.protocol == "study" else dual.verdict for dual in duals]
    outside = [not v.compiles and v.kind is not VerdictKind.UNAVAILABLE for v in verdicts]
    return Judged(
        settings.judge, values, passing(values, settings.threshold),
        f"score >= {settings.threshold:g}", settings.threshold, np.array(outside, bool),
        tuple(map(_reason, scores, verdicts)), judge.identity, dict(usage), round(seconds, 3),
    )  # fmt: skip


def _reason(score: Score | None, verdict: Verdict) -> str:
    if score is not None:
        return score.reason
    said = "; ".join(d.message for d in verdict.diagnostics[:1])
    return f"{verdict.rule or verdict.kind}: {said}"
