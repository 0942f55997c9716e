"""A run folder as the scheduler leaves it, with samples made up to be easy to reckon with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crossfade_train.recipe import load_recipe
from crossfade_train.run import MetricsLog, Store, plan
from crossfade_train.run._folder import opened
from crossfade_train.run._stage import Artefact, request

TASK = "peano_dual"
METRICS = ("C@1", "C@8", "S@1", "S@8", "mean_score", "gap")


class RunFolder:
    """Writes evaluations with chosen values, by stage name."""

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

    def evaluated(self, name: str, values: dict[str, float], extra: dict | None = None) -> None:
        """One value a problem, for every metric."""

        def write(folder: Path):
            rows = [
                {"doc_id": i, "doc": {"id": problem}, **dict.fromkeys(METRICS, value)}
                | (extra or {}).get(problem, {})
                for i, (problem, value) in enumerate(values.items())
            ]
            samples = folder / f"samples_{TASK}.jsonl"
            samples.write_text("".join(json.dumps(row) + "\n" for row in rows))
            (folder / "results.json").write_text("{}")
            return {"results": folder / "results.json", "samples": samples}

        self._stage(name, write)

    def trained(self, name: str, spread: list[float]) -> None:
        """A GRPO stage with shares of groups without spread."""

        def write(folder: Path):
            log = MetricsLog(folder / "metrics.jsonl")
            for step, share in enumerate(spread, 1):
                log.write("grpo", step, {"zero_spread_share": share, "compile_rate": 0.5})
            (folder / "model").mkdir()
            (folder / "model" / "w").write_text("w")
            return {"model": folder / "model"}

        self._stage(name, write)


@pytest.fixture
def make_run(tmp_path: Path):
    """A function from changes of the recipe to a run folder."""
    return lambda changes=None: RunFolder(tmp_path / "run", changes)
