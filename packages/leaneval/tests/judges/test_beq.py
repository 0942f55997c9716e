"""Equivalence proved by real Lean in both directions; scripted checkers for limits and outages."""

import asyncio

import pytest

from leaneval.checkers import make_checker
from leaneval.errors import UnavailableError
from leaneval.judges import make_judge
from leaneval.peano import PREAMBLE, development_problems
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

EQUIVALENT = {
    "renamed": ("(n : Nat) (h : Odd n) : Even (succ n)", "(m : Nat) (odd : Odd m) : Even (succ m)"),
    "a definition written out": (
        "(n : Nat) (h : Odd n) : Even (succ n)",
        "(n : Nat) (h : Odd n) : Exists fun k => Eq (succ n) (mul two k)",
    ),
    "hypotheses swapped": (
        "(x y : Nat) (h : Even x) (g : Odd y) : Odd (add x y)",
        "(y x : Nat) (g : Odd y) (h : Even x) : Odd (add x y)",
    ),
    "hypotheses joined": (
        "(a b c : Nat) (h : Lt a b) (g : Lt b c) : Lt a c",
        "(c b a : Nat) (h : And (Lt b c) (Lt a b)) : Lt a c",
    ),
    "conclusion in another order": (
        "(x y : Nat) (h : Lt x y) : And (Ne x y) (Lt zero y)",
        "(x y : Nat) (h : Lt x y) : And (Lt zero y) (Ne x y)",
    ),
    "an alternative turned round": (
        "(p a b : Nat) (h : Prime p) : Divides p (mul a b) → Or (Divides p a) (Divides p b)",
        "(p a b : Nat) (g : Divides p (mul a b)) (h : Prime p) : Or (Divides p b) (Divides p a)",
    ),
    "an equation turned round": (
        "(a b : Nat) : Eq (mul a b) (mul b a)",
        "(b a : Nat) : Eq (mul b a) (mul a b)",
    ),
    "an equation assumed the other way": (
        "(a b : Nat) (h : Eq a b) : Eq (add a a) (mul b two)",
        "(a b : Nat) (h : Eq b a) : Eq (mul b two) (add a a)",
    ),
    "an equivalence turned round": (
        "(n : Nat) : Iff (Even n) (Odd (succ n))",
        "(n : Nat) : Iff (Odd (succ n)) (Even n)",
    ),
    "under an existential": (
        "(n : Nat) (h : Odd n) : Exists fun k => And (Even k) (Eq n (succ k))",
        "(n : Nat) (h : Odd n) : Exists fun k => And (Eq (succ k) n) (Even k)",
    ),
    "an existential hypothesis unpacked": (
        "(n : Nat) (h : Exists fun k => And (Even k) (Lt k n)) : Lt zero n",
        "(n k : Nat) (h : Even k) (g : Lt k n) : Lt zero n",
    ),
    "unique existence written out": (
        "(n : Nat) (h : Odd n) : ExistsUnique fun k => Eq n (succ k)",
        "(n : Nat) (h : Odd n) : Exists fun k => And (Eq (succ k) n) (∀ y, Eq n (succ y) → Eq y k)",
    ),
    "an inequation written out": (
        "(a b : Nat) (h : Ne a b) : Ne (succ a) (succ b)",
        "(a b : Nat) (h : Not (Eq a b)) : Not (Eq (succ b) (succ a))",
    ),
}  # fmt: skip
STRONGER = {
    "a hypothesis dropped": (
        "(n : Nat) (h : Lt zero n) : Lt n (mul n two)",
        "(n : Nat) : Lt n (mul n two)",
    ),
    "more concluded": (
        "(n : Nat) (h : Odd n) : Even (succ n)",
        "(n : Nat) (h : Odd n) : And (Even (succ n)) (Lt zero n)",
    ),
    "a contrapositive, which takes classical logic": (
        "(a b : Nat) (h : Not (Even b)) : Not (Lt a b)",
        "(a b : Nat) (h : Lt a b) : Even b",
    ),
}
WEAKER = {
    "a hypothesis added": (
        "(n : Nat) : Lt n (mul (succ n) two)",
        "(n : Nat) (h : Even n) : Lt n (mul (succ n) two)",
    ),
    "less concluded": (
        "(n : Nat) (h : Odd n) : And (Even (succ n)) (Lt zero n)",
        "(n : Nat) (h : Odd n) : Even (succ n)",
    ),
    "a special case": (
        "(a b : Nat) : Eq (mul a b) (mul b a)",
        "(a : Nat) : Eq (mul a two) (mul two a)",
    ),
    "an alternative added": (
        "(p : Nat) (h : Prime p) : Odd p",
        "(p : Nat) (h : Prime p) : Or (Eq p two) (Odd p)",
    ),
}
NEITHER = {
    "another operation": (
        "(a b : Nat) : Eq (add a b) (add b a)",
        "(a b : Nat) : Eq (mul a b) (mul b a)",
    ),
    "the converse": (
        "(n : Nat) (h : Odd n) : Even (succ n)",
        "(n : Nat) (h : Even (succ n)) : Odd n",
    ),
    "another number": (
        "(n : Nat) : Divides two (mul n (succ n))",
        "(n : Nat) : Divides three (mul n (succ n))",
    ),
    "a tautology": ("(a b : Nat) : Eq (add a b) (add b a)", "(a b : Nat) : Eq (add a b) (add a b)"),
    "True": ("(a b : Nat) : Eq (add a b) (add b a)", ": True"),
    "a false hypothesis": (
        "(n : Nat) (h : Odd n) : Even (succ n)",
        "(n : Nat) (h : Odd n) (g : False) : Even (succ n)",
    ),
    "two tautologies": (
        "(a b : Nat) : Eq (add a b) (add a b)",
        "(a : Nat) : Eq (mul a a) (mul a a)",
    ),
    "the conclusion assumed": (
        "(n : Nat) (h : Odd n) : Even (succ n)",
        "(n : Nat) (h : Even (succ n)) (g : Odd n) : Even (succ n)",
    ),
}  # fmt: skip
TABLE = {
    (): EQUIVALENT,
    ("stronger",): STRONGER,
    ("weaker",): WEAKER,
}


