"""The pool gives the verdicts that a file of its own would have given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from types import ModuleType

import pytest

from leaneval.checkers import make_checker
from leaneval.extract import parse_reference
from leaneval.peano import test_problems as peano_problems
from leaneval.protocols import Checker
from leaneval.settings import Settings
from leaneval.types import (
    Claim,
    FileClaim,
    GoalClaim,
    Statement,
    StatementClaim,
    Verdict,
)

pytestmark = pytest.mark.lean
Pool = Callable[..., Checker]


def claim(signature: str, name: str = "t") -> StatementClaim:
    return StatementClaim(Statement("", name, signature))


async def check(checker: Checker, claims: Sequence[Claim]) -> list[Verdict]:
    async with checker:
        return await asyncio.gather(*map(checker.check, claims))


def kinds(verdicts: Sequence[Verdict]) -> list[str]:
    return [str(verdict.kind) for verdict in verdicts]


async def test_known_statements_get_their_known_verdicts_in_a_full_cage(
    pool: Pool, known: ModuleType
) -> None:
    checker = pool()
    verdicts = await check(checker, [*known.HONEST, *known.BROKEN])
    assert kinds(verdicts) == ["compiles"] * len(known.HONEST) + ["fails"] * len(known.BROKEN)
    assert checker.cage == "full"
    assert checker.toolchain.lean == "4.35.0"
    assert checker.toolchain.library.startswith("Peano ")
    assert {verdict.toolchain for verdict in verdicts} == {checker.toolchain.key}


async def test_whole_files_are_judged_as_in_a_file(pool: Pool, known: ModuleType) -> None:
    verdicts = await check(pool(), [FileClaim(text) for text in known.WHOLE])
    assert dict(zip(known.WHOLE, kinds(verdicts), strict=True)) == known.WHOLE
    assert verdicts[4].diagnostics[0].line == 1


async def test_a_diagnostic_points_into_the_signature(pool: Pool) -> None:
    (verdict,) = await check(pool(), [claim("(n : Nat)\n  : Eq n\n    undeclared", "Nat.foo")])
    (said,) = verdict.diagnostics
    assert (said.severity, said.line, said.column) == ("error", 3, 4)
    assert "_lv" not in said.message


async def test_goals_closed_and_open(pool: Pool) -> None:
    even = claim("{α : Sort u} (n : Nat) (x : α) (h : Even n) : Eq n n").statement
    even = Statement("", even.name, even.signature, universes=("u",))
    odd = claim("(n : Nat) : Odd n").statement
    goals = [
        GoalClaim((even, even), "type_of% @{0}", "@{1}"),
        GoalClaim((even, odd), "type_of% @{0}", "@{1}"),
        GoalClaim((even, even), "type_of% @{1}", "@{h0}", given=(0,)),
        GoalClaim((even, even), "type_of% @{1}", "@{0}", given=(0,)),
        GoalClaim((odd,), "type_of% @{0}", "{s}.id @{h0}", "def id {p : Prop} (h : p) : p := h",
                  given=(0,)),
    ]  # fmt: skip
    verdicts = await check(pool(), goals)
    assert kinds(verdicts) == ["compiles", "fails", "compiles", "fails", "compiles"]
    assert "open proof" in verdicts[3].diagnostics[0].message


@pytest.mark.slow
async def test_five_hundred_statements_get_the_same_verdicts_as_from_files(
    pool: Pool, known: ModuleType
) -> None:
    hostile = [*known.HOSTILE, *known.HONEST, *known.BROKEN]
    plain = [StatementClaim(parse_reference(p.reference, p.header)) for p in peano_problems()]
    claims: list[Claim] = [*hostile, *plain]
    number = 0
    while len(claims) < 500:
        # what the references say below one more binder, a third of it of names that are not there
        source = plain[number % len(plain)].statement.signature
        source = source.replace("Eq", "Eq" if number % 3 else "Equal")
        claims.append(claim(f"(unused{number} : Nat) {source}"))
        number += 1
    claims = claims[:500]
    embedded = make_checker(Settings(workers=1, cache="off"))
    files = await check(embedded, claims)
    repl = await check(pool(), claims)
    assert len(set(claims)) >= 450
    assert set(kinds(files)) == {"compiles", "fails"}
    assert min(kinds(files).count("compiles"), kinds(files).count("fails")) > 50
    assert kinds(repl) == kinds(files)


async def test_the_imports_are_read_once_a_worker(pool: Pool, faults: Callable[..., None]) -> None:
    checker = pool(workers=2, batch_size=10)
    async with checker:
        first = [claim(f"(a{n} : Nat) : Eq a{n} a{n}") for n in range(20)]
        await asyncio.gather(*map(checker.check, first))
        while checker.usage()["imports"] < 2:  # type: ignore[attr-defined]
            await asyncio.sleep(0.05)
        before = checker.usage()  # type: ignore[attr-defined]
        faults("import Peano", "die", again=True)
        many = [claim(f"(b{n} : Nat) : Eq b{n} b{n}") for n in range(400)]
        verdicts = await asyncio.gather(*map(checker.check, many))
        after = checker.usage()  # type: ignore[attr-defined]
    assert set(kinds(verdicts)) == {"compiles"}
    assert after["commands"] - before["commands"] >= 40
    assert after["replaced"] == 0
    assert after["imports"] == before["imports"]


async def test_a_statement_whose_type_leans_on_our_axiom_fails(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a tactic that searches the environment would have it: the name itself is a secret."""
    monkeypatch.setattr("leaneval.checkers._assemble.secrets.token_hex", lambda _: "0")
    by_search = claim("(h : Eq (P (_lv0 True)) (P (_lv0 True))) (by_elab : Nat) : True")
    by_search = StatementClaim(
        Statement("", "t", by_search.statement.signature, context="def P (_ : True) : Nat := one")
    )
    clean = StatementClaim(
        Statement("", "t", "(by_elab : Nat) : Eq one one", context="def Q : Prop := True")
    )
    verdicts = await check(pool(), [by_search, clean])
    assert kinds(verdicts) == ["fails", "compiles"], verdicts
    assert "the type of the statement rests on" in verdicts[0].diagnostics[0].message
