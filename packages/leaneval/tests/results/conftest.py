"""Runs to read: real ones by the harness and real Lean, and small ones made up line by line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leaneval.types import DualScore, Score, Statement, Verdict, VerdictKind

PROBLEMS = [
    {
        "id": "commutes",
        "informal": "Show that a + b = b + a for all natural numbers a and b.",
        "reference": "theorem t (a b : Nat) : Eq (add a b) (add b a) := sorry",
    },
    {
        "id": "doubles",
        "informal": "Show that a + a = a for all natural numbers a.",
        "reference": "theorem t (a : Nat) : Eq (add a a) a := sorry",
    },
]
GOLD = "```lean4\ntheorem x (a b : Nat) : Eq (add a b) (add b a) := by sorry\n```"
TAUTOLOGY = "```lean4\ntheorem x (a b : Nat) : Eq (add a b) (add a b) := by sorry\n```"
BROKEN = "```lean4\ntheorem x (a b : Nat) : Eq (unknown a b) a := by sorry\n```"


def dual(kind: str = "compiles", score: float | None = 1.0, *, judged: bool = True) -> DualScore:
    """A dual score; `score` None is a judge that was out."""
    compiles = kind == "compiles"
    statement = Statement("", "x", "(n : Nat) : Eq n n", source="theorem x (n : Nat) : Eq n n")
    verdict = Verdict(VerdictKind(kind), toolchain="lean 4.35.0, Peano")
    return DualScore(
        statement, verdict, verdict,
        Score(score, "why", "defeq") if compiles and judged else None,
    )  # fmt: skip


@pytest.fixture
def a_dual() -> Callable[..., DualScore]:
    return dual


@pytest.fixture
def scored(tmp_path: Path) -> Callable[..., Path]:
    """Writes a file as `leaneval score --out` does, of dual scores by problem."""

    def write(name: str, duals: dict[str, list[DualScore]], text: str = "", **info: Any) -> Path:
        settings = {"judge": "defeq", "repeats": 2, "k": [1, 2]} | info.pop("settings", {})
        told = {"settings": settings, "gate": "1", "toolchain": "lean 4.35.0, Peano"} | info
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rows: list[dict[str, Any]] = [
            {
                "id": problem,
                "dual": [one.to_dict() for one in row],
                "doc": {"id": problem, "informal": problem + text, "reference": "theorem"},
                "rollouts": ["text"] * len(row),
            }
            for problem, row in duals.items()
        ]
        rows[0]["info"] = told
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return path

    return write


ANSWERS = [GOLD, TAUTOLOGY, BROKEN, "I cannot do this."]


@pytest.fixture(scope="session")
def harness_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What lm-eval itself writes for `--output_path --log_samples`, with real Lean inside."""
    from lm_eval import simple_evaluate
    from lm_eval.api.model import LM
    from lm_eval.loggers import EvaluationTracker
    from lm_eval.tasks import TaskManager

    import leaneval.tasks

    class Canned(LM):
        def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
            return [ANSWERS[number % 4] for number in range(len(requests))]

        def loglikelihood(self, requests: list[Any], disable_tqdm: bool = False) -> list[Any]:
            raise NotImplementedError

        loglikelihood_rolling = loglikelihood

    folder = tmp_path_factory.mktemp("harness")
    shipped = Path(leaneval.tasks.__file__).parent
    data = folder / "mine.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in PROBLEMS), encoding="utf-8")
    table = {"benchmark": str(data), "profile": "peano", "checker": "embedded", "judge": "defeq",
             "cache": "off"}  # fmt: skip
    (folder / "mine.yaml").write_text(
        f"task: mine\ninclude: {shipped / '_dual_yaml'}\n"
        f"metadata: {json.dumps({'version': 1.0, 'leaneval': table})}\n",
        encoding="utf-8",
    )
    manager = TaskManager(include_defaults=False, include_path=[str(shipped), str(folder)])
    found = simple_evaluate(Canned(), tasks=["mine"], task_manager=manager, bootstrap_iters=2)
    (folder / "found.json").write_text(json.dumps(found, default=str), encoding="utf-8")
    samples = found.pop("samples")
    tracker = EvaluationTracker(output_path=str(folder / "out"))
    tracker.general_config_tracker.log_experiment_args(
        model_source="canned", model_args="pretrained=lab/model", system_instruction=None,
        chat_template=None, fewshot_as_multiturn=False,
    )  # fmt: skip
    tracker.save_results_aggregated(results=found, samples=samples)
    tracker.save_results_samples(task_name="mine", samples=samples["mine"])
    return folder


@pytest.fixture(scope="session")
def crossfade_folder(harness_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same run as an evaluation folder of crossfade holds it."""
    folder = tmp_path_factory.mktemp("crossfade")
    found = json.loads((harness_folder / "found.json").read_text(encoding="utf-8"))
    rows = found.pop("samples")["mine"]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "samples_mine.jsonl").write_text(text, encoding="utf-8")
    (folder / "results.json").write_text(json.dumps({"metrics": {}, "harness": found}))
    return folder