def candidate(signature: str) -> Statement:
    return Statement(PREAMBLE, "candidate", signature)


def problem(signature: str, *others: str) -> Problem:
    reference, *references = (f"theorem r {s} := sorry" for s in (signature, *others))
    return Problem("p", "", reference, references=tuple(references))


@pytest.fixture
async def lean(settings):
    async with make_checker(settings(checker="embedded", workers=1)) as checker:
        yield checker


@pytest.fixture
async def judge(lean, settings):
    async with make_judge(settings(judge="beq"), lean) as judge:
        yield judge


async def scores(judge, pairs):
    asked = (judge.score(problem(ref), candidate(other)) for ref, other in pairs.values())
    return dict(zip(pairs, await asyncio.gather(*asked), strict=True))


@pytest.mark.lean
@pytest.mark.parametrize("flags", TABLE, ids=["equivalent", "stronger", "weaker"])
async def test_real_lean_proves_what_follows_from_what(judge, flags):
    found = await scores(judge, TABLE[flags])
    value = 0.0 if flags else 1.0
    assert {name: (s.value, s.flags) for name, s in found.items()} == dict.fromkeys(
        TABLE[flags], (value, flags)
    )


@pytest.mark.lean
async def test_turned_round_the_pairs_turn_round(judge):
    swapped = {
        name: (other, ref)
        for pairs in (EQUIVALENT, STRONGER)
        for name, (ref, other) in pairs.items()
    }
    found = await scores(judge, swapped)
    assert {name: s.flags for name, s in found.items()} == dict.fromkeys(
        EQUIVALENT, ()
    ) | dict.fromkeys(STRONGER, ("weaker",))


