"""Two real runs with known numbers: real problems, real Lean, rollouts chosen by us."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leaneval.measure import measure
from leaneval.peano import test_problems as peano_problems
from leaneval.profile import profile_of
from leaneval.results import write_run
from leaneval.settings import Settings

PROBLEMS = peano_problems()[:24]
BROKEN = "theorem goal (n : Nat) : Eq (unknown n) n := by sorry"
SETTINGS = Settings(
    checker="embedded", judge="defeq", repeats=4, k=(1, 2, 4), cache="off", vacuity=False
)


def better(number: int) -> list[str]:
    """Three of four mean the problem, one does not compile."""
    return [PROBLEMS[number].reference] * 3 + [BROKEN]


def worse(number: int) -> list[str]:
    """One means the problem, one compiles and means another, two do not compile."""
    other = PROBLEMS[(number + 7) % len(PROBLEMS)].reference
    return [PROBLEMS[number].reference, other, BROKEN, "I cannot do this."]


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """`better.jsonl` and `worse.jsonl`, by name."""
    folder, found = tmp_path_factory.mktemp("runs"), {}
    for answers in (better, worse):
        work = [(problem, answers(number)) for number, problem in enumerate(PROBLEMS)]
        measured = measure(work, SETTINGS, profile=profile_of("peano"), progress=False)
        found[answers.__name__] = folder / f"{answers.__name__}.jsonl"
        write_run(
            found[answers.__name__], work, measured, profile_of("peano"), task="peano", model="us"
        )
    return found


@pytest.fixture
def changed(runs: dict[str, Path], tmp_path: Path):
    """Writes a copy of a run with other conditions, or with fewer problems."""

    def change(name: str, problems: int = 24, **info: Any) -> Path:
        rows = [json.loads(line) for line in runs[name].read_text().splitlines()][:problems]
        rows[0]["info"] |= {"rollouts": 4 * problems} | info
        path = tmp_path / f"{name}-changed.jsonl"
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return change
