"""Real Lean gives every kind of verdict, and only its positive word makes `compiles`.

The gate is off here: the checker alone must hold against each text.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from leaneval.checkers import BAD, GOOD, PreludeChecker, PreludeLibrary
from leaneval.checkers._assemble import stands_alone
from leaneval.errors import UnavailableError
from leaneval.types import (
    Claim,
    FileClaim,
    GoalClaim,
    LeanOptions,
    Statement,
    StatementClaim,
    Verdict,
    VerdictKind,
)

pytestmark = pytest.mark.lean
Embedded = Callable[..., PreludeChecker]


def claim(
    signature: str, name: str = "t", options: LeanOptions = "strict", **more: str
) -> StatementClaim:
    return StatementClaim(Statement(more.pop("header", ""), name, signature, **more), options)


HONEST = [
    claim("(a b : Nat) : Eq (add a b) (add b a)"),
    claim("(n : Nat) (h : Even n) : Exists fun k : Nat => Eq n (add k k)"),
    claim(": ∀ n : Nat, Eq n n", name="Nat.foo"),
    claim("(n : Nat) : Eq n (next n)", name="Nat.bar"),
    claim("(n : Nat) : Eq n (next n)", header="prelude\nimport Peano\nopen Nat"),
    claim("(n : ℕ) : Answer n", context="def Answer (n : Nat) : Prop := Odd n"),
    claim("(h : Eq x zero) : Eq x x", options="default"),
    GOOD,
]
"""Compile."""

BROKEN = [
    claim("(n : Nat) : Nat"),
    claim("(n : Nat) : Eq n undeclared"),
    claim("(n : Nat) : Eq n (next n)"),
    claim("(n : Nat) : Eq n"),
    claim("(h : Eq x zero) : Eq x x"),
    claim(": _"),
    claim(""),
    claim("n : Nat) : True"),
    claim("(n : Nat) : True", header="open Real"),
    claim("(n : Nat) : True", header="import Mathlib"),
    BAD,
]
"""Do not."""

HOSTILE = [
    claim(": sorry"),
    claim("(h : sorry) : True"),
    claim(": True := True.intro\n#exit"),
    claim(": True #exit"),
    claim(": True /-"),
    claim(": True := True.intro /-"),
    claim(": True -/"),
    claim(': Eq "'),
    claim(": True := True.intro\ntheorem second : False"),
    claim(": True := by exact True.intro\ntheorem second : False"),
    claim(": True := True.intro\naxiom second : False"),
    claim(
        ": True := True.intro\naxiom cheat (p : Prop) : p\ntheorem second : False := cheat _\n--"
    ),
    claim(": True := True.intro\nend\nnamespace x\ntheorem second : True"),
    claim(': True := True.intro\nnotation "Even" => Odd\ntheorem second : True'),
    claim(': True := True.intro\nlocal macro "Odd" : term => `(True)\ntheorem second : True'),
    claim(": True := True.intro\ninstance second : True"),
    claim(": True := True.intro\nattribute [reducible] add\ntheorem second : True"),
    claim(": True := True.intro\nset_option maxErrors 1 in\ntheorem second : True"),
    claim(": True := True.intro\n#print axioms t"),
    claim(": True := True.intro\nopen Nat in"),
    claim(": True", name="t : True := True.intro\ntheorem second"),
    claim(": True", header='notation "Odd" => Even\n#exit'),
    claim(": True", header="end"),
    claim("\0: True"),
    claim(": True\ud800"),
    claim(": " + "(" * 5000 + "True" + ")" * 5000),
]
"""Must not compile, nor change what becomes of a neighbour."""


def kinds(verdicts: list[Verdict]) -> list[str]:
    return [str(verdict.kind) for verdict in verdicts]


async def check(checker: PreludeChecker, claims: list[Claim]) -> list[Verdict]:
    async with checker:
        return await asyncio.gather(*map(checker.check, claims))


async def test_honest_statements_compile_and_broken_ones_fail(embedded: Embedded) -> None:
    verdicts = await check(embedded(), [*HONEST, *BROKEN])
    assert kinds(verdicts) == ["compiles"] * len(HONEST) + ["fails"] * len(BROKEN)
    assert all(verdict.toolchain.startswith("lean 4.") for verdict in verdicts)
    assert all(any(d.severity == "error" for d in v.diagnostics) for v in verdicts[len(HONEST) :])


async def test_a_diagnostic_points_into_the_signature_and_names_what_was_written(
    embedded: Embedded,
) -> None:
    (verdict,) = await check(embedded(), [claim("(n : Nat)\n  : Eq n\n    undeclared", "Nat.foo")])
    (said,) = verdict.diagnostics
    assert (said.severity, said.line, said.column) == ("error", 3, 4)
    assert "undeclared" in said.message
    (verdict,) = await check(embedded(), [claim("(n : Nat) : Nat")])
    assert verdict.diagnostics[0].message.startswith("the statement does not elaborate to a prop")
    assert "lv" not in "".join(d.message for d in verdict.diagnostics)


async def test_no_hostile_text_compiles_or_disturbs_its_neighbours(embedded: Embedded) -> None:
    mixed: list[Claim] = []
    for number, hostile in enumerate(HOSTILE):
        mixed += [
            claim(f"(x{number} : Nat) : Odd x{number}"),
            hostile,
            claim(f"(y{number} : No) : True"),
        ]
    verdicts = await check(embedded(workers=2), mixed)
    assert kinds(verdicts[0::3]) == ["compiles"] * len(HOSTILE)
    assert kinds(verdicts[2::3]) == ["fails"] * len(HOSTILE)
    for hostile, verdict in zip(HOSTILE, verdicts[1::3], strict=True):
        assert verdict.kind is VerdictKind.FAILS, (hostile, verdict)


async def test_even_in_one_file_hostile_texts_do_not_change_their_neighbours(
    embedded: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second fence: whatever the first (a file of its own) should fail to recognise."""
    monkeypatch.setattr("leaneval.checkers._prelude.stands_alone", lambda _: False)
    meaning = claim("(h : Odd three) : type_of% h")
    same = GoalClaim(
        (claim("(n : Nat) : Odd n").statement, claim("(n : Nat) : Even n").statement),
        "type_of% @{0}",
        "@{1}",
    )
    mixed: list[Claim] = []
    for number, hostile in enumerate(HOSTILE):
        mixed += [hostile, claim(f"(x{number} : Nat) : Odd x{number}")]
    verdicts = await check(embedded(), [*mixed, meaning, same])
    assert "compiles" not in kinds(verdicts[0 : len(mixed) : 2])
    assert kinds(verdicts[1 : len(mixed) : 2]) == ["compiles"] * len(HOSTILE)
    assert kinds(verdicts[-2:]) == ["compiles", "fails"]


