"""The server and its REPLs killed in mid-run: nothing lost, nothing scored wrongly."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from leaneval.checkers.kimina import KiminaChecker
from leaneval.errors import UnavailableError
from leaneval.types import Statement, StatementClaim

pytestmark = [pytest.mark.lean, pytest.mark.slow]
Make = Callable[..., KiminaChecker]

CLAIMS = [
    StatementClaim(Statement("", "t", f"(n{i} : Nat) : Even {'n' if i % 2 else 'm'}{i}"))
    for i in range(400)
]
RIGHT = ["fails", "compiles"] * 200


async def kinds(checker: KiminaChecker, claims: list[StatementClaim]) -> list[str]:
    return [str(v.kind) for v in await asyncio.gather(*map(checker.check, claims))]


async def test_the_server_killed_and_back_in_mid_run_loses_nothing(
    guarded_server: Any, kimina: Make
) -> None:
    checker = kimina(guarded_server.url, "opensesame", batch_size=10, patience=180.0)
    async with checker:
        running = asyncio.create_task(kinds(checker, CLAIMS))
        while checker.usage()["snippets"] < 8:
            await asyncio.sleep(0.01)
        before = checker.usage()["snippets"]
        guarded_server.kill()
        await asyncio.sleep(0.5)
        assert not running.done()
        assert checker.usage()["snippets"] <= before + 4
        await asyncio.to_thread(guarded_server.start)
        assert await running == RIGHT


async def test_a_server_that_stays_away_leaves_verdicts_as_they_are_and_the_rest_unavailable(
    guarded_server: Any, kimina: Make
) -> None:
    checker = kimina(guarded_server.url, "opensesame", batch_size=10, patience=1.0)
    try:
        async with checker:
            running = asyncio.create_task(kinds(checker, CLAIMS))
            while checker.usage()["snippets"] < 8:
                await asyncio.sleep(0.01)
            guarded_server.kill()
            found = await asyncio.wait_for(running, 60)
        with pytest.raises(UnavailableError, match="must answer"):
            await checker.__aenter__()
    finally:
        await asyncio.to_thread(guarded_server.start)
    assert {(a, b) for a, b in zip(found, RIGHT, strict=True) if a != "unavailable"} <= {
        ("compiles", "compiles"),
        ("fails", "fails"),
    }
    assert 0 < found.count("unavailable") < len(found)


async def test_repls_killed_again_and_again_cost_nobody_a_verdict(
    guarded_server: Any, kimina: Make
) -> None:
    async def kill(times: int) -> None:
        for _ in range(times):
            await asyncio.sleep(0.7)
            for repl in guarded_server.repls():
                try:
                    repl.kill()
                except psutil.NoSuchProcess:
                    continue

    async with kimina(guarded_server.url, "opensesame", batch_size=10) as checker:
        found, _ = await asyncio.gather(kinds(checker, CLAIMS), kill(3))
    assert found == RIGHT
