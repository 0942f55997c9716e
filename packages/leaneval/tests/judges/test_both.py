"""Two judges at once: a real HTTP model and real Lean, two columns and their agreement."""

import asyncio
import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.judges import make_judge
from leaneval.measure import measure
from leaneval.metrics import Agreement, agreement, is_missing
from leaneval.profile import PEANO
from leaneval.settings import Settings
from leaneval.summary import summarise
from leaneval.types import DualScore, Problem, Score, Verdict, VerdictKind

COMPILES = Verdict(VerdictKind.COMPILES)
BOTH = Settings(judge="both:llm:m", repeats=4, k=(1, 2))


def told(first, second, flags=()):
    return DualScore(None, COMPILES, COMPILES, Score(first, ""), Score(second, "", "beq", flags))


FAILED = DualScore(None, Verdict(VerdictKind.FAILS), Verdict(VerdictKind.FAILS))


@pytest.mark.lean
async def test_a_model_that_reads_and_lean_that_proves(endpoint, reply, graded_reply, settings):
    """The model is taken in by a tautology and misses a turned equation; Lean does neither."""

    def reads(request):
        said = request["messages"][-1]["content"]
        candidate = re.findall(r"theorem candidate.*", said)[-1]
        fooled = "Eq (add a b) (add a b)" in candidate or ": Eq (add a b) (add b a)" in candidate
        return reply(body=graded_reply(0.9 if fooled else 0.2))

    endpoint.default = reads
    problem = Problem("p", "Show it.", "theorem p (a b : Nat) : Eq (add a b) (add b a) := by sorry")
    signatures = [
        "(a b : Nat) : Eq (add a b) (add b a)",
        "(a b : Nat) : Eq (add a b) (add a b)",
        "(b a : Nat) : Eq (add b a) (add a b)",
        "(a b : Nat) : Eq (mul a b) (mul b a)",
    ]
    rollouts = [f"```lean4\ntheorem p {s} := by sorry\n```" for s in signatures]
    chosen = settings(judge="both:llm:m", repeats=4, k="1,2", workers=1, vacuity=False)
    work = [(problem, rollouts)]
    measured = await asyncio.to_thread(measure, work, chosen, profile=PEANO, progress=False)
    duals = measured.scores[0]
    assert [(d.score.value, d.second.value) for d in duals] == [
        (0.9, 1.0), (0.9, 0.0), (0.2, 1.0), (0.2, 0.0),
    ]  # fmt: skip
    assert [(d.score.judge, d.second.judge) for d in duals] == [("llm:m", "beq")] * 4
    assert measured.info["judges_passes"] == {"both": 1, "first": 1, "second": 1, "neither": 1}
    assert measured.info["judge"] == "both:llm:m"
    assert "second beq, peano tactics" in measured.info["judge_identity"]
    assert measured.info["judge_usage"]["beq_pairs"] == 4
    found = summarise(measured.scores, chosen)
    assert (found["S@1"].value, found["S_beq@1"].value) == (0.5, 0.5)
    assert (found["judges_agree"].value, found["judges_kappa"].value) == (0.5, 0.0)
    row = json.loads(str(duals[1]))
    assert (row["score"]["value"], row["second"]["value"]) == (0.9, 0.0)


@pytest.mark.parametrize(
    ("table", "rate", "kappa"),
    [
        (Agreement(20, 5, 10, 15), 0.7, 0.4),  # the textbook's: p_e = 0.5
        (Agreement(10, 0, 0, 10), 1.0, 1.0),
        (Agreement(0, 5, 5, 0), 0.0, -1.0),
        (Agreement(9, 0, 0, 0), 1.0, 0.0),
        (Agreement(0, 0, 0, 0), 1.0, 0.0),
    ],
)
def test_agreement_by_hand(table, rate, kappa):
    assert table.rate == pytest.approx(rate)
    assert table.kappa == pytest.approx(kappa)


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=40))
def test_kappa_is_scikit_learns(pairs):
    metrics = pytest.importorskip("sklearn.metrics")
    first, second = zip(*pairs, strict=True)
    found = agreement([told(float(a), float(b)) for a, b in pairs], BOTH)
    assert sum(found) == len(pairs)
    if len(set(first) | set(second)) > 1:
        assert found.kappa == pytest.approx(metrics.cohen_kappa_score(first, second))


def test_each_judge_has_its_column_and_a_missing_score_its_interval():
    rows = [[told(0.9, 1.0), told(0.9, 0.0, ("weaker",)), told(0.1, 0.0, ("undecided",)), FAILED]]
    found = summarise(rows, BOTH)
    assert (found["S@1"].value, found["S_beq@1"].value) == (0.5, 0.25)
    assert found["undecided"].value == pytest.approx(1 / 3)
    assert found["judges_agree"].value == pytest.approx(2 / 3)
    lost = told(0.9, None)
    assert is_missing(lost)
    found = summarise([[*rows[0][:3], lost]], BOTH)
    assert (found["S_beq@1_low"].value, found["S_beq@1_high"].value) == (0.25, 0.5)
    assert (found["S@1_low"].value, found["S@1_high"].value) == (0.75, 0.75)
    assert "S_beq@1" not in found


async def test_the_reward_is_the_primary_judges(
    endpoint, settings, problem, statement, monkeypatch
):
    from leaneval.judges import _both

    class Second:
        spec = identity = "beq"

        async def score(self, *_):
            raise AssertionError("the second judge is no part of `score`")

        async def __aenter__(self):
            return self

        async def __aexit__(self, *_):
            return None

    primary = make_judge(settings(judge="llm:m"), None)
    async with _both.BothJudges(primary, Second()) as both:
        assert (await both.score(problem, statement())).value == 0.9
        assert both.spec == "both:llm:m"


@pytest.mark.parametrize(
    "spec", ["both", "both:", "both:llm", "both:llm:", "both:defeq", "both:beq"]
)
def test_both_takes_a_model(settings, spec):
    from leaneval.errors import UsageError

    with pytest.raises(UsageError, match="both:llm:MODEL"):
        make_judge(settings(judge=spec), object())
