"""The task inside the real harness, with real Lean: numbers, samples, facts and odd runs."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest
from lm_eval import simple_evaluate

from leaneval.errors import UnavailableError, UsageError
from leaneval.measure import Measurement
from leaneval.metrics import pass_at_k
from leaneval.tasks import dual
from leaneval.tasks.dual import warn_of_identical
from leaneval.types import DualScore, Problem, Score, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable

GOLD = "```lean4\ntheorem x (a b : Nat) : Eq (add a b) (add b a) := by sorry\n```"
TAUTOLOGY = "```lean4\ntheorem x (a b : Nat) : Eq (add a b) (add a b) := by sorry\n```"
BROKEN = "```lean4\ntheorem x (a b : Nat) : Eq (unknown a b) a := by sorry\n```"
SILENT = "I cannot do this."
FOUR = [GOLD, TAUTOLOGY, BROKEN, SILENT]


@pytest.fixture
def evaluate(
    manager: Callable[..., Any], own_task: Callable[..., str], canned: Any
) -> Callable[..., Any]:
    """Runs the two-problem task through `simple_evaluate`."""

    def run(
        answer: Callable[[str, int], str] = lambda _, i: FOUR[i % 4],
        table: dict[str, Any] | None = None,
        metadata: dict[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        tasks = manager(own_task(**({"judge": "defeq"} | (table or {}))), **(metadata or {}))
        return simple_evaluate(
            canned(answer), tasks=["mine"], task_manager=tasks, bootstrap_iters=2, **options
        )

    return run


@pytest.mark.lean
def test_both_measures_from_real_lean(evaluate: Callable[..., Any]) -> None:
    """Per problem 2 gold, 2 tautologies, 2 broken, 2 silent; the gold is the first problem's."""
    found = evaluate()
    result = found["results"]["mine"]
    for k in (1, 2, 4, 8):
        assert result[f"C@{k},dual"] == pytest.approx(pass_at_k(8, 4, k))
        assert result[f"S@{k},dual"] == pytest.approx(pass_at_k(8, 2, k) / 2)
        assert result[f"C_study@{k},dual"] == pytest.approx(pass_at_k(8, 4, k))
    assert result["gap,dual"] == pytest.approx(0.5 - 0.125)
    assert result["best@8,dual"] == 0.5
    assert result["mean_score,dual"] == pytest.approx(0.125)
    assert result["S@1_stderr,dual"] == pytest.approx(0.125), "paired, from the harness' own mean"
    assert result["verdict_coverage,dual"] == result["score_coverage,dual"] == 1.0
    assert found["higher_is_better"]["mine"]["gap"] is False


