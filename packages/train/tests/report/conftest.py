"""Run folders of the real shape, with rollouts made up to be easy to reckon with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from crossfade_train.recipe import load_recipe
from crossfade_train.run import MetricsLog, Store, plan
from crossfade_train.run._folder import opened
from crossfade_train.run._stage import Artefact, request
from leaneval.settings import Settings
from leaneval.types import DualScore, Score, Statement, Verdict, VerdictKind

TASK = "peano_dual"
ROLLOUTS = 8
SETTINGS = Settings(checker="embedded", judge="defeq", repeats=ROLLOUTS)
INFO = {
    "leaneval": "0.1.0",
    "protocol": "strict",
    "profile": "peano",
    "checker": "embedded",
    "toolchain": "lean 4.35.0, Peano 061ae2b106c9",
    "cage": "full",
    "gate": "1",
    "judge": "defeq",
    "judge_identity": "defeq, lean 4.35.0",
    "scores_are_a_lower_bound": False,
    "settings": SETTINGS.model_dump(mode="json"),
}
FAILS = DualScore(None, Verdict(VerdictKind.REJECTED, rule="no_lean"), Verdict(VerdictKind.FAILS))


def compiling(score: float | None) -> DualScore:
    """A rollout that compiles; None: its score is unavailable."""
    verdict = Verdict(VerdictKind.COMPILES)
    statement = Statement("", "goal", "(n : Nat) : Eq n n")
    return DualScore(statement, verdict, verdict, Score(score, "told by the test", "defeq"))


def rollouts(compiled: int, passing: int, unscored: int = 0) -> list[DualScore]:
    """Eight dual scores: so many compile, so many of these pass, so many have no score."""
    kinds = [compiling(1.0)] * passing + [compiling(None)] * unscored
    kinds += [compiling(0.0)] * (compiled - passing - unscored)
    return kinds + [FAILS] * (ROLLOUTS - len(kinds))


def sample(number: int, problem: str, duals: list[DualScore]) -> dict:
    """A row as lm-eval writes it."""
    doc = {
        "id": problem, "informal": f"Show that {problem} holds.",
        "reference": f"theorem {problem} (n : Nat) : Eq n n := by sorry",
        "header": "", "tags": ["parity" if number % 2 else "order"], "references": [],
        "profile": "peano",
    }  # fmt: skip
    return {
        "doc_id": number, "doc": doc, "target": doc["reference"],
        "resps": [[f"rollout {i} of {problem}" for i in range(len(duals))]],
        "filtered_resps": [[str(dual) for dual in duals]],
    }  # fmt: skip


class RunFolder:
    """Writes stages with chosen results, by stage name."""

    def __init__(self, folder: Path, changes: dict | None = None) -> None:
        self.recipe = load_recipe("peano", {"sft_sizes": [600], "rl_size": 600} | (changes or {}))
        self.plan = plan(self.recipe)
        with opened(folder, self.recipe, []) as here:
            self.folder = here
        self.store = Store(self.folder)
        self.index: dict = {}

    def _stage(self, name: str, write) -> None:
        stage = self.plan.stages[name]
        asked = request(stage, {role: Artefact("/x", role) for role in stage.inputs}, {})
        folder = self.store.begin(asked)
        self.store.finish(asked, write(folder), 1.0)
        self.index[name] = asked
        self.store.record(self.index)

    def evaluated(
        self,
        name: str,
        counts: Mapping[str, tuple[int, ...]],
        task: str = TASK,
        info: Mapping[str, object] = INFO,
    ) -> None:
        """(compiling, passing[, without score]) of eight rollouts, by problem."""

        def write(folder: Path):
            rows = [sample(i, p, rollouts(*c)) for i, (p, c) in enumerate(counts.items())]
            samples = folder / f"samples_{task}.jsonl"
            samples.write_text("".join(json.dumps(row) + "\n" for row in rows))
            config = {"metadata": {"leaneval": {"benchmark": "peano", **info}}}
            harness = {"configs": {task: config}, "config": {"model": "hf"}}
            results = folder / "results.json"
            results.write_text(json.dumps({"metrics": {}, "harness": harness}))
            return {"results": results, "samples": samples}

        self._stage(name, write)

    def trained(self, name: str, spread: list[float]) -> None:
        """A stage of training; of GRPO with shares of groups without spread."""

        def write(folder: Path):
            log = MetricsLog(folder / "metrics.jsonl")
            for step, share in enumerate(spread, 1):
                if "grpo" not in name:
                    log.write("sft", step, {"loss": 1 - share})
                else:
                    values = {"zero_spread_share": share, "compile_rate": 0.5, "reward": share / 2}
                    log.write("grpo", step, values | {"kl": 0.01, "entropy": 0.4})
            (folder / "model").mkdir()
            (folder / "model" / "w").write_text("w")
            return {"model": folder / "model"}

        self._stage(name, write)

    def split(self, name: str, *overlaps: float) -> None:
        """A stage of splits whose manifest claims what was asked."""

        def write(folder: Path):
            claims = [
                {"requested": p, "achieved": p, "achieved_near": p, "base_sft": 600,
                 "rl_rows": 600, "distinct_problems": 1200 - round(600 * p)}
                for p in overlaps
            ]  # fmt: skip
            (folder / "data").mkdir()
            manifest = folder / "data" / "manifest.json"
            manifest.write_text(json.dumps({"claims": {"overlap": claims}}))
            return {"manifest": manifest}

        self._stage(name, write)


@pytest.fixture(scope="session")
def run_folder() -> type[RunFolder]:
    """A run folder at a place of the test's own."""
    return RunFolder


@pytest.fixture
def make_run(tmp_path: Path):
    """A function from changes of the recipe to a run folder."""
    return lambda changes=None: RunFolder(tmp_path / "run", changes)


@pytest.fixture
def info() -> dict[str, object]:
    """The conditions that evaluations are measured under, unless a test says otherwise."""
    return dict(INFO)
