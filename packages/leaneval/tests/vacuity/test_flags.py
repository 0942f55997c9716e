"""Flags proved by real Lean, and what stays unflagged."""

import asyncio

import pytest

from leaneval.checkers import make_checker
from leaneval.measure import measure
from leaneval.peano import PREAMBLE, development_problems
from leaneval.profile import PEANO
from leaneval.settings import Settings
from leaneval.summary import summarise
from leaneval.types import Problem, Statement, Toolchain, Verdict, VerdictKind
from leaneval.vacuity import FLAGS, Vacuity, says_nothing

CONTRADICTORY, AMONG, TRIVIAL, UNUSED = FLAGS

FLAGGED = {
    "(n : Nat) (h : Even n) (k : Not (Even n)) : Odd n": {CONTRADICTORY},
    "(n : Nat) (h : And (Odd n) False) : Even n": {CONTRADICTORY},
    "(n : Nat) (h : Ne n n) : Odd n": {CONTRADICTORY},
    "(n : Nat) (h : Exists fun k => And (Eq n k) (Ne k n)) : Odd n": {CONTRADICTORY},
    "(n : Nat) (h : Even n) : Even n": {AMONG},
    "(n m : Nat) (h : And (Even n) (Odd m)) : Odd m": {AMONG},
    "(n m : Nat) (h : Eq n m) : Eq m n": {AMONG},
    "(n m : Nat) : Eq (add n m) (add n m)": {TRIVIAL},
    "(n m : Nat) (h : Lt n m) : And (Eq n n) (Eq m m)": {TRIVIAL},
    "(n : Nat) : Exists fun k : Nat => Eq n n": {TRIVIAL},
    "(n : Nat) : Iff (Prime n) (Prime n)": {TRIVIAL},
    "(n : Nat) : True": {TRIVIAL, UNUSED},
    "(n k : Nat) (h : Odd n) : Even (succ n)": {UNUSED},
    "(n : Nat) (h : False) : Eq n n": {CONTRADICTORY, TRIVIAL},
}
HONEST = [
    "(n : Nat) (h : Odd n) : Even (succ n)",
    "(a b : Nat) : Eq (add a b) (add b a)",
    "(n : Nat) (h : Even n) (k : Odd n) : False",
    "(n : Nat) (h : Even n) : Odd n → False",
    "(n : Nat) (h : Even n) : Not (Odd n)",
    "(a b c : Nat) (h : Lt a b) (g : Lt b c) : Lt a c",
    "(n : Nat) : Or (Even n) (Odd n)",
    "(n : Nat) : Exists fun m => And (Lt n m) (Prime m)",
    "(n : Nat) (h : ∀ m, Divides m n → Even m) : Even n",
]


def statement(signature: str) -> Statement:
    return Statement(PREAMBLE, "t", signature)


@pytest.fixture
async def vacuity():
    async with make_checker(Settings(checker="embedded", cache="off", workers=1)) as checker:
        yield await Vacuity.start(checker)


@pytest.mark.lean
async def test_real_lean_proves_that_a_statement_says_nothing(vacuity):
    found = await asyncio.gather(*(vacuity.flags(statement(s)) for s in FLAGGED))
    assert dict(zip(FLAGGED, map(set, found), strict=True)) == FLAGGED


@pytest.mark.lean
async def test_honest_statements_bear_no_flag(vacuity):
    references = [
        reference.removeprefix("theorem ").split(" ", 1)[1].rsplit(" := ", 1)[0]
        for problem in development_problems()[:60]
        for reference in (problem.reference,)
    ]
    asked = HONEST + references
    found = await asyncio.gather(*(vacuity.flags(statement(s)) for s in asked))
    assert {s: flags for s, flags in zip(asked, found, strict=True) if flags} == {}


@pytest.mark.lean
def test_a_measurement_reports_flags_beside_the_scores():
    problem = Problem("p", "", "theorem p (a b : Nat) : Eq (add a b) (add b a) := by sorry")
    signatures = [
        "(a b : Nat) : Eq (add a b) (add b a)",
        "(a b : Nat) : Eq (add a b) (add a b)",
        "(a b c : Nat) : Eq (add a b) (add b a)",
        "(a b : Nat) : NoSuchThing a b",
    ]
    rollouts = [f"```lean4\ntheorem p {s} := by sorry\n```" for s in signatures]
    settings = Settings(judge="beq", repeats=4, k=(1,), cache="off", workers=1)
    measured = measure([(problem, rollouts)], settings, profile=PEANO, progress=False)
    assert [dual.flags for dual in measured.scores[0]] == [(), (TRIVIAL,), (UNUSED,), None]
    assert measured.info["flags"] == {TRIVIAL: 1, UNUSED: 1}
    assert measured.info["flags_looked_at"] == 3
    assert measured.info["scores_are_a_lower_bound"]
    found = summarise(measured.scores, settings)
    assert found["vacuous"].value == pytest.approx(1 / 3)
    assert (found["C@1"].value, found["S@1"].value) == (0.75, 0.25)
    assert found["undecided"].value == 0
    off = settings.model_copy(update={"vacuity": False})
    unflagged = measure([(problem, rollouts)], off, profile=PEANO, progress=False)
    assert {dual.flags for dual in unflagged.scores[0]} == {None}
    assert "vacuous" not in summarise(unflagged.scores, off)


class Scripted:
    """Trials pass, then the rest is answered by one verdict."""

    toolchain = Toolchain("4.0", "Peano 0")

    def __init__(self, kind):
        self.kind = kind

    async def check(self, claim):
        if claim.statements[0].name == "target":
            refused = claim.statements[0].signature == "(n : Nat) : Odd (succ n)"
            return Verdict(VerdictKind.FAILS if refused else VerdictKind.COMPILES)
        return Verdict(self.kind)


@pytest.mark.parametrize(
    ("kind", "flags"),
    [
        (VerdictKind.UNAVAILABLE, None),
        (VerdictKind.TIMEOUT, ()),
        (VerdictKind.CRASH, ()),
        (VerdictKind.FAILS, ()),
    ],
)
async def test_an_outage_is_no_answer_and_a_limit_is_no_flag(kind, flags):
    vacuity = await Vacuity.start(Scripted(kind))
    assert await vacuity.flags(statement("(n : Nat) : Eq n n")) == flags


def test_an_unused_variable_alone_does_not_make_a_statement_say_nothing():
    assert not says_nothing([UNUSED])
    assert says_nothing([UNUSED, TRIVIAL])
    assert not says_nothing([])
