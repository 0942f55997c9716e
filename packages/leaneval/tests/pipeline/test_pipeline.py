"""Scheduling and faults of the pipeline, with a scripted checker and judge.

Fakes on purpose: what Lean says is tested elsewhere; here it is order, repetition and outages.
"""

import asyncio
import gc

import pytest

import leaneval.pipeline
from leaneval._collector import NEW_OBJECTS
from leaneval.pipeline import Pipeline
from leaneval.profile import PEANO
from leaneval.progress import Progress
from leaneval.settings import Settings
from leaneval.types import (
    Claim,
    Problem,
    Score,
    Statement,
    StatementClaim,
    Toolchain,
    Verdict,
    VerdictKind,
)

PROBLEM = Problem("p", "Show that a + b = b + a.", "theorem p (a b : Nat) : Eq (add a b) (add b a)")


def rollout(signature: str) -> str:
    return f"```lean4\ntheorem t {signature} := sorry\n```"


GOOD = rollout("(a b : Nat) : Eq (add a b) (add b a)")
SLOW = rollout("(slow : Nat) : Eq slow slow")
BAD = rollout("(bad : Nat) : Eq bad bad")


class ScriptedChecker:
    """Answers by name; `outages` calls are unavailable first."""

    spec, cage = "scripted", "none"
    toolchain = Toolchain("0", "none")

    def __init__(self, outages: int = 0):
        self.calls: list[Claim] = []
        self.outages = outages
        self.release = asyncio.Event()

    async def check(self, claim: Claim) -> Verdict:
        self.calls.append(claim)
        assert isinstance(claim, StatementClaim)
        if "slow" in claim.statement.signature:
            await self.release.wait()
        if self.outages:
            self.outages -= 1
            return Verdict(VerdictKind.UNAVAILABLE)
        bad = "bad" in claim.statement.signature
        return Verdict(VerdictKind.FAILS if bad else VerdictKind.COMPILES)


class ScriptedJudge:
    """Scores 1; `outages` calls are unavailable first."""

    spec = identity = "scripted"

    def __init__(self, outages: int = 0, checker: ScriptedChecker | None = None):
        self.calls: list[Statement] = []
        self.outages = outages
        self.checker = checker

    async def score(self, problem: Problem, statement: Statement) -> Score:
        self.calls.append(statement)
        if self.checker:
            self.checker.release.set()
        if self.outages:
            self.outages -= 1
            return Score(None, "the endpoint is down")
        return Score(1.0, "same")

    def usage(self) -> dict[str, float]:
        return {}


async def run(checker, judge, rollouts, **settings):
    config = Settings(judge="defeq" if judge else "none", **settings)
    pipeline = Pipeline(checker, judge, config, PEANO, Progress(len(rollouts), show=False))
    return (await asyncio.wait_for(pipeline.run([(PROBLEM, rollouts)]), 10))[0]


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaneval.pipeline, "SECOND_TRY_PAUSE", 0.0)


async def test_a_rollout_is_judged_before_the_others_are_checked():
    """The slow check is released only by the fast one's judge, so a barrier would hang."""
    checker = ScriptedChecker()
    scores = await run(checker, ScriptedJudge(checker=checker), [SLOW, GOOD])
    assert [dual.score.value for dual in scores] == [1.0, 1.0]


async def test_identical_statements_are_checked_and_judged_once():
    checker, judge = ScriptedChecker(), ScriptedJudge()
    scores = await run(checker, judge, [GOOD] * 8)
    assert len(judge.calls) == 1
    assert len(checker.calls) == len(set(checker.calls))
    assert len(set(scores)) == 1


async def test_only_compiling_rollouts_are_judged():
    judge = ScriptedJudge()
    scores = await run(ScriptedChecker(), judge, [BAD, "no Lean at all", ""])
    assert not judge.calls
    assert [dual.score for dual in scores] == [None] * 3
    assert [dual.verdict.kind for dual in scores] == ["fails", "rejected", "rejected"]


async def test_an_outage_is_tried_again_and_leaves_no_trace():
    for checker, judge in (
        (ScriptedChecker(outages=2), ScriptedJudge()),
        (ScriptedChecker(), ScriptedJudge(outages=1)),
    ):
        scores = await run(checker, judge, [GOOD, BAD])
        assert [dual.verdict.kind for dual in scores] == ["compiles", "fails"]
        assert [dual.score for dual in scores] == [Score(1.0, "same"), None]


