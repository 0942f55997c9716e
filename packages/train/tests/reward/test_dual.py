"""The reward with real Lean; a fake checker for faults and scheduling alone."""

import asyncio

import psutil
import pytest

from crossfade_train.errors import StopLossError, UnavailableError, UsageError
from crossfade_train.recipe import RewardTable
from crossfade_train.reward import DualReward, StopLoss, _dual, likeness
from leaneval.extract import parse_reference
from leaneval.peano import development_problems
from leaneval.types import StatementClaim, Toolchain, Verdict, VerdictKind

PROBLEMS = development_problems()[:6]
TABLE = RewardTable(partial=0.5, cache="off", workers=1)


def columns(problems):
    return {
        "prompts": [[{"role": "user", "content": p.informal}] for p in problems],
        "completion_ids": [[1]] * len(problems),
        "id": [p.id for p in problems],
        "problem": [p.informal for p in problems],
        "reference": [p.reference for p in problems],
        "references": [list(p.references) for p in problems],
        "trainer_state": object(),
    }


def rewards(dual, problems, texts, **more):
    messages = [[{"role": "assistant", "content": text}] for text in texts]
    return asyncio.run(dual(completions=messages, **columns(problems), **more))


@pytest.mark.lean
def test_the_gold_answers_score_one_and_the_rest_what_they_deserve():
    problem = PROBLEMS[0]
    signature = parse_reference(problem.reference).signature
    other = "(n : Nat) : Even (add n seven)"
    texts = [
        problem.reference,
        f"```lean4\n{problem.reference}\n```",
        f"theorem goal {other} := by sorry",
        f"theorem goal {other} := by sorry\naxiom x : False",
        "theorem goal (n : Nat) : Evn n := by sorry",
        "I do not know.",
    ]
    logged = {}
    with DualReward(TABLE, group_size=6) as dual:
        found = rewards(dual, [problem] * 6, texts, log_metric=logged.__setitem__)
        gold = rewards(dual, PROBLEMS, [p.reference for p in PROBLEMS])
        others = [(p.references or (p.reference,))[-1] for p in PROBLEMS]
        wordings = rewards(dual, PROBLEMS, others)
    assert found == [1, 1, 0.5 * likeness(signature, other), 0, 0, 0]
    assert 0 < found[2] <= 0.5
    assert gold == wordings == [1] * 6
    assert logged["compile_rate"] == 1 / 2
    assert logged["semantic_mean"] == logged["exact_share"] == 1 / 3
    assert logged["share_unavailable"] == logged["zero_spread_share"] == 0
    assert logged["distinct_share"] == 1
    assert logged["reward_wait_seconds"] > 0


@pytest.mark.lean
def test_without_partial_credit_the_judge_alone_decides():
    with DualReward(TABLE.model_copy(update={"partial": 0.0}), group_size=1) as dual:
        wrong = "theorem goal (n : Nat) : Even n := by sorry"
        assert rewards(dual, PROBLEMS[:1], [wrong]) == [0]


@pytest.mark.lean
def test_a_tautology_earns_no_more_than_partial_credit():
    problem = next(p for p in PROBLEMS if "Eq" in p.reference or "Divides" in p.reference)
    with DualReward(TABLE, group_size=1) as dual:
        (found,) = rewards(dual, [problem], ["theorem goal (n : Nat) : Eq n n := by sorry"])
    assert 0 <= found <= 0.5


@pytest.mark.lean
def test_leaving_ends_every_child():
    before = set(psutil.Process().children(recursive=True))
    with DualReward(TABLE, group_size=1) as dual:
        dual.begin([({"id": "a", "reference": PROBLEMS[0].reference}, PROBLEMS[0].reference)])
    assert set(psutil.Process().children(recursive=True)) <= before


@pytest.mark.lean
def test_a_checker_of_another_world_is_refused_before_training():
    with pytest.raises(UnavailableError, match=r"before training starts.*preflight"):
        DualReward(TABLE.model_copy(update={"profile": "mathlib"}), group_size=1).__enter__()


@pytest.mark.parametrize("broken", [{"checker": "embeded"}, {"judge": "defeqq"}])
def test_a_wrong_spec_is_refused_with_the_nearest(broken):
    with pytest.raises(UsageError, match="Did you mean"):
        DualReward(TABLE.model_copy(update=broken), group_size=1).__enter__()


class Fake:
    """A checker that answers by a function of the claim and counts what it is asked."""

    spec, cage, toolchain = "fake", "none", Toolchain("0", "fake")

    def __init__(self, answer, seconds=0.0):
        self.answer, self.seconds, self.asked = answer, seconds, []

    async def check(self, claim):
        self.asked.append(claim)
        await asyncio.sleep(self.seconds)
        return Verdict(self.answer(claim))

    async def __aenter__(self):
        return self

    async def __aexit__(self, *_):
        pass


