"""The adversarial rollouts against real Lean: nothing that passes the gate compiles or disturbs."""

import asyncio

import pytest

from leaneval.checkers import make_checker
from leaneval.extract import extract
from leaneval.gate import gate
from leaneval.profile import PEANO
from leaneval.settings import Settings
from leaneval.types import Statement, StatementClaim, VerdictKind

pytestmark = pytest.mark.lean


def through_the_gate(adversarial):
    found = {}
    for row in adversarial:
        statement = extract(row["rollout"]).statement
        if row["profile"] != "peano" or statement is None:
            continue
        if gate(statement, header=PEANO.header) is None:
            found[row["name"]] = statement
    return found


async def test_lean_refuses_what_the_gate_lets_through(adversarial):
    hostile = through_the_gate(adversarial)
    assert set(hostile) == {row["name"] for row in adversarial if row["expect"] == "not_compiles"}
    honest = [Statement("", "t", f"(n{i} : Nat) : Eq (add n{i} zero) n{i}") for i in range(10)]
    broken = [Statement("", "t", f"(n : Nat) : Eq (add n zero) m{i}") for i in range(10)]
    mixed = [*honest[:5], *hostile.values(), *broken, *honest[5:]]
    async with make_checker(Settings(workers=1, cache="off")) as checker:
        verdicts = await asyncio.gather(*(checker.check(StatementClaim(s)) for s in mixed))
    kinds = dict(zip((s.signature for s in mixed), (v.kind for v in verdicts), strict=True))
    assert {kinds[s.signature] for s in honest} == {VerdictKind.COMPILES}
    assert {kinds[s.signature] for s in broken} == {VerdictKind.FAILS}
    assert {name: kinds[s.signature] for name, s in hostile.items()} == dict.fromkeys(
        hostile, VerdictKind.FAILS
    )
