"""Definitional equality, decided by real Lean; a scripted checker for scheduling and faults."""

import asyncio

import pytest

from leaneval.judges import make_judge
from leaneval.peano import PREAMBLE
from leaneval.profile import PEANO
from leaneval.types import (
    Diagnostic,
    GoalClaim,
    Problem,
    Statement,
    StatementClaim,
    Toolchain,
    Verdict,
    VerdictKind,
)

REFERENCE = "theorem r (n : Nat) (h : Even n) : Exists fun k => Eq n (mul two k) := sorry"
TURNED = "theorem r (n : Nat) (h : Even n) : Exists fun k => Eq (mul two k) n := sorry"
SAME = {
    "itself": "(n : Nat) (h : Even n) : Exists fun k => Eq n (mul two k)",
    "other names": "(m : Nat) (even_m : Even m) : Exists fun j => Eq m (mul two j)",
    "an arrow": ": ∀ n : Nat, Even n → Exists fun k => Eq n (mul two k)",
    "the numeral written out": "(n : Nat) (h : Even n) : Exists fun k => Eq n (mul (succ one) k)",
    "implicit": "{n : Nat} (h : Even n) : Exists fun k => Eq n (mul two k)",
    "the alternative": "(n : Nat) (h : Even n) : Exists fun k => Eq (mul two k) n",
}
DIFFERENT = {
    "a tautology": "(n : Nat) (h : Even n) : Exists fun k : Nat => Eq n n",
    "no hypothesis": "(n : Nat) : Exists fun k => Eq n (mul two k)",
    "another number": "(n : Nat) (h : Even n) : Exists fun k => Eq n (mul three k)",
    "commuted": "(n : Nat) (h : Even n) : Exists fun k => Eq n (mul k two)",
    "a constant": ": True",
    "a false hypothesis": "(n : Nat) (h : False) : Exists fun k => Eq n (mul two k)",
    "another order": "(h : ∀ n : Nat, Even n) (n : Nat) : Exists fun k => Eq n (mul two k)",
}


def candidate(signature):
    return Statement(PREAMBLE, "candidate", signature)


@pytest.fixture
async def lean(settings):
    from leaneval.checkers import make_checker

    async with make_checker(settings(checker="embedded", judge="defeq", workers=1)) as checker:
        yield checker


@pytest.mark.lean
async def test_real_lean_says_which_statements_are_the_same(lean, settings):
    problem = Problem("p", "", REFERENCE, references=(TURNED,))
    judge = make_judge(settings(judge="defeq"), lean)
    async with judge:
        same = await asyncio.gather(*(judge.score(problem, candidate(s)) for s in SAME.values()))
        other = await asyncio.gather(
            *(judge.score(problem, candidate(s)) for s in DIFFERENT.values())
        )
    assert dict(zip(SAME, [s.value for s in same], strict=True)) == dict.fromkeys(SAME, 1.0)
    assert dict(zip(DIFFERENT, [s.value for s in other], strict=True)) == dict.fromkeys(
        DIFFERENT, 0.0
    )
    assert same[-1].reason == "definitionally equal to alternative reference 1"
    assert all("mismatch" in score.reason for score in other), [s.reason for s in other]


@pytest.mark.lean
async def test_a_reference_that_does_not_compile_scores_nobody(lean, settings):
    problem = Problem("p", "", "theorem r (n : Nat) : NoSuchThing n := sorry")
    judge = make_judge(settings(judge="defeq"), lean)
    score = await judge.score(problem, candidate("(n : Nat) : Eq n n"))
    assert score.value is None
    assert "does not compile itself" in score.reason
    assert "NoSuchThing" in score.reason


@pytest.mark.lean
async def test_the_profiles_control_statements_get_the_scores_they_must(lean, settings):
    judge = make_judge(settings(judge="defeq"), lean)
    right = await judge.score(PEANO.control_problem, PEANO.control)
    wrong = await judge.score(PEANO.control_problem, PEANO.control_wrong)
    assert (right.value, wrong.value) == (1.0, 0.0)


class Scripted:
    """Answers goals from a script; every statement compiles."""

    toolchain = Toolchain("4.0", "none")

    def __init__(self, *kinds):
        self.kinds = list(kinds)
        self.goals = []

    async def check(self, claim):
        if isinstance(claim, StatementClaim):
            return Verdict(VerdictKind.COMPILES)
        assert isinstance(claim, GoalClaim)
        self.goals.append(claim)
        kind = self.kinds.pop(0)
        said = GAVE_UP if kind is LIMIT else "said\nso"
        kind = VerdictKind.FAILS if kind is LIMIT else kind
        notes = (Diagnostic("warning", "w"), Diagnostic("error", said))
        return Verdict(kind, diagnostics=notes)


FAILS, YES = VerdictKind.FAILS, VerdictKind.COMPILES
LIMIT = "(deterministic) timeout"
"""Lean refuses because of a limit of its own."""

GAVE_UP = f"{LIMIT} at `isDefEq`, maximum number of heartbeats (200000) reached"
OPEN = [VerdictKind.TIMEOUT, VerdictKind.CRASH, VerdictKind.UNAVAILABLE, LIMIT]


async def ask(settings, *kinds):
    checker = Scripted(*kinds)
    judge = make_judge(settings(judge="defeq"), checker)
    problem = Problem("p", "", REFERENCE, references=(TURNED,))
    return await judge.score(problem, candidate(": True")), checker


@pytest.mark.parametrize("spec", ["defeq", "beq"])
@pytest.mark.parametrize("texts", [("def r := 1",), (REFERENCE, "/- open")])
async def test_a_reference_that_is_no_theorem_is_unavailable_and_ends_no_run(settings, spec, texts):
    judge = make_judge(settings(judge=spec), Scripted())
    first, *others = texts
    score = await judge.score(
        Problem("p", "", first, references=tuple(others)), candidate(": True")
    )
    assert score.value is None
    assert score.reason.startswith("reference ")


async def test_the_first_match_ends_the_search(settings):
    score, checker = await ask(settings, YES)
    assert score.value == 1.0
    assert len(checker.goals) == 1


async def test_zero_needs_every_reference_to_be_refused(settings):
    score, checker = await ask(settings, FAILS, FAILS)
    assert score.value == 0.0
    assert score.reason == "not definitionally equal to the reference: said so"
    assert [goal.statements[0].signature.count("Eq n") for goal in checker.goals] == [1, 0]


@pytest.mark.parametrize("kind", OPEN)
async def test_an_open_question_is_never_zero(settings, kind):
    for kinds in ((kind, FAILS), (FAILS, kind), (kind, kind)):
        score, _ = await ask(settings, *kinds)
        assert score.value is None
        assert str(kind) in score.reason


@pytest.mark.parametrize("kind", OPEN)
async def test_an_open_question_does_not_hide_a_match(settings, kind):
    score, _ = await ask(settings, kind, YES)
    assert score.value == 1.0
