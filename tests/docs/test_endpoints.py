"""What docs/endpoints.md shows in Python does what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from datasets import Dataset

from crossfade_train.peano import BASE

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/endpoints.md"
REFERENCE = "theorem sum (a b : Nat) : Eq (add a b) (add b a) := sorry"


@pytest.fixture
def shown(blocks_of) -> dict[str, str]:
    return {block.title: block.text for block in blocks_of(PAGE) if block.title}


@pytest.mark.lean
def test_a_measurement_in_a_script(shown: dict[str, str], tmp_path: Path):
    (tmp_path / "measured.py").write_text(shown["measured.py"])
    done = subprocess.run(
        [sys.executable, "measured.py"], cwd=tmp_path, timeout=300, check=False,
        env=os.environ | {"LEANEVAL_CACHE": "off"}, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["compiles", "1.0", "compiles", "0.0", "0.5"], done.stderr


@pytest.mark.lean
@pytest.mark.slow
def test_the_reward_is_one_that_trl_takes(
    shown: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A step of real GRPO by the page's own function, with the miniature's base model."""
    monkeypatch.setenv("LEANEVAL_CACHE", "off")
    page: dict[str, Any] = {}
    exec(shown["reward.py"], page)
    prompt = [{"role": "user", "content": "Problem: Show that a + b = b + a."}]
    rows = Dataset.from_list([{"prompt": prompt, "reference": REFERENCE}])
    page["train"](
        str(BASE), rows, str(tmp_path), max_steps=1, logging_steps=1, use_cpu=True, bf16=False,
        per_device_train_batch_size=8, max_completion_length=8, save_strategy="steps", report_to=[],
    )  # fmt: skip
    (state,) = tmp_path.glob("checkpoint-1/trainer_state.json")
    assert any(
        "rewards/dual/mean" in entry for entry in json.loads(state.read_text())["log_history"]
    )
