"""Real Lean processes killed, starved and abandoned: no verdict is lost or made up."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from leaneval.checkers import PreludeChecker
from leaneval.types import Claim, Statement, StatementClaim, Verdict

pytestmark = [
    pytest.mark.lean,
    pytest.mark.skipif(not Path("/proc/self").is_dir(), reason="finds children through /proc"),
]
Embedded = Callable[..., PreludeChecker]

MARK = "Victim"
SLOW = f"({MARK} : Nat) : ∀ " + "x " * 4000 + ": Nat, True"
"""About a second of elaboration: time enough to be killed in."""


def claim(signature: str) -> StatementClaim:
    return StatementClaim(Statement("", "t", signature))


NEIGHBOURS = [claim(f"(n{i} : Nat) : Even n{i}") for i in range(5)]
BROKEN = claim("(n : Nat) : Even nothing")


def lean_children(mark: str) -> list[int]:
    """Processes that were given a file which holds `mark`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
            files = [w.decode() for w in words if w.endswith(b"Claims.lean") and b"=" not in w]
            if files and mark in Path(files[0]).read_text():
                found.append(int(entry.name))
        except (OSError, ValueError):
            continue
    return found


def is_lean_by_now(pid: int) -> bool:
    """Whether the cage is closed and Lean loaded: before that a death is no crash of Lean's."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return False
    return pages * os.sysconf("SC_PAGE_SIZE") > 90 * 2**20


async def killing(mark: str, times: int) -> None:
    """Kill each new Lean whose file holds `mark`, `times` times."""
    killed: set[int] = set()
    while len(killed) < times:
        for pid in set(lean_children(mark)) - killed:
            if mark != MARK or is_lean_by_now(pid):
                killed.add(pid)
                os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.005)


async def under_fire(
    checker: PreludeChecker, claims: list[Claim], mark: str, times: int
) -> list[str]:
    async with checker:
        killer = asyncio.create_task(killing(mark, times))
        verdicts: list[Verdict] = await asyncio.gather(*map(checker.check, claims))
        killer.cancel()
    return [str(verdict.kind) for verdict in verdicts]


async def test_a_statement_that_ends_lean_each_time_is_a_crash_and_only_that(
    embedded: Embedded,
) -> None:
    kinds = await under_fire(embedded(), [*NEIGHBOURS, claim(SLOW), BROKEN], MARK, 100)
    assert kinds == ["compiles"] * 5 + ["crash", "fails"]


async def test_a_worker_killed_once_costs_nobody_a_verdict(embedded: Embedded) -> None:
    kinds = await under_fire(embedded(), [*NEIGHBOURS, claim(SLOW), BROKEN], MARK, 1)
    assert kinds == ["compiles"] * 6 + ["fails"]


async def test_when_every_process_is_killed_it_is_an_outage(embedded: Embedded) -> None:
    kinds = await under_fire(embedded(), [*NEIGHBOURS, claim(SLOW)], "axiom", 1000)
    assert set(kinds) <= {"unavailable", "compiles"}
    assert kinds[-1] == "unavailable"


async def test_too_little_memory_is_an_outage_never_a_verdict(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    checker = embedded()
    async with checker:
        monkeypatch.setattr("leaneval.checkers._files.MEMORY", 2 * 2**30)
        verdict = await checker.check(NEIGHBOURS[0])
    assert verdict.kind == "unavailable"


async def test_cancelling_leaves_no_process_and_no_file(embedded: Embedded) -> None:
    checker = embedded(workers=2)

    async def work() -> None:
        async with checker:
            await asyncio.gather(checker.check(claim(SLOW)), checker.check(BROKEN))

    task = asyncio.create_task(work())
    while not (children := lean_children(MARK)):
        await asyncio.sleep(0.01)
    scratch = checker._scratch
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not any(Path(f"/proc/{pid}").exists() for pid in children)
    assert scratch is not None
    assert not scratch.exists()


async def test_two_processes_may_compile_the_library_at_once(tmp_path: Path) -> None:
    script = (
        "import asyncio, sys; from leaneval.checkers import make_checker\n"
        "from leaneval.settings import Settings\n"
        "async def main():\n"
        "    async with make_checker(Settings(cache=sys.argv[1], workers=1)) as c: print(c.spec)\n"
        "asyncio.run(main())"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    both = [
        await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        for _ in range(2)
    ]
    assert [(await child.communicate())[0].strip() for child in both] == [b"embedded"] * 2
    assert [p.name for p in tmp_path.glob("lean/*/*")] == ["Peano.olean"]
