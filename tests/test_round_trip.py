"""One code path: a run of `lm_eval`, and `leaneval score` on what it stored, give the same numbers.

The model is a real HTTP endpoint that answers from a script, so that right, tautological, broken
and hostile rollouts all occur.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leaneval.peano import test_problems as peano_test_problems

LIMIT, REPEATS = 12, 8
REFERENCES = {problem.informal: problem.reference for problem in peano_test_problems()}
SCRIPT = [
    "```lean4\n{reference}\n```",
    "Thinking aloud.\n```lean4\n{reference}\n```\nDone.",
    "```lean4\ntheorem t (n : Nat) : Eq n n := by sorry\n```",
    "```lean4\ntheorem t (n : α) : Eq n n := by sorry\n```",
    "```lean4\ntheorem t (n : Nat) : Eq n\n```",
    "```lean4\naxiom cheat : False\ntheorem t : False := cheat\n```",
    "<think>```lean4\n{reference}\n```",
    "",
]


class Script:
    """Answers the n-th request for a problem with the n-th line of the script."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.seeds: set[Any] = set()

    def __call__(self, request: dict[str, Any]) -> str:
        self.seeds.add(request.get("seed"))
        asked = request["messages"][-1]["content"]
        informal = next(text for text in REFERENCES if text in asked)
        turn = self.counts[informal]
        self.counts[informal] += 1
        return SCRIPT[turn % len(SCRIPT)].format(reference=REFERENCES[informal])


def run(*words: str, cache: Path) -> str:
    environment = os.environ | {"LEANEVAL_CACHE": str(cache), "HF_HUB_OFFLINE": "1"}
    done = subprocess.run(
        [sys.executable, "-m", *words],
        env=environment, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout


@pytest.mark.lean
@pytest.mark.slow
def test_stored_samples_score_as_the_run_that_generated_them(
    chat_model: Callable[..., str], tmp_path: Path
):
    script = Script()
    endpoint = chat_model(script)
    printed = run(
        "lm_eval", "run", "--model", "local-chat-completions",
        "--model_args", f"base_url={endpoint},model=scripted,num_concurrent=1,max_retries=1",
        "--tasks", "peano_dual", "--apply_chat_template", "--limit", str(LIMIT),
        "--output_path", str(tmp_path / "out"), "--log_samples", cache=tmp_path / "cache",
    )  # fmt: skip
    assert script.seeds == {None}, "a seed would make a server's rollouts identical"
    for metric in ("C@1", "C@8", "S@1", "S@8", "gap", "verdict_coverage", "C_study@1"):
        assert metric in printed
    (results_file,) = (tmp_path / "out").rglob("results_*.json")
    (samples_file,) = (tmp_path / "out").rglob("samples_*.jsonl")
    results = json.loads(results_file.read_text())
    expected = results["results"]["peano_dual"]

    assert expected["C@1,dual"] == pytest.approx(3 / 8)
    assert expected["S@1,dual"] == pytest.approx(2 / 8)
    assert expected["C_study@1,dual"] == pytest.approx(6 / 8), "the axiom, the α, the thought"
    info = results["configs"]["peano_dual"]["metadata"]["leaneval"]
    assert info["checker"] == "embedded"
    assert info["judge"] == "defeq"
    assert info["toolchain"].startswith("lean 4.")
    assert info["rollouts"] == LIMIT * REPEATS
    assert info["missing"] == 0
    assert set(info["rejected_by_rule"]) == {"axiom", "no_answer", "no_proof"}
    sample = json.loads(samples_file.read_text().splitlines()[0])
    duals = [json.loads(text) for text in sample["filtered_resps"][0]]
    assert [d["verdict"]["kind"] for d in duals[:4]] == ["compiles"] * 3 + ["fails"]

    for cache in (tmp_path / "cache", tmp_path / "another"):
        found = json.loads(run("leaneval", "score", str(samples_file), "--json", cache=cache))
        scored = found["results"]
        for name, estimate in scored.items():
            assert estimate["value"] == expected[f"{name},dual"], name
            stderr = expected[f"{name}_stderr,dual"]
            assert estimate["stderr"] == (None if stderr == "N/A" else stderr), name
        assert f"C@{REPEATS}" in scored
