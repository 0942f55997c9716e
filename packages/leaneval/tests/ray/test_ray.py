"""Real Lean in real actors: the verdicts of `embedded`, whatever is killed."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from leaneval.checkers import RayChecker, make_checker
from leaneval.settings import Settings
from leaneval.types import Claim, FileClaim, GoalClaim, Statement, StatementClaim

pytestmark = [
    pytest.mark.lean,
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="finds children through /proc"),
]
OnRay = Callable[..., RayChecker]
Known = list[tuple[StatementClaim, str]]

PATIENCE = 240.0
"""Seconds after which a test gives up hope; no verdict depends on it."""
MARK = "Victim"
HOSTILE = [
    "",
    ": _",
    ": sorry",
    "(n : Nat) : Nat",
    ": True := True.intro\n#exit",
    ": True := True.intro\n/- ",
    "n : Nat) : True",
    ": True\naxiom cheat : False",
    ": True\nend\nnamespace",
    "(n : Nat) : Eq n (next n)",
]


def claim(signature: str) -> StatementClaim:
    return StatementClaim(Statement("", "t", signature))


def mixed() -> list[Claim]:
    even = Statement("", "a", "(n : Nat) : Even n")
    goals = [
        GoalClaim((even, even), "forall n : Nat, Even n", proof) for proof in ("@{0}", "@{0} zero")
    ]
    files = [
        FileClaim("theorem t (n : Nat) : Even n := sorry"),
        FileClaim("theorem t (n : Nat) : Even m := sorry"),
        FileClaim("#exit"),
    ]
    return [*map(claim, HOSTILE), *goals, *files]


async def kinds(checker: Any, claims: Sequence[Claim]) -> list[str]:
    verdicts = await asyncio.gather(*map(checker.check, claims))
    assert {verdict.toolchain for verdict in verdicts} == {checker.toolchain.key}
    return [str(verdict.kind) for verdict in verdicts]


async def test_the_verdicts_of_embedded(on_ray: OnRay, claims: Known, tmp_path: Path) -> None:
    asked = [*mixed(), *(known for known, _ in claims[:200])]
    settings = Settings(checker="embedded", workers=1, cache="off")
    async with make_checker(settings) as embedded:
        wanted = await kinds(embedded, asked)
        cage, toolchain = embedded.cage, embedded.toolchain
    async with on_ray() as checker:
        assert (checker.cage, checker.toolchain) == (cage, toolchain)
        assert await kinds(checker, asked) == wanted
    assert {"compiles", "fails"} <= set(wanted)


def at_work(checker: RayChecker) -> list[psutil.Process]:
    """Actors in whose checker a Lean runs."""
    found = []
    for started in checker.actors:
        try:
            process = psutil.Process(started.pid)
            if process.children(recursive=True):
                found.append(process)
        except psutil.NoSuchProcess:
            continue
    return found


async def kill_some(checker: RayChecker, times: int) -> list[psutil.Process]:
    """kill -9 of `times` actors while their Lean is at work; the Lean processes they had."""
    killed: set[int] = set()
    orphans = []
    while len(killed) < times:
        for process in at_work(checker):
            if process.pid not in killed and len(killed) < times:
                killed.add(process.pid)
                with suppress(psutil.NoSuchProcess):
                    orphans += process.children(recursive=True)
                process.kill()
        await asyncio.sleep(0.002)
    return orphans


async def test_actors_killed_in_mid_run_cost_nobody_a_verdict(on_ray: OnRay, claims: Known) -> None:
    async with on_ray(batch_size=100) as checker, asyncio.timeout(PATIENCE):
        killer = asyncio.create_task(kill_some(checker, 3))
        while checker.losses < 3:
            assert await kinds(checker, [c for c, _ in claims]) == [kind for _, kind in claims]
        orphans = await killer
        assert checker.losses == 3
    _, alive = psutil.wait_procs(orphans, timeout=5)
    assert orphans
    assert not alive


async def test_a_node_removed_in_mid_run_costs_nobody_a_verdict(
    on_ray: OnRay, machines: Any, claims: Known
) -> None:
    async with (
        on_ray(batch_size=40) as checker,
        asyncio.timeout(PATIENCE),
        asyncio.TaskGroup() as tasks,
    ):
        await until_two(checker)
        frozen = False
        while not frozen:
            running = tasks.create_task(kinds(checker, [c for c, _ in claims]))
            frozen = await frozen_in_midst(running, checker, machines)
        await asyncio.to_thread(machines.lose_second)
        assert await running == [kind for _, kind in claims]
        assert checker.losses == 1


async def frozen_in_midst(running: asyncio.Task[Any], checker: RayChecker, machines: Any) -> bool:
    """Stop the second node's actor while a batch is asked of it; False if the run ends first."""
    while not running.done():
        for process in machines.on_second() & set(at_work(checker)):
            process.suspend()
            # a Lean that nobody reaped belongs to a batch that nobody answered
            if process.children(recursive=True):
                return True
            process.resume()
        await asyncio.sleep(0.002)
    return False