@pytest.mark.lean
async def test_nothing_is_shown_of_statements_that_have_nothing_to_do_with_each_other(judge):
    found = await scores(judge, NEITHER)
    assert {name: (s.value, s.flags) for name, s in found.items()} == dict.fromkeys(
        NEITHER, (0.0, ())
    )
    assert "proved without" in found["a tautology"].reason


@pytest.mark.lean
async def test_any_reference_will_do_and_the_reason_names_it(judge):
    wanted, other = EQUIVALENT["hypotheses joined"]
    score = await judge.score(problem(NEITHER["True"][0], wanted), candidate(other))
    assert score.value == 1.0
    assert "alternative reference 1" in score.reason


@pytest.mark.lean
async def test_a_reference_that_does_not_compile_scores_nobody(judge):
    bad = "(n : Nat) : NoSuchThing n"
    score = await judge.score(problem(bad), candidate(": True"))
    assert score.value is None
    assert "does not compile itself" in score.reason
    assert "NoSuchThing" in score.reason
    wanted, other = EQUIVALENT["renamed"]
    assert (await judge.score(problem(bad, wanted), candidate(other))).value == 1.0


@pytest.mark.lean
async def test_definitionally_equal_is_equivalent(lean, judge):
    """On the benchmark itself: every reference, and every alternative of it, is equivalent."""
    asked = [
        (item, text.removeprefix("theorem ").split(" ", 1)[1].rsplit(" := ", 1)[0])
        for item in development_problems()[:15]
        for text in (item.reference, *item.references)
    ]
    found = await asyncio.gather(*(judge.score(item, candidate(s)) for item, s in asked))
    assert [score.value for score in found] == [1.0] * len(asked)


@pytest.mark.lean
async def test_the_profiles_control_statements_get_the_scores_they_must(judge):
    right = await judge.score(PEANO.control_problem, PEANO.control)
    wrong = await judge.score(PEANO.control_problem, PEANO.control_wrong)
    assert (right.value, wrong.value) == (1.0, 0.0)


@pytest.mark.lean
async def test_each_side_is_read_under_its_own_context(judge):
    """What a reference opens and defines is no part of the candidate's world, nor the reverse."""
    text = "open Nat\ndef answer := five\ntheorem r (n : Nat) : Lt n (add n answer) := sorry"
    own = Problem("p", "", text)
    good = await judge.score(own, candidate("(n : Nat) : Lt n (add n five)"))
    bad = await judge.score(own, candidate("(n : Nat) : Lt n (add n answer)"))
    assert (good.value, bad.value) == (1.0, 0.0)


@pytest.mark.lean
@pytest.mark.parametrize(
    "proof",
    ["@{0}", "@{1}", "fun _ _ => @{0} _ (@{1} _)"],
)
async def test_a_closed_goal_cannot_rest_on_the_open_proofs(lean, proof):
    """The soundness core: the declared theorems prove anything, and the audit finds them out."""
    statements = (candidate("(n : Nat) : Odd n"), candidate("(n : Nat) : Odd n"))
    open_goal = GoalClaim(statements, "type_of% @{1}", "@{1}")
    assert (await lean.check(open_goal)).compiles
    for given in ((), (0,)):
        claim = GoalClaim(statements, "type_of% @{1}", proof, given=given)
        assert (await lean.check(claim)).kind is VerdictKind.FAILS
    honest = GoalClaim(statements, "type_of% @{1}", "@{h0}", given=(0,))
    assert (await lean.check(honest)).compiles


@pytest.mark.lean
async def test_a_hypothesis_keeps_its_universes_free(lean):
    """Stated as an implication, the two sides would have different universes."""
    generic = "{α : Sort u} (a b : α) (h : Eq a b) : Eq b a"
    a = Statement(PREAMBLE, "a", generic, universes=("u",))
    b = Statement(PREAMBLE, "b", generic.replace("u", "v"), universes=("v",))
    assert (await lean.check(GoalClaim((a, b), "type_of% @{1}", "@{h0}", given=(0,)))).compiles
    implied = GoalClaim((a, b), "(type_of% @{0}) → type_of% @{1}", "fun h => h", given=())
    assert not (await lean.check(implied)).compiles


