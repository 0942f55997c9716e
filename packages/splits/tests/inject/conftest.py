"""Hand-labelled problems and the folder of real data for the injection tests."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from crossfade_splits.inject import inject

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent


def _lines(path: Path) -> list[dict[str, Any]]:
    if not path.exists():
        pytest.skip(f"no {path.name} in {path.parent}; set LEANEVAL_DATA to the data folder")
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


@pytest.fixture(scope="session")
def labelled(real_data: Path) -> list[dict[str, Any]]:
    """The 84 published rows with their hand-checked answers."""
    return _lines(real_data / "answer_injection_dev.jsonl")


@pytest.fixture(scope="session")
def problems(real_data: Path) -> dict[str, tuple[str, str]]:
    """Prompt and target of every problem of the pool and of PutnamBench, by id."""
    found = {r["id"]: (r["nl"], r["lean4"]) for r in _lines(real_data / "train_pool.jsonl.gz")}
    for row in _lines(real_data / "putnambench.jsonl"):
        name = row["id"].removeprefix("putnam:")
        target = row["formal_statement_with_answer"] or row["formal_statement"]
        found[f"putnam:{name}"] = (row["informal_statement"], target)
    return found


@pytest.fixture(scope="session")
def proof_problems(real_data: Path) -> list[tuple[str, str]]:
    """Problems of Gaokao-Formal, in English and Chinese: every one asks for a proof."""
    rows = _lines(real_data / "gaokao_formal.jsonl")
    return [(r[c], r["formal_statement"]) for r in rows for c in ("NL_English", "NL_Chinese")]


@pytest.fixture(scope="session")
def annotations() -> list[dict[str, Any]]:
    """Our own labels: id, half, should_inject, answer, pattern, unsure."""
    text = (HERE / "annotations.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def solution(kind: str, value: str, goal: str) -> str:
    """A theorem whose answer is a definition of its own, as in PutnamBench."""
    return f"abbrev p_solution : {kind} := {value}\ntheorem p {goal} := sorry"


@pytest.fixture(name="solution", scope="session")
def _solution() -> Callable[[str, str, str], str]:
    return solution


@pytest.fixture(scope="session")
def said() -> Callable[[str, str], str]:
    """What is added to a prompt, else the reason why nothing is."""

    def sentence(prompt: str, target: str) -> str:
        found = inject(prompt, target)
        return found.prompt[len(prompt) :].strip() if found.injected else found.reason

    return sentence


def wilson(successes: int, trials: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % Wilson score interval of a proportion (Wilson 1927)."""
    if trials == 0:
        return 0.0, 1.0
    share, spread = successes / trials, z * z / trials
    centre = share + spread / 2
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    return (centre - half) / (1 + spread), (centre + half) / (1 + spread)


@pytest.fixture(name="wilson", scope="session")
def _wilson() -> Any:
    return wilson