@pytest.mark.lean
def test_the_results_say_how_they_were_measured(
    evaluate: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret-of-the-test")
    found = evaluate()
    facts = found["configs"]["mine"]["metadata"]["leaneval"]
    assert facts["checker"] == "embedded"
    assert facts["judge"] == "defeq"
    assert facts["protocol"] == "strict"
    assert facts["toolchain"].startswith("lean 4.")
    assert facts["rollouts"] == 16
    assert facts["missing"] == 0
    assert facts["verdicts"] == {"compiles": 8, "fails": 4, "rejected": 4}
    assert facts["settings"]["repeats"] == 8
    assert facts["cage"]
    assert facts["gate"]
    assert "sk-secret" not in json.dumps(found, default=str)


@pytest.mark.lean
def test_the_samples_hold_every_rollout_as_json(evaluate: Callable[..., Any]) -> None:
    sample = evaluate()["samples"]["mine"][0]
    (scores,) = sample["filtered_resps"]
    rows = [json.loads(str(score)) for score in scores]
    assert [row["verdict"]["kind"] for row in rows[:4]] == [
        "compiles", "compiles", "fails", "rejected",
    ]  # fmt: skip
    assert rows[0]["score"]["value"] == 1.0
    assert rows[1]["score"]["value"] == 0.0
    assert rows[0]["statement"]["signature"] == "(a b : Nat) : Eq (add a b) (add b a)"
    assert rows[2]["verdict"]["diagnostics"][0]["message"]
    assert rows[3]["verdict"]["rule"]
    assert sample["doc"]["profile"] == "peano"
    assert sample["doc"]["reference"].startswith("theorem t")


@pytest.mark.lean
async def test_a_running_event_loop_is_no_obstacle(evaluate: Callable[..., Any]) -> None:
    assert asyncio.get_running_loop().is_running()
    assert evaluate(metadata={"repeats": 4})["results"]["mine"]["C@1,dual"] == 0.5


@pytest.mark.lean
def test_repeats_from_metadata_reach_the_model(evaluate: Callable[..., Any]) -> None:
    found = evaluate(metadata={"repeats": 2, "k": [1, 2]})
    assert len(found["samples"]["mine"][0]["resps"][0]) == 2
    assert "C@2,dual" in found["results"]["mine"]
    assert "C@4,dual" not in found["results"]["mine"]


def test_predict_only_needs_no_lean(evaluate: Callable[..., Any]) -> None:
    found = evaluate(
        table={"checker": "no-such-checker"},
        metadata={"preflight": False},
        predict_only=True,
    )
    assert "bypass,none" in found["results"]["mine"]
    assert found["samples"]["mine"][0]["resps"] == [FOUR * 2]


def test_an_unusable_checker_ends_the_run_before_generation(
    manager: Callable[..., Any], own_task: Callable[..., str], canned: Any
) -> None:
    model = canned(lambda *_: SILENT)
    tasks = manager(own_task(checker="no-such-checker"))
    with pytest.raises(UsageError, match=r"no-such-checker.*score later: --predict_only"):
        simple_evaluate(model, tasks=["mine"], task_manager=tasks)
    assert model.prompts == []


def test_mathlib_tasks_load_untried_and_say_what_they_need(
    manager: Callable[..., Any], own_task: Callable[..., str]
) -> None:
    untried = manager(own_task(profile="mathlib", checker="mathlib"), preflight=False)
    assert len(untried.load(["mine"])["tasks"]["mine"].eval_docs) == 2
    wrong = manager(own_task(profile="mathlib", checker="no-such-checker"))
    with pytest.raises(
        UsageError, match=r"needs a checker with Mathlib; one over .* `profile: peano`"
    ):
        wrong.load(["mine"])


COMPILES = Verdict(VerdictKind.COMPILES)
FAILS = Verdict(VerdictKind.FAILS)
OUTAGE = Verdict(VerdictKind.UNAVAILABLE)


def outage(monkeypatch: pytest.MonkeyPatch, missing: int) -> list[Any]:
    """A judge's outage on `missing` of the first problem's rollouts; returns what was scored."""
    seen: list[Any] = []

    def measure(work: Any, settings: Any, **_: Any) -> Measurement:
        seen.extend(work)
        rows = [[DualScore(None, COMPILES, COMPILES, Score(1.0, "")) for _ in t] for _, t in work]
        for j in range(missing):
            rows[0][j] = DualScore(None, COMPILES, COMPILES, Score(None, "no answer"))
        return Measurement(rows, {"rollouts": sum(map(len, rows)), "missing": missing})

    monkeypatch.setattr(dual, "measure", measure)
    return seen


def test_missing_scores_give_an_interval_and_no_point(
    evaluate: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    outage(monkeypatch, missing=4)
    result = evaluate(metadata={"preflight": False})["results"]["mine"]
    assert "S@1,dual" not in result
    assert result["S@1_low,dual"] == pytest.approx(0.75)
    assert result["S@1_high,dual"] == 1.0
    assert result["score_coverage,dual"] == 0.75


def test_padding_of_data_parallel_ranks_is_cut(
    manager: Callable[..., Any], own_task: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = outage(monkeypatch, missing=0)
    task = manager(own_task(judge="none"), preflight=False).load(["mine"])["tasks"]["mine"]
    task.set_config("num_fewshot", 0)
    task.build_all_requests()
    for instance, count in zip(task.instances, (8, 16), strict=True):
        instance.resps.extend([SILENT] * count)
    task.apply_filters()
    assert [len(texts) for _, texts in seen] == [8, 8]


@pytest.mark.parametrize(
    ("generation", "cause"),
    [
        ({"do_sample": False}, "greedy"),
        ({"do_sample": True, "temperature": 0}, "greedy"),
        ({"do_sample": True, "seed": 1234}, "the seed 1234"),
        ({"do_sample": True, "seed": None}, "a fixed seed in the server"),
    ],
)
def test_identical_rollouts_are_noticed(
    caplog: pytest.LogCaptureFixture, generation: dict[str, Any], cause: str
) -> None:
    problem = Problem("p", "", "")
    with caplog.at_level(logging.WARNING, "lm_eval.leaneval"):
        warn_of_identical([(problem, ["a"] * 8), (problem, ["a", "b"])], generation)
    assert "all 8 rollouts are identical for 1 of 2 problems (first: p)" in caplog.text
    assert cause in caplog.text


def test_different_rollouts_are_not(caplog: pytest.LogCaptureFixture) -> None:
    warn_of_identical([(Problem("p", "", ""), ["a", "b"]), (Problem("q", "", ""), ["a"])], {})
    assert caplog.text == ""


def test_an_outage_at_preflight_is_passed_on(
    manager: Callable[..., Any], own_task: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise UnavailableError("the judge does not answer.")

    monkeypatch.setattr(dual, "preflight", refuse)
    with pytest.raises(UnavailableError, match=r"the judge does not answer\. To generate now"):
        manager(own_task()).load(["mine"])
