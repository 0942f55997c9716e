"""Scheduling and faults of the batcher, over a scripted runner (real Lean is in test_embedded)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest

from leaneval.checkers import BAD, GOOD, Batcher, Outcome
from leaneval.errors import UnavailableError
from leaneval.types import Claim, FileClaim, Statement, StatementClaim, Verdict, VerdictKind

COMPILES, FAILS = Verdict(VerdictKind.COMPILES), Verdict(VerdictKind.FAILS)


def claim(text: str) -> StatementClaim:
    return StatementClaim(Statement("", "t", text))


def word(claim_: Claim) -> str:
    return claim_.text if isinstance(claim_, FileClaim) else claim_.statement.signature  # type: ignore[union-attr]


@dataclass
class Scripted:
    """A runner that reads what happens off the claim: `ok`, `bad`, `slow`, `kill`, `mute`."""

    delay: float = 0.0
    dead: bool = False
    dies_after: int | None = None
    batches: list[list[str]] = field(default_factory=list)
    limits: list[float] = field(default_factory=list)
    busy: int = 0
    most_busy: int = 0
    cancelled: int = 0
    cure: Counter[str] = field(default_factory=Counter)

    async def run(self, claims: Sequence[Claim], seconds: float) -> Outcome:
        self.batches.append([word(c) for c in claims])
        self.limits.append(seconds)
        self.busy += 1
        self.most_busy = max(self.busy, self.most_busy)
        try:
            await asyncio.sleep(self.delay)
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        finally:
            self.busy -= 1
        return self.outcome(claims)

    def outcome(self, claims: Sequence[Claim]) -> Outcome:
        verdicts: list[Verdict | None] = [None] * len(claims)
        if self.dead or (self.dies_after is not None and len(self.batches) > self.dies_after):
            return Outcome(verdicts, "died", "no such machine")
        for index, claim_ in enumerate(claims):
            text = word(claim_)
            self.cure[text] += 1
            if text.startswith("slow"):
                return Outcome(verdicts, "timeout")
            if text.startswith("kill") or (text.startswith("once") and self.cure[text] == 1):
                return Outcome(verdicts, "died", "signal 11")
            if not text.startswith("mute"):
                failing = claim_ == BAD or text.startswith("bad")
                verdicts[index] = FAILS if failing else COMPILES
        return Outcome(verdicts, "finished")

    def others(self) -> list[list[str]]:
        """The batches but for the controls."""
        controls = [word(GOOD), word(BAD)]
        return [batch for batch in self.batches if batch != controls]


async def run(
    runner: Scripted,
    texts: Sequence[str],
    *,
    workers: int = 1,
    batch_size: int = 100,
    alone: Callable[[Claim], bool] = lambda _: False,
) -> list[str]:
    batcher = Batcher(
        runner, "lean x", workers=workers, batch_size=batch_size, time_limit=3, stands_alone=alone
    )
    await batcher.start()
    try:
        verdicts = await asyncio.gather(*(batcher.check(claim(text)) for text in texts))
    finally:
        await batcher.close()
    assert all(v.toolchain == "lean x" for v in verdicts)
    return [str(verdict.kind) for verdict in verdicts]


async def test_what_waits_goes_together_and_equal_claims_go_once() -> None:
    runner = Scripted()
    texts = [f"ok {n}" for n in range(250)]
    assert set(await run(runner, texts + texts)) == {"compiles"}
    assert [len(batch) for batch in runner.others()] == [100, 100, 50]


async def test_a_single_claim_does_not_wait_for_company() -> None:
    runner = Scripted()
    started = asyncio.get_running_loop().time()
    assert await run(runner, ["ok"]) == ["compiles"]
    assert asyncio.get_running_loop().time() - started < 0.2


async def test_workers_share_what_waits_and_never_exceed_their_number() -> None:
    runner = Scripted(delay=0.02)
    await run(runner, [f"ok {n}" for n in range(200)], workers=4)
    assert runner.most_busy == 4
    assert [len(batch) for batch in runner.others()[:4]] == [50, 50, 50, 50]


async def test_claims_that_stand_alone_share_with_nobody() -> None:
    runner = Scripted()
    texts = ["ok 1", "alone 1", "ok 2", "alone 2"]
    await run(runner, texts, alone=lambda c: word(c).startswith("alone"))
    assert sorted(runner.others()) == [["alone 1"], ["alone 2"], ["ok 1", "ok 2"]]


@pytest.mark.parametrize(("text", "kind"), [("slow", "timeout"), ("kill", "crash")])
async def test_a_runaway_is_found_alone_and_its_neighbours_are_answered(
    text: str, kind: str
) -> None:
    runner = Scripted()
    texts = ["ok 1", text, "bad 2", "ok 3", f"{text} again", "ok 4"]
    expected = ["compiles", kind, "fails", "compiles", kind, "compiles"]
    assert await run(runner, texts) == expected
    assert runner.others().count([text]) == (1 if kind == "timeout" else 2)


async def test_a_crash_is_called_one_only_between_two_sets_of_controls() -> None:
    runner = Scripted()
    assert await run(runner, ["kill"]) == ["crash"]
    controls = [word(GOOD), word(BAD)]
    assert runner.batches == [controls, ["kill"], controls, ["kill"], controls]


async def test_a_claim_that_ends_lean_once_is_answered_by_the_second_try() -> None:
    assert await run(Scripted(), ["once"]) == ["compiles"]


async def test_a_claim_without_a_word_is_our_fault_not_its() -> None:
    assert await run(Scripted(), ["mute", "ok"]) == ["unavailable", "compiles"]


async def test_when_the_controls_fail_everything_that_waits_is_unavailable_and_quickly() -> None:
    runner = Scripted(dies_after=5)
    batcher = Batcher(runner, "x", workers=1, batch_size=10, time_limit=3)
    await batcher.start()
    verdicts = await asyncio.gather(*(batcher.check(claim(f"ok {n}")) for n in range(500)))
    kinds = Counter(v.kind for v in verdicts)
    assert set(kinds) == {VerdictKind.COMPILES, VerdictKind.UNAVAILABLE}
    assert len(runner.batches) < 20
    assert "no such machine" in verdicts[-1].diagnostics[0].message
    runner.dies_after = None
    assert (await batcher.check(claim("ok 499"))).compiles
    await batcher.close()


async def test_a_runner_that_refuses_is_an_outage_and_a_bug_reaches_the_caller() -> None:
    class Broken(Scripted):
        async def run(self, claims: Sequence[Claim], seconds: float) -> Outcome:
            if word(claims[0]) == "disk":
                raise OSError(28, "No space left on device")
            if word(claims[0]) == "bug":
                raise KeyError("bug")
            return await super().run(claims, seconds)

    assert await run(Broken(), ["disk"]) == ["unavailable"]
    with pytest.raises(KeyError):
        await run(Broken(), ["bug"])


async def test_it_does_not_start_where_the_controls_come_out_wrong() -> None:
    with pytest.raises(UnavailableError, match="no such machine"):
        await run(Scripted(dead=True), ["ok"])


async def test_the_limit_of_a_batch_grows_with_it_up_to_a_ceiling() -> None:
    runner = Scripted()
    await run(runner, [f"ok {n}" for n in range(100)], batch_size=100)
    await run(runner, [f"ok {n}" for n in range(5000)], batch_size=5000)
    alone = 1 + 3
    assert runner.limits[1] == pytest.approx(alone + 4)
    assert runner.limits[3] == pytest.approx(alone + 12)


async def test_a_caller_that_gives_up_leaves_the_others_their_verdict() -> None:
    runner = Scripted(delay=0.05)
    batcher = Batcher(runner, "x", workers=1, batch_size=10, time_limit=3)
    await batcher.start()
    first, second = (asyncio.create_task(batcher.check(claim("ok"))) for _ in range(2))
    await asyncio.sleep(0.01)
    first.cancel()
    assert (await second).compiles
    assert first.cancelled()
    await batcher.close()


async def test_closing_cancels_what_runs_and_who_waits() -> None:
    runner = Scripted(delay=0.01)
    batcher = Batcher(runner, "x", workers=2, batch_size=1, time_limit=3)
    await batcher.start()
    runner.delay = 60
    waiting = [asyncio.create_task(batcher.check(claim(f"ok {n}"))) for n in range(50)]
    await asyncio.sleep(0.05)
    await batcher.close()
    assert runner.cancelled == 2
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    with pytest.raises(RuntimeError, match="async with"):
        await batcher.check(claim("ok"))
