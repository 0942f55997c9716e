"""A lab's own benchmark through its own endpoint, from the files that docs/benchmarks.md shows."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def folder(tmp_path: Path, blocks_of) -> Path:
    for block in blocks_of(ROOT / "docs/benchmarks.md"):
        if block.title:
            (tmp_path / block.title).write_text(block.text)
    return tmp_path


@pytest.fixture
def endpoint(folder: Path, chat_model: Callable[..., str]) -> str:
    """Knows the answer to every problem but `twice`, to which it says what is always true."""
    rows = [json.loads(line) for line in (folder / "mine.jsonl").read_text().splitlines()]
    answers = {row["informal"]: row["reference"] for row in rows}
    answers[rows[2]["informal"]] = "theorem t (n : Nat) : Eq n n := sorry"

    def answer(request: dict[str, Any]) -> str:
        asked = str(request["messages"][-1])
        (known,) = (said for informal, said in answers.items() if informal in asked)
        return f"```lean4\n{known}\n```"

    return chat_model(answer)


@pytest.mark.slow
@pytest.mark.lean
def test_from_a_file_of_problems_to_numbers(folder: Path, endpoint: str):
    done = subprocess.run(
        [
            sys.executable, "-m", "lm_eval", "--model", "local-chat-completions",
            "--model_args", f"base_url={endpoint},model=ours,num_concurrent=4",
            "--tasks", "mine.yaml", "--apply_chat_template", "--output_path", "out",
            "--log_samples",
        ],
        cwd=folder, env=os.environ | {"LEANEVAL_CACHE": str(folder / "cache")},
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    (results,) = folder.glob("out/**/results_*.json")
    found = json.loads(results.read_text())["results"]["mine"]
    assert found["C@1,dual"] == 1
    assert found["S@1,dual"] == pytest.approx(2 / 3)
    assert found["verdict_coverage,dual"] == found["score_coverage,dual"] == 1