async def test_a_lasting_outage_stays_unavailable_and_is_never_a_zero():
    scores = await run(ScriptedChecker(), ScriptedJudge(outages=99), [GOOD])
    assert scores[0].verdict.compiles
    assert scores[0].score.value is None
    scores = await run(ScriptedChecker(outages=99), ScriptedJudge(), [GOOD])
    assert scores[0].verdict.kind is VerdictKind.UNAVAILABLE
    assert scores[0].score is None


async def test_progress_counts_end_at_the_truth_after_a_retry():
    progress = Progress(2, show=False)
    pipeline = Pipeline(
        ScriptedChecker(), ScriptedJudge(outages=1), Settings(judge="defeq"), PEANO, progress
    )
    await pipeline.run([(PROBLEM, [GOOD, BAD])])
    counts = (progress.done, progress.compiled, progress.scored, progress.unavailable)
    assert counts == (2, 1, 1, 0)


async def test_the_study_protocol_takes_the_first_fence_and_strict_the_last():
    scores = await run(ScriptedChecker(), None, [BAD + "\n" + GOOD])
    assert scores[0].verdict.kind is VerdictKind.COMPILES
    assert scores[0].study.kind is VerdictKind.FAILS


class CountingChecker(ScriptedChecker):
    """Notes how many claims were asked at once, and answers the latest first."""

    now = peak = 0

    async def check(self, claim: Claim) -> Verdict:
        self.now += 1
        self.peak = max(self.peak, self.now)
        for _ in range(20 - self.now):
            await asyncio.sleep(0)
        self.now -= 1
        return await super().check(claim)


async def test_what_waits_is_not_begun_and_order_is_kept(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leaneval.pipeline, "IN_FLIGHT", 8)
    checker = CountingChecker(outages=10)
    texts = [rollout(f"({'bad' if i % 3 else 'x'}{i} : Nat) : Eq zero zero") for i in range(60)]
    scores = await run(checker, None, texts, batch_size=1)
    assert checker.peak == 8, "the second try is bounded as the first is"
    kinds = [dual.verdict.kind for dual in scores]
    assert kinds == ["fails" if i % 3 else "compiles" for i in range(60)]


async def test_more_is_in_flight_where_more_workers_are_asked_for(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(leaneval.pipeline, "IN_FLIGHT", 8)
    checker = CountingChecker()
    texts = [rollout(f"(bad{i} : Nat) : Eq zero zero") for i in range(40)]
    await run(checker, None, texts, workers=2, batch_size=2)
    assert checker.peak == 16


async def test_the_first_error_ends_the_run_as_it_is():
    class Broken(ScriptedChecker):
        async def check(self, claim: Claim) -> Verdict:
            if "bad" in claim.statement.signature:
                raise KeyError("a fault of ours")
            await self.release.wait()
            raise AssertionError("never released")

    before = asyncio.all_tasks()
    with pytest.raises(KeyError, match="a fault of ours"):
        await run(Broken(), None, [GOOD, BAD])
    assert asyncio.all_tasks() == before


@pytest.mark.parametrize("missing", ["study", "second"])
async def test_progress_does_not_count_twice_what_was_partly_there(missing: str):
    """The strict verdict, or the first judge's score, was told before the retry."""

    class StudyIsOut(ScriptedChecker):
        async def check(self, claim: Claim) -> Verdict:
            if missing == "study" and claim.options == "default" and self.outages:
                self.outages -= 1
                return Verdict(VerdictKind.UNAVAILABLE)
            return Verdict(VerdictKind.COMPILES)

    judge = ScriptedJudge()
    judge.second = ScriptedJudge(outages=int(missing == "second"))
    progress = Progress(1, show=False)
    pipeline = Pipeline(StudyIsOut(outages=1), judge, Settings(judge="defeq"), PEANO, progress)
    await pipeline.run([(PROBLEM, [rollout("(x : Nat) : Eq x x") + "\n" + GOOD])])
    counts = (progress.done, progress.compiled, progress.scored, progress.unavailable)
    assert counts == (1, 1, 1, 0)


async def test_cycles_are_sought_seldom_while_rollouts_are_scored_and_as_before_afterwards():
    within = []

    class Looks(ScriptedChecker):
        async def check(self, claim: Claim) -> Verdict:
            within.append(gc.get_threshold()[0])
            return await super().check(claim)

    before = gc.get_threshold()
    await run(Looks(), None, [GOOD])
    assert set(within) == {NEW_OBJECTS}
    assert gc.get_threshold() == before
