"""The whole of `crossfade ablate`, for real: what is certain of its outcome, and kills."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from crossfade_splits import verify
from crossfade_train.recipe import load_recipe
from crossfade_train.run import plan, read_metrics

pytestmark = [pytest.mark.slow, pytest.mark.lean]

TINY = {
    "overlaps": [0.0],
    "sft_sizes": [64],
    "rl_size": 32,
    "data.count": 400,
    "conditions": ["sft", "sft+grpo"],
    "sft.num_train_epochs": 2,
    "sft.save_steps": 2,
    "grpo.max_steps": 3,
    "grpo.save_steps": 1,
    "grpo.num_generations": 4,
    "grpo.generation_batch_size": 32,
    "grpo.per_device_train_batch_size": 32,
    "evaluate.limit": 8,
    "evaluate.repeats": 2,
}


def ablate(out: Path, changes: dict[str, Any]) -> list[str]:
    words = ["ablate", "peano-quick", "--out", str(out)]
    for key, value in changes.items():
        words += ["--set", f"{key}={json.dumps(value)}"]
    return words


def start(words: list[str]) -> subprocess.Popen[str]:
    code = f"from crossfade_train.cli import main; main({words!r})"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip


def finish(process: subprocess.Popen[str]) -> tuple[str, str]:
    out, err = process.communicate(timeout=1500)
    assert process.returncode == 0, err
    return out, err


def numbers(run: Path) -> Any:
    """Every estimate of a run, without the folders it is traced to and what took how long."""
    tasks = json.loads((run / "results.json").read_text())["tasks"]
    for task in tasks:
        for row in task["rows"]:
            del row["folders"]
    return tasks


@pytest.fixture(scope="module")
def quick(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("quick") / "run"
    finish(start(ablate(out, {})))
    return out


def places(run: Path) -> dict[str, Path]:
    found = json.loads((run / "stages.json").read_text())
    return {name: run / "stages" / folder for name, folder in found.items()}


def test_every_stage_is_done_and_every_manifest_verifies(quick: Path):
    stages = plan(load_recipe("peano-quick")).stages
    found = places(quick)
    assert found.keys() == stages.keys()
    assert all((folder / "done.json").is_file() for folder in found.values())
    checks = list(verify(found["splits-s1"] / "data"))
    assert checks
    assert all(check.holds for check in checks)


def test_the_base_is_below_sft(quick: Path):
    (task,) = numbers(quick)
    mean = {row["group"]["kind"]: row["estimates"]["C@1"][0] for row in task["rows"]}
    assert mean["base"] < mean["sft"]


def test_metrics_files_are_complete(quick: Path):
    recipe = load_recipe("peano-quick")
    for name, folder in places(quick).items():
        if name.startswith("evaluate"):
            samples = list(folder.glob("samples_*.jsonl"))
            assert len(samples) == len(recipe.evaluate.tasks)
        elif "grpo" in name:
            rows = read_metrics(folder / "metrics.jsonl")
            steps = [step for _, step in rows]
            assert steps == list(range(1, recipe.grpo["max_steps"] + 1))
            for row in rows.values():
                assert row["share_unavailable"] == 0
                assert {"zero_spread_share", "compile_rate", "semantic_mean", "kl"} <= row.keys()
        elif name.startswith("sft"):
            rows = read_metrics(folder / "metrics.jsonl")
            steps = [step for _, step in rows]
            assert steps == list(range(1, len(steps) + 1))
            assert max(row["progress"] for row in rows.values()) == 1


def test_no_test_problem_was_trained_on(quick: Path):
    import polars as pl

    from leaneval.peano import test_problems

    texts = {problem.informal for problem in test_problems()}
    for path in (places(quick)["splits-s1"] / "data" / "data").glob("*.parquet"):
        assert not texts & set(pl.read_parquet(path)["problem"])


def test_a_second_run_does_nothing_and_says_the_same(quick: Path):
    before = numbers(quick)
    _, said = finish(start(ablate(quick, {})))
    assert said.count("done before") == len(places(quick))
    assert numbers(quick) == before


def killed(run: Any, ready: Callable[[], bool]) -> None:
    """End a run without a warning, as soon as something is so."""
    while not ready():
        assert run.poll() is None, f"ended before it could be killed: {run.said.read_text()}"
        time.sleep(0.02)
    run.kill()


def test_a_run_killed_anywhere_ends_with_the_same_numbers(tmp_path: Path, crossfade: Any):
    undisturbed, disturbed = tmp_path / "undisturbed", tmp_path / "disturbed"
    beside = crossfade(ablate(undisturbed, TINY))
    stages = disturbed / "stages"
    moments = (
        "splits-s1-*/inputs.json",  # at the start of a stage
        "sft-n64-s1-*/metrics.jsonl",  # between two steps of SFT
        "sft-grpo-n64-p0-s1-*/checkpoints/checkpoint-2",  # while a checkpoint is written
        "evaluate-sft-grpo-n64-p0-s1-*/log.txt",  # in an evaluation
    )
    for moment in moments:
        run = crossfade(ablate(disturbed, TINY))
        killed(run, lambda moment=moment: any(stages.glob(moment)))
    crossfade(ablate(disturbed, TINY)).finish()
    beside.finish()
    assert numbers(disturbed) == numbers(undisturbed)
    weights = {}
    for run in (undisturbed, disturbed):
        trained = {n: f for n, f in places(run).items() if n.startswith("sft")}
        weights[run] = {n: (f / "model" / "model.safetensors").read_bytes()
                        for n, f in trained.items()}  # fmt: skip
    assert weights[disturbed] == weights[undisturbed]


def test_a_stage_alone_takes_model_and_data_of_anyone(tmp_path: Path, crossfade: Any):
    from crossfade_train.peano import BASE
    from leaneval.peano import generate, prompt

    problems = generate(32, seed=5)
    rows = [{"prompt": prompt(p), "completion": p.reference, "reference": p.reference}
            for p in problems]  # fmt: skip
    data = tmp_path / "rows.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def alone(command: str, *words: str) -> Path:
        """The folder of the model, which is what it prints last."""
        given = [command, "peano-quick", "--data", str(data), *words]
        return Path(crossfade(given).finish().splitlines()[-1])

    tuned = alone(
        "sft", "--model", str(BASE), "--out", str(tmp_path / "sft"), "--set", "sft.max_steps=2"
    )
    few = [word for key in ("grpo.num_generations=4", "grpo.generation_batch_size=16",
                            "grpo.per_device_train_batch_size=16", "grpo.max_steps=2")
           for word in ("--set", key)]  # fmt: skip
    trained = alone("grpo", "--model", str(tuned), "--out", str(tmp_path / "grpo"), *few)
    before, after = ((path / "model.safetensors").read_bytes() for path in (tuned, trained))
    assert before != after
    assert len(read_metrics(trained.parent / "metrics.jsonl")) == 2


def test_a_missing_column_is_named_before_a_model_is_loaded(tmp_path: Path):
    data = tmp_path / "rows.jsonl"
    data.write_text('{"question": "2 + 2?", "answer": "4"}\n')
    words = ["sft", "peano-quick", "--data", str(data), "--out", str(tmp_path / "run")]
    code = f"from crossfade_train.cli import main; main({words!r})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "SFT needs the columns" in done.stderr
    assert "['answer', 'question']" in done.stderr
