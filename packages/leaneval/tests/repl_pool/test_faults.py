"""Workers that are slow, die, grow, lie or are killed: no claim is lost, none decided wrongly."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil
import pytest

from leaneval.checkers import make_checker
from leaneval.checkers.repl._pool import ReplPool
from leaneval.errors import UnavailableError
from leaneval.protocols import Checker
from leaneval.settings import Settings
from leaneval.types import Statement, StatementClaim, Verdict

pytestmark = pytest.mark.lean
Pool = Callable[..., Checker]
Faults = Callable[..., None]


def claim(signature: str) -> StatementClaim:
    return StatementClaim(Statement("", "t", signature))


GOOD = [claim(f"(a{n} : Nat) : Eq a{n} a{n}") for n in range(10)]
BAD = [claim(f"(a{n} : Nat) : Eq a{n} undeclared") for n in range(10)]
ODD_ONE = claim("(odd_one : Nat) : Eq odd_one odd_one")


def kinds(verdicts: Sequence[Verdict]) -> list[str]:
    return [str(verdict.kind) for verdict in verdicts]


async def around(checker: Checker) -> list[Verdict]:
    """Verdicts on good statements, the odd one, and bad statements, asked together."""
    return await asyncio.gather(*map(checker.check, [*GOOD, ODD_ONE, *BAD]))


WELL = ["compiles"] * 10 + ["fails"] * 10


async def test_a_slow_statement_times_out_and_its_neighbours_do_not(
    pool: Pool, faults: Faults
) -> None:
    faults("odd_one", "sleep", seconds=600, again=True)
    limit = await ample(pool)
    async with pool(time_limit=limit) as checker:
        verdicts = await around(checker)
        usage = checker.usage()
    odd = verdicts.pop(10)
    assert (str(odd.kind), kinds(verdicts)) == ("timeout", WELL)
    assert f"{limit:g} s" in odd.diagnostics[0].message
    assert usage["replaced"] == 2
    assert all(verdict.seconds < limit for verdict in verdicts)


async def ample(pool: Pool) -> float:
    """Seconds that are ample for an honest statement on this machine as it is now."""
    async with pool(time_limit=60) as checker:
        slowest = max([(await checker.check(one)).seconds for one in (*GOOD, *BAD)])
    return round(max(0.5, 20 * slowest), 3)


async def test_a_statement_that_is_slow_once_is_answered(pool: Pool, faults: Faults) -> None:
    faults("odd_one", "sleep", seconds=600)
    async with pool(time_limit=await ample(pool), cage=False) as checker:
        verdicts = await around(checker)
    assert (str(verdicts.pop(10).kind), kinds(verdicts)) == ("compiles", WELL)


async def test_a_statement_that_kills_every_repl_is_a_crash(pool: Pool, faults: Faults) -> None:
    faults("odd_one", "die", again=True)
    async with pool(workers=2) as checker:
        verdicts = await around(checker)
    odd = verdicts.pop(10)
    assert (str(odd.kind), kinds(verdicts)) == ("crash", WELL)
    assert "twice alone" in odd.diagnostics[0].message


async def test_a_repl_killed_by_a_stranger_costs_nobody_a_verdict(
    pool: Pool, faults: Faults
) -> None:
    faults("odd_one", "die")
    async with pool(cage=False) as checker:
        verdicts = await around(checker)
    assert (str(verdicts.pop(10).kind), kinds(verdicts)) == ("compiles", WELL)


async def test_a_start_that_fails_by_a_fault_of_ours_hangs_nobody() -> None:
    closed = []

    class Broken:
        async def start(self) -> None:
            raise RuntimeError("a fault of ours")

        async def close(self) -> None:
            closed.append(self)

    pool = ReplPool(Broken, 1)
    for _ in range(2):
        with pytest.raises(RuntimeError, match="a fault of ours"):
            await asyncio.wait_for(pool.run([ODD_ONE], 1.0), 5)
    await pool.close()
    assert len(closed) == 2, "a process that was begun ends"


@pytest.mark.slow
async def test_killing_workers_all_along_loses_nothing(pool: Pool) -> None:
    claims = [claim(f"(b{n} : Nat) : Eq b{n} {'b' if n % 3 else 'c'}{n}") for n in range(600)]
    async with asyncio.timeout(300), pool(workers=2, batch_size=20) as checker:
        answers = [asyncio.ensure_future(checker.check(claim)) for claim in claims]
        for kill in range(4):
            # between two, some are answered: else one statement could die each time, of our doing
            while sum(map(asyncio.Future.done, answers)) <= 120 * kill:
                await asyncio.sleep(0.01)
            for process in psutil.Process().children():
                process.kill()
        verdicts = await asyncio.gather(*answers)
        usage = checker.usage()
    assert kinds(verdicts) == ["compiles" if n % 3 else "fails" for n in range(600)]
    assert usage["replaced"] >= 1


@pytest.mark.parametrize(
    "text",
    [
        '{"env": 1}',
        '{"env": 1, "messages": [{"severity": "error"}]}',
        '{"message": "Unknown environment."}',
        '{"message": "anything else"}',
        "not JSON",
        "[]",
        '{"env": "1", "messages": []}',
    ],
)
async def test_no_verdict_comes_from_a_wrong_answer(pool: Pool, faults: Faults, text: str) -> None:
    faults("odd_one", "answer", text=text, again=True)
    async with pool() as checker:
        verdicts = await around(checker)
    odd = str(verdicts.pop(10).kind)
    assert odd in ("unavailable", "crash")
    assert kinds(verdicts) == WELL


async def test_a_repl_that_answers_wrongly_at_all_times_scores_nothing(
    pool: Pool, faults: Faults
) -> None:
    faults("theorem", "answer", text='{"env": 1}', again=True)
    with pytest.raises(UnavailableError, match="control statement"):
        async with pool():
            pass


async def test_imports_that_fail_are_an_outage_with_leans_words(pool: Pool, faults: Faults) -> None:
    wrong = '{"env": 0, "messages": [{"severity": "error", "pos": {"line": 1, "column": 0}, ' \
        '"data": "unknown module prefix"}]}'  # fmt: skip
    faults("import Peano", "answer", text=wrong, again=True)
    with pytest.raises(UnavailableError, match="unknown module prefix"):
        async with pool():
            pass


@pytest.mark.slow
async def test_a_memory_hog_is_killed_and_named(pool: Pool, faults: Faults) -> None:
    faults("odd_one", "memory", bytes=900_000_000, again=True)
    faults("odd_one", "sleep", seconds=20, again=True)
    async with pool(worker_memory=0.7, time_limit=10) as checker:
        verdicts = await around(checker)
    odd = verdicts.pop(10)
    assert (str(odd.kind), kinds(verdicts)) == ("crash", WELL)
    assert "more than 0.7 GiB" in odd.diagnostics[0].message


async def test_a_worker_that_grew_is_replaced_after_its_answer(pool: Pool, faults: Faults) -> None:
    faults("odd_one", "memory", bytes=600_000_000)
    async with pool(worker_memory=1.0, cage=False) as checker:
        verdicts = await around(checker)
        usage = checker.usage()
    assert (str(verdicts.pop(10).kind), kinds(verdicts)) == ("compiles", WELL)
    assert usage["replaced"] == 1


async def test_no_process_outlives_the_checker(pool: Pool) -> None:
    async with pool(workers=2) as checker:
        pending = [asyncio.create_task(checker.check(one)) for one in GOOD]
        await pending[0]
        started = psutil.Process().children(recursive=True)
        assert started
    assert not psutil.wait_procs(started, timeout=5)[1]
    await asyncio.gather(*pending, return_exceptions=True)


async def test_a_parent_killed_takes_its_repls_along(settings: Callable[..., Settings]) -> None:
    script = """
        import asyncio, sys, psutil
        from leaneval.checkers import make_checker
        from leaneval.settings import Settings

        async def main():
            async with make_checker(Settings.model_validate_json(sys.argv[1])):
                print(*(p.pid for p in psutil.Process().children(recursive=True)), flush=True)
                await asyncio.sleep(60)

        asyncio.run(main())
    """
    parent = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(script), settings().to_json()],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    with parent.stdout:
        started = [psutil.Process(int(pid)) for pid in parent.stdout.readline().split()]
        assert started
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
    assert not psutil.wait_procs(started, timeout=5)[1]


async def test_mathlib_is_refused_without_a_cage_unless_told_otherwise(
    settings: Callable[..., Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    from leaneval.cage import Cage

    weak = Cage.limits_only("an old kernel")
    monkeypatch.setattr("leaneval.checkers._spec.Cage.detect", lambda: weak)
    with pytest.raises(UnavailableError, match=r"an old kernel.*--no-cage"):
        async with make_checker(settings(preamble="import Mathlib")):
            pass
    with pytest.raises(UnavailableError, match="must have Mathlib compiled"):
        async with make_checker(settings(preamble="import Mathlib", cage=False)):
            pass
    async with make_checker(settings()) as checker:
        assert checker.cage == "limits only"
        assert kinds([await checker.check(GOOD[0])]) == ["compiles"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"checker": "project:/nowhere/at/all"}, "lean-toolchain and lakefile"),
        ({"checker": "mathlib:v4.99.0", "cache": "CACHE"}, "leaneval setup --mathlib v4.99.0"),
        ({"repl": "/nowhere"}, "LEANEVAL_REPL must be the folder"),
        ({"preamble": "prelude\nimport Nowhere"}, "must have Nowhere compiled"),
    ],
)
async def test_what_is_missing_is_named_with_the_remedy(
    settings: Callable[..., Settings], tmp_path: Path, change: dict[str, str], message: str
) -> None:
    change = {key: str(tmp_path) if value == "CACHE" else value for key, value in change.items()}
    with pytest.raises(UnavailableError, match=message):
        async with make_checker(settings(**change)):
            pass
