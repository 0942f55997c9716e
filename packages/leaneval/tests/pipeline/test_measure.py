"""A whole measurement with real Lean: what it says of itself, and when it says nothing."""

import pytest

from leaneval.errors import UnavailableError, UsageError
from leaneval.measure import measure
from leaneval.metrics import missing_share
from leaneval.preflight import preflight
from leaneval.profile import MATHLIB, PEANO
from leaneval.report._single import described
from leaneval.settings import Settings
from leaneval.summary import summarise
from leaneval.types import Problem, VerdictKind

pytestmark = pytest.mark.lean

PROBLEM = Problem(
    "p", "Show that a + b = b + a.", "theorem p (a b : Nat) : Eq (add a b) (add b a) := by sorry"
)
GOLD = f"```lean4\n{PROBLEM.reference}\n```"
TAUTOLOGY = "```lean4\ntheorem p (a b : Nat) : Eq (add a b) (add a b) := by sorry\n```"
SETTINGS = Settings(judge="defeq", repeats=2, k=(1, 2), cache="off", workers=1)


def test_gold_scores_1_twice_and_a_tautology_only_compiles():
    measured = measure([(PROBLEM, [GOLD, TAUTOLOGY])], SETTINGS, profile=PEANO, progress=False)
    found = summarise(measured.scores, SETTINGS)
    assert (found["C@1"].value, found["S@1"].value, found["S@2"].value) == (1, 0.5, 1)
    info = measured.info
    assert info["toolchain"].startswith("lean 4.")
    assert info["cage"] in {"full", "limits only", "none"}
    assert info["verdicts"] == {"compiles": 2}
    assert (info["missing"], info["rollouts"]) == (0, 2)
    assert info["settings"]["checker"] == "embedded"


def test_empty_rollouts_count_and_are_told(caplog: pytest.LogCaptureFixture):
    work = [(PROBLEM, [GOLD, " \n"])]
    with caplog.at_level("WARNING", "lm_eval.leaneval"):
        measured = measure(work, SETTINGS, profile=PEANO, progress=False)
    assert summarise(measured.scores, SETTINGS)["C@1"].value == 0.5
    assert (measured.info["empty"], measured.info["missing"]) == (1, 0)
    assert "1 of 2 rollouts are empty (first: of p)" in caplog.text
    assert "empty, and so not compiling: 1 rollouts" in described(measured.info)


async def test_it_works_inside_a_running_loop():
    work = [(PROBLEM, [GOLD, GOLD])]
    measured = measure(work, SETTINGS, profile=PEANO, progress=False)
    assert [dual.score.value for dual in measured.scores[0] if dual.score] == [1, 1]


def test_a_checker_that_fails_the_controls_scores_nothing():
    """Prelude Lean cannot read Mathlib statements; their rollouts are missing, not wrong."""
    settings = SETTINGS.model_copy(update={"judge": "none"})
    measured = measure([(PROBLEM, [GOLD, GOLD])], settings, profile=MATHLIB, progress=False)
    kinds = {dual.verdict.kind for dual in measured.scores[0]}
    assert kinds == {VerdictKind.UNAVAILABLE}
    assert missing_share(measured.scores) == 1
    found = summarise(measured.scores, settings)
    assert "C@1" not in found
    assert (found["C@1_low"].value, found["C@1_high"].value) == (0, 1)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"checker": "embeded"}, UsageError, "Did you mean 'embedded'"),
        ({"judge": "defq"}, UsageError, "Did you mean 'defeq'"),
        ({"checker": "lean:/nowhere"}, UnavailableError, "/nowhere"),
    ],
)
def test_preflight_says_what_to_do(change: dict[str, str], error: type[Exception], says: str):
    with pytest.raises(error, match=says):
        preflight(SETTINGS.model_copy(update=change), PEANO)