@pytest.fixture
def fake(monkeypatch):
    """Put a fake in the checker's place and leave out the control statements."""

    async def trusted(*_):
        pass

    def put(answer, seconds=0.0):
        checker = Fake(answer, seconds)
        monkeypatch.setattr(_dual, "make_checker", lambda _: checker)
        monkeypatch.setattr(_dual, "try_checker", trusted)
        monkeypatch.setattr(_dual, "SECOND_TRY_PAUSE", 0.01)
        return checker

    return put


GOLD = [p.reference for p in PROBLEMS]


@pytest.mark.parametrize("kind", ["timeout", "crash", "fails", "rejected"])
def test_what_does_not_compile_is_zero(fake, kind):
    fake(lambda _: VerdictKind(kind))
    with DualReward(TABLE.model_copy(update={"judge": "none"}), group_size=6) as dual:
        assert rewards(dual, PROBLEMS, GOLD) == [0.0] * 6


def test_no_verdict_is_none_and_counted(fake):
    checker = fake(lambda _: VerdictKind.UNAVAILABLE)
    logged = {}
    with DualReward(TABLE.model_copy(update={"judge": "none"}), group_size=6) as dual:
        assert rewards(dual, PROBLEMS, GOLD, log_metric=logged.__setitem__) == [None] * 6
        assert dual.take() == (6, 6)
        assert dual.take() == (0, 0)
    assert logged["share_unavailable"] == 1
    assert "compile_rate" not in logged
    assert len(checker.asked) == 12, "a second try for each"


def test_a_missing_score_of_a_compiling_statement_is_none(fake):
    fake(lambda c: VerdictKind.COMPILES if isinstance(c, StatementClaim) else VerdictKind.TIMEOUT)
    wrong = "theorem goal (n : Nat) : Even n := by sorry"
    with DualReward(TABLE, group_size=6) as dual:
        assert rewards(dual, PROBLEMS, [wrong] * 6) == [None] * 6


def test_a_second_try_mends_a_short_outage(fake):
    seen = set()

    def answer(claim):
        first = claim not in seen
        seen.add(claim)
        return VerdictKind.UNAVAILABLE if first else VerdictKind.COMPILES

    fake(answer)
    with DualReward(TABLE.model_copy(update={"judge": "none"}), group_size=6) as dual:
        assert rewards(dual, PROBLEMS, GOLD) == [1.0] * 6


def test_the_deadline_leaves_the_slow_ones_out(fake):
    fake(lambda _: VerdictKind.COMPILES, seconds=30)
    with DualReward(
        TABLE.model_copy(update={"judge": "none", "deadline": 0.2}), group_size=6
    ) as dual:
        assert rewards(dual, PROBLEMS, GOLD) == [None] * 6


def test_equal_statements_of_equal_problems_are_asked_once(fake):
    checker = fake(lambda _: VerdictKind.COMPILES)
    with DualReward(TABLE, group_size=8) as dual:
        rewards(dual, PROBLEMS[:1] * 8, GOLD[:1] * 8)
    assert len(checker.asked) == 1, "a reference word for word needs no equality"


def test_what_was_begun_is_not_asked_again(fake):
    checker = fake(lambda _: VerdictKind.COMPILES, seconds=0.05)
    row = {"id": PROBLEMS[0].id, "problem": PROBLEMS[0].informal, "reference": GOLD[0]}
    row["references"] = list(PROBLEMS[0].references)
    with DualReward(TABLE.model_copy(update={"judge": "none"}), group_size=1) as dual:
        dual.begin([(row, GOLD[0])])
        assert rewards(dual, PROBLEMS[:1], GOLD[:1]) == [1.0]
    assert len(checker.asked) == 1


class Counts:
    """A reward's counters."""

    def __init__(self, *calls):
        self.calls = list(calls)

    def take(self):
        return self.calls.pop(0)


class State:
    global_step = 6


class Arguments:
    device = "cpu"


def stops_at(calls, limit=0.05, window=10):
    loss = StopLoss(Counts(*calls), limit=limit, window=window)
    for number in range(len(calls)):
        try:
            loss.on_pre_optimizer_step(Arguments, State, None)
        except StopLossError as error:
            return number, str(error)
    return None, ""


def test_a_call_lost_whole_ends_the_run_at_once():
    number, said = stops_at([(0, 100), (100, 100)])
    assert number == 1
    assert "5%" in said
    assert "got 100 in the last 2 calls, at step 7" in said
    assert "leaneval doctor" in said


def test_a_hiccup_is_borne_and_a_steady_loss_is_not():
    assert stops_at([(40, 100)] + [(0, 100)] * 20)[0] is None
    assert stops_at([(40, 100)] + [(0, 100)] * 9 + [(40, 100)])[0] is None
    assert stops_at([(10, 100)] * 10)[0] == 5
    assert stops_at([(5, 100)] * 50)[0] is None


def test_steps_on_old_rollouts_do_not_count():
    assert stops_at([(40, 100), (0, 0), (0, 0), (40, 100)])[0] == 3
