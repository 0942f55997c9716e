"""`leaneval score --task FILE.yaml`: rollouts made elsewhere, measured as the task says."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from leaneval.cli import app

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.lean

SUM = {
    "id": "sum",
    "informal": "Show that a + b = b + a.",
    "reference": "theorem sum (a b : Nat) : Eq (add a b) (add b a) := sorry",
}
TASK = """\
task: sums
class: !function leaneval.tasks.dual.DualTask
metadata:
  version: 1.0
  leaneval: {{benchmark: {data}, profile: peano, checker: embedded, judge: defeq}}
"""


@pytest.fixture
def score(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Runs `leaneval score` on two rollouts of one problem, as a task's file says."""
    for name in [name for name in os.environ if name.startswith("LEANEVAL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("LEANEVAL_CACHE", "off")

    def run(*words: str) -> Any:
        (tmp_path / "sums.jsonl").write_text(json.dumps(SUM) + "\n")
        task = tmp_path / "file.yaml"
        task.write_text(TASK.format(data=tmp_path / "sums.jsonl"))
        fence = f"```lean4\n{SUM['reference']}\n```"
        rollouts = tmp_path / "rollouts.jsonl"
        rollouts.write_text(json.dumps({"id": "sum", "rollouts": [fence, "no Lean"]}) + "\n")
        asked = ["score", str(rollouts), "--task", str(task), *words]
        return CliRunner().invoke(app, asked)

    return run


def test_world_judge_and_name_are_the_tasks(score: Callable[..., Any], tmp_path: Path) -> None:
    out = tmp_path / "scored.jsonl"
    done = score("--json", "--out", str(out))
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert found["results"]["S@1"]["value"] == 0.5
    assert {"S@2", "C@2"} <= found["results"].keys()
    assert "S@4" not in found["results"]  # the task's k, as far as there are rollouts
    assert (found["info"]["judge"], found["info"]["profile"]) == ("defeq", "peano")
    assert '"sums"' in out.read_text()


def test_a_flag_wins_over_the_task(score: Callable[..., Any]) -> None:
    done = score("--json", "--judge", "none")
    assert json.loads(done.stdout)["info"]["judge"] == "none"
