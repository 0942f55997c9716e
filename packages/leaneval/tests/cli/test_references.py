"""`leaneval check --references` as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from leaneval.cli._references import health
from leaneval.errors import DataError
from leaneval.profile import MATHLIB, PEANO
from leaneval.types import Problem, StatementClaim, Toolchain, Verdict, VerdictKind


def leaneval(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "leaneval", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.lean
def test_every_reference_of_peano_compiles():
    done = leaneval("check", "--references", "peano_dual", "--json")
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({row["id"] for row in rows}) == len(rows) >= 200
    assert {(row["verdict"], row["migrated"]) for row in rows} == {("compiles", False)}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "takes a FILE or --references TASK, got neither"),
        (("file.lean", "--references", "peano_dual"), "got both"),
        (("--references", "arc_easy"), "a task is one of leaneval's"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_remedy(arguments, says):
    done = leaneval("check", *arguments)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())


class OldNotation:
    """Answers as a Lean would that has dropped `∑ i in s`."""

    async def check(self, claim: StatementClaim) -> Verdict:
        broken = " in " in claim.statement.signature or claim.statement.signature.endswith("c")
        return Verdict(VerdictKind.FAILS if broken else VerdictKind.COMPILES)


async def test_a_migrated_reference_is_asked_about_both_ways():
    problems = [
        Problem("old", "", "theorem t (s : Finset ℕ) : ∑ i in s, i = 1 := sorry"),
        Problem("new", "", "theorem t : True := sorry", references=("theorem t : True := sorry",)),
    ]
    shown: list[str] = []
    found = await health(problems, OldNotation(), PEANO, lambda item: shown.append(item.id))
    assert shown == [item.id for item in found] == ["old", "new", "new#1"]
    assert [item.verdict.compiles for item in found] == [True, True, True]
    assert [item.published.compiles for item in found] == [False, True, True]
    assert [item.migrated for item in found] == [True, False, False]


async def test_a_broken_reference_is_told_as_what_it_is():
    """Not as a group of errors, which nobody would catch."""
    problems = [Problem("whole", "", "theorem t : True := sorry"), Problem("broken", "", "def a")]
    with pytest.raises(DataError, match="broken: reference 'def a' declares no theorem"):
        await health(problems, OldNotation(), PEANO, lambda item: None)


def test_another_lean_than_the_pinned_one_is_a_warning():
    assert MATHLIB.mismatch(Toolchain("4.27.0", "mathlib v4.27.0")) is None
    assert MATHLIB.mismatch(Toolchain("v4.27.0", "mathlib")) is None
    assert "4.30.0" in (MATHLIB.mismatch(Toolchain("4.30.0", "mathlib")) or "")
    assert PEANO.mismatch(Toolchain("4.35.0", "Peano")) is None