async def test_a_runaway_is_a_timeout_and_its_neighbours_are_unharmed(
    on_ray: OnRay, claims: Known, runaway: Statement
) -> None:
    wanted = [kind for _, kind in claims[:40]]
    wanted.insert(20, "timeout")
    asked: list[Claim] = [c for c, _ in claims[:40]]
    asked.insert(20, StatementClaim(runaway))
    async with on_ray(time_limit=0.2) as checker, asyncio.timeout(PATIENCE):
        assert await kinds(checker, asked) == wanted
        assert checker.losses == 0


async def test_the_pool_grows_with_what_waits_and_shrinks(on_ray: OnRay, claims: Known) -> None:
    async with on_ray(idle_seconds=1.0, batch_size=20) as checker:
        assert len(checker.actors) == 1
        await until_two(checker)
        async with asyncio.timeout(20):
            while len(checker.actors) > 1:
                await asyncio.sleep(0.1)
        assert await kinds(checker, [claims[0][0]]) == ["fails"]
        assert len(checker.actors) == 1


async def test_a_claim_that_takes_every_actor_down_is_our_outage_and_only_that(
    on_ray: OnRay, claims: Known, runaway: Statement, monkeypatch: pytest.MonkeyPatch
) -> None:
    neighbours = claims[:4]
    victim = replace(runaway, signature=f"({MARK} : Nat) {runaway.signature}")
    monkeypatch.setattr("leaneval.checkers._ray._MOST_LOSSES", 3)

    async def kill() -> None:
        while True:
            for process in at_work(checker):
                with suppress(psutil.NoSuchProcess):
                    if any(holds_mark(child) for child in process.children(recursive=True)):
                        process.kill()
            await asyncio.sleep(0.01)

    async with on_ray(workers=1, batch_size=8, time_limit=30) as checker:
        killer = asyncio.create_task(kill())
        asked = [*(c for c, _ in neighbours), StatementClaim(victim)]
        found = await kinds(checker, asked)
        assert not killer.done()
        killer.cancel()
    assert found == [*(kind for _, kind in neighbours), "unavailable"]


async def until_two(checker: RayChecker) -> None:
    """Ask again and again until a second actor is up."""
    async with asyncio.timeout(PATIENCE):
        while len(checker.actors) < 2:
            fresh = [claim(f"(n{i} : Nat) : Even n{i}") for i in range(60)]
            assert set(await kinds(checker, fresh)) == {"compiles"}


def holds_mark(process: psutil.Process) -> bool:
    try:
        files = [word for word in process.cmdline() if word.endswith("Claims.lean")]
        return any("=" not in word and MARK in Path(word).read_text() for word in files)
    except (psutil.Error, OSError):
        return False
