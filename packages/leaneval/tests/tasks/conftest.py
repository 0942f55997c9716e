"""A model with given answers, tasks of the test's own, and no trace in the user's cache."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from lm_eval.api.model import LM
from lm_eval.tasks import TaskManager

import leaneval.tasks

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = Path(leaneval.tasks.__file__).parent

PROBLEMS = [
    {
        "id": "commutes",
        "informal": "Show that a + b = b + a for all natural numbers a and b.",
        "reference": "theorem t (a b : Nat) : Eq (add a b) (add b a) := sorry",
        "header": "prelude\nimport Peano",
        "tags": ["addition"],
    },
    {
        "id": "doubles",
        "informal": "Show that a + a = a for all natural numbers a.",
        "reference": "theorem t (a : Nat) : Eq (add a a) a := sorry",
        "header": "prelude\nimport Peano",
        "tags": ["addition"],
    },
]


class Canned(LM):
    """Answers every request by a function of its prompt and its number."""

    def __init__(self, answer: Callable[[str, int], str]) -> None:
        super().__init__()
        self.answer = answer
        self.prompts: list[str] = []

    def generate_until(self, requests: list[Any], disable_tqdm: bool = False) -> list[str]:
        first = len(self.prompts)
        self.prompts += [request.args[0] for request in requests]
        return [self.answer(prompt, first + i) for i, prompt in enumerate(self.prompts[first:])]

    def loglikelihood(self, requests: list[Any], disable_tqdm: bool = False) -> list[Any]:
        raise NotImplementedError

    def loglikelihood_rolling(self, requests: list[Any], disable_tqdm: bool = False) -> list[Any]:
        raise NotImplementedError


@pytest.fixture(autouse=True)
def _own_world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Settings come from the test alone, and caches live in its folder."""
    for name in ("CHECKER", "JUDGE", "PROTOCOL", "REPEATS", "K", "PREFLIGHT", "WORKERS"):
        monkeypatch.delenv(f"LEANEVAL_{name}", raising=False)
    monkeypatch.setenv("LEANEVAL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def canned() -> type[Canned]:
    return Canned


@pytest.fixture
def problems() -> list[dict[str, Any]]:
    return PROBLEMS


@pytest.fixture
def own_task(tmp_path: Path) -> Callable[..., str]:
    """Writes a task `mine` over two Peano problems; returns the folder to include."""

    def write(rows: list[dict[str, Any]] = PROBLEMS, **table: Any) -> str:
        folder = tmp_path / "own"
        folder.mkdir(exist_ok=True)
        data = folder / "mine.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        chosen = {"benchmark": str(data), "profile": "peano", "checker": "embedded"} | table
        text = json.dumps({"version": 1.0, "leaneval": chosen})
        (folder / "mine.yaml").write_text(
            f'task: mine\ninclude: {FOLDER / "_dual_yaml"}\ndescription: "Write Lean.\\n\\n"\n'
            f"metadata: {text}\n",
            encoding="utf-8",
        )
        return str(folder)

    return write


@pytest.fixture
def manager() -> Callable[..., TaskManager]:
    """A task manager without the harness' own 14,000 files."""

    def make(*folders: str, **metadata: Any) -> TaskManager:
        return TaskManager(
            include_defaults=False, include_path=[str(FOLDER), *folders], metadata=metadata
        )

    return make