async def test_more_errors_than_leans_default_limit_do_not_silence_the_rest(
    embedded: Embedded,
) -> None:
    claims: list[Claim] = [claim(f": undeclared{n}") for n in range(140)]
    verdicts = await check(embedded(), [*claims, *HONEST[:2]])
    assert kinds(verdicts) == ["fails"] * 140 + ["compiles"] * 2


async def test_goals_hold_fail_and_say_which_statement_is_broken(embedded: Embedded) -> None:
    def goal(left: Statement, right: Statement) -> GoalClaim:
        return GoalClaim((left, right), "type_of% @{0}", "@{1}")

    reference = claim("(n : Nat) : Answer n", context="def Answer (n : Nat) : Prop := Even n")
    right = claim("(m : ℕ) : Exists fun k : Nat => Eq m (mul two k)", "Nat.t")
    wrong, broken = claim("(m : Nat) : Odd m"), claim("(m : Nat) : Odd n")
    provable = GoalClaim((right.statement,), "∀ p : Prop, p → p", "fun _ h => h")
    claims = [
        goal(reference.statement, right.statement),
        goal(reference.statement, wrong.statement),
        goal(reference.statement, broken.statement),
        goal(broken.statement, right.statement),
        provable,
        GoalClaim((right.statement,), "False", "undeclared"),
    ]
    verdicts = await check(embedded(), [*claims])
    assert kinds(verdicts) == ["compiles", "fails", "fails", "fails", "compiles", "fails"]
    assert verdicts[1].diagnostics[0].message == "the goal is not proved"
    assert verdicts[2].diagnostics[0].message.startswith("statement {1} of the goal")
    assert verdicts[3].diagnostics[0].message.startswith("statement {0} of the goal")