class Scripted:
    """Real trials pass; then each proof is answered by a rule of the test's."""

    toolchain = Toolchain("4.0", "Peano 0")

    def __init__(self, answer):
        self.answer = answer
        self.asked = []

    async def check(self, claim):
        if isinstance(claim, StatementClaim):
            return Verdict(VerdictKind.COMPILES)
        names = {s.name for s in claim.statements}
        if names & {"given", "target"}:  # a trial: own goals close, the false one does not
            refused = any(s.signature == "(n : Nat) : Odd (succ n)" for s in claim.statements)
            return Verdict(VerdictKind.FAILS if refused else VerdictKind.COMPILES)
        self.asked.append(claim)
        return self.answer(claim)


def say(kind, text="no"):
    return Verdict(kind, diagnostics=(Diagnostic("error", text),))


def from_reference(claim):
    return claim.given == (0,) and claim.statements[0].name == "r"


async def ask(settings, answer):
    checker = Scripted(answer)
    async with make_judge(settings(judge="beq"), checker) as judge:
        return await judge.score(problem(": True"), candidate(": True")), checker, judge


REFUSED = say(VerdictKind.FAILS)


@pytest.mark.parametrize(
    "limit",
    [
        say(VerdictKind.TIMEOUT),
        say(VerdictKind.CRASH),
        say(VerdictKind.FAILS, "(deterministic) timeout at `whnf`, maximum number of heartbeats"),
        say(VerdictKind.FAILS, "maximum recursion depth has been reached"),
    ],
)
async def test_a_limit_reached_is_a_zero_that_says_so(settings, limit):
    score, _, judge = await ask(settings, lambda claim: limit if claim.given == (0,) else REFUSED)
    assert (score.value, score.flags) == (0.0, ("undecided",))
    assert judge.usage() == {"pairs": 1, "proved": 0, "undecided": 1}
    assert judge.lower_bound
    score, _, _ = await ask(settings, lambda claim: REFUSED)
    assert (score.value, score.flags) == (0.0, ())


async def test_a_limit_in_one_direction_hides_nothing_of_the_other(settings):
    yes = Verdict(VerdictKind.COMPILES)
    late = say(VerdictKind.TIMEOUT)

    def answer(claim):
        if claim.given == ():
            return REFUSED
        return yes if from_reference(claim) else late

    score, _, _ = await ask(settings, answer)
    assert (score.value, score.flags) == (0.0, ("weaker", "undecided"))


@pytest.mark.parametrize("direction", [True, False])
async def test_an_outage_in_either_direction_is_no_score(settings, direction):
    def answer(claim):
        lost = from_reference(claim) is direction and claim.given == (0,)
        return say(VerdictKind.UNAVAILABLE, "gone") if lost else Verdict(VerdictKind.COMPILES)

    score, _, _ = await ask(settings, answer)
    assert score.value is None
    assert "gone" in score.reason


async def test_a_guard_that_is_not_answered_lets_its_tactic_prove_nothing(settings):
    """`search` would close everything; without its guard's no, it is not even asked."""

    def answer(claim):
        if claim.given == ():
            return say(VerdictKind.TIMEOUT)
        return Verdict(VerdictKind.COMPILES if ".via" in claim.proof else VerdictKind.FAILS)

    score, checker, _ = await ask(settings, answer)
    assert (score.value, score.flags) == (0.0, ("undecided",))
    assert not [claim for claim in checker.asked if ".via" in claim.proof]


async def test_no_word_from_the_checker_on_entering_is_an_error(settings):
    class Dead(Scripted):
        async def check(self, claim):
            return say(VerdictKind.UNAVAILABLE, "no Lean here")

    with pytest.raises(UnavailableError, match="no Lean here"):
        async with make_judge(settings(judge="beq"), Dead(None)):
            pass


def test_beq_needs_a_checker(settings):
    from leaneval.errors import UsageError

    for spec in ("beq", "both:llm:m"):
        with pytest.raises(UsageError, match="needs a checker"):
            make_judge(settings(judge=spec), None)