WHOLE = {
    "prelude\nimport Peano\n\ntheorem x (n : Nat) : Eq n n := by\n  sorry": "compiles",
    "theorem x (n : Nat) : Eq n n := sorry\ntheorem y : Eq one one := Eq.refl one": "compiles",
    "def p : Prop := True\nnamespace q\n/-- doc -/\ntheorem x : p := True.intro": "compiles",
    "theorem x (h : Eq y zero) : Eq y y := sorry": "compiles",
    "theorem x (n : Nat) : Eq n Un.declared := sorry": "fails",
    "theorem x : False := True.intro": "fails",
    "theorem x : sorry := sorry": "fails",
    "theorem x : True := by\n  have h : True := sorry\n  sorry": "fails",
    "theorem x : True := sorry\n#exit": "fails",
    "theorem x : True := sorry\n/- never closed": "fails",
    "theorem x : True := sorry\nopen Nat in": "fails",
    "-- theorem x : True": "fails",
    "def x : Prop := True": "fails",
    "": "fails",
    "theorem x : True :=": "fails",
    "import Mathlib\ntheorem x : True := sorry": "fails",
}


async def test_whole_files_under_leans_own_options(embedded: Embedded) -> None:
    verdicts = await check(embedded(), [FileClaim(text) for text in WHOLE])
    assert dict(zip(WHOLE, kinds(verdicts), strict=True)) == WHOLE
    assert verdicts[4].diagnostics[0].line == 1


async def test_a_runaway_times_out_alone_and_costs_its_neighbours_nothing(
    embedded: Embedded, runaway: Statement
) -> None:
    claims = [*HONEST[:3], StatementClaim(runaway), *BROKEN[:3]]
    assert not any(map(stands_alone, claims)), "they share a file"
    verdicts = await check(embedded(time_limit=0.5), claims)
    assert kinds(verdicts) == ["compiles"] * 3 + ["timeout"] + ["fails"] * 3
    assert "0.5 s" in verdicts[3].diagnostics[0].message


async def test_what_would_take_too_long_together_is_answered_in_parts(embedded: Embedded) -> None:
    slow = [claim(": ∀ " + f"x{n} " * 1500 + ": Nat, True") for n in range(4)]
    verdicts = await check(embedded(time_limit=20.0), [*slow, *HONEST])
    assert set(kinds(verdicts)) == {"compiles"}


async def test_control_claims_come_from_any_library(embedded: Embedded, tmp_path: Path) -> None:
    path = tmp_path / "Bit.lean"
    path.write_text(
        "prelude\ninductive Bit : Type where\n  | no\n  | yes\naxiom flip : Bit → Bit\n"
    )
    bit = claim("(P : Bit → Prop) (b : Bit) : P (flip b)")
    loose = await check(embedded(library=PreludeLibrary(path, frozenset({"flip"}))), [bit])
    tight = await check(embedded(library=PreludeLibrary(path)), [bit])
    assert kinds([*loose, *tight]) == ["compiles", "fails"]
    assert "flip" in tight[0].diagnostics[0].message


async def test_a_library_that_does_not_compile_is_an_outage_with_leans_words(
    embedded: Embedded, tmp_path: Path
) -> None:
    (tmp_path / "Broken.lean").write_text("prelude\ndef x : Nowhere := y\n")
    with pytest.raises(UnavailableError, match="Unknown identifier"):
        await check(embedded(library=PreludeLibrary(tmp_path / "Broken.lean")), [])
