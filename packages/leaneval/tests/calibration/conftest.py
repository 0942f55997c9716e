"""Labelled files, runs made to measure, a real HTTP server, and the command in a process."""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from leaneval import cli
from leaneval.judges._retry import RetryPolicy
from leaneval.results import Condition, Run, Sample
from leaneval.settings import Settings
from leaneval.types import DualScore, Problem, Score, Statement, Verdict, VerdictKind

TESTS = Path(__file__).resolve().parents[1]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes rows as a labelled file."""

    def make(rows: Sequence[dict], name: str = "labels.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        return path

    return make


def row(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"s{number}",
        "informal": f"Show that {number} = {number}.",
        "candidate": f"theorem t : {number} = {number} := by sorry",
        "human_label": number % 2,
        **fields,
    }


@pytest.fixture
def rows() -> Callable[..., list[dict]]:
    """Twelve rows, every other one right; functions of the number give further columns."""

    def make(count: int = 12, **columns: Callable[[int], Any]) -> list[dict]:
        return [row(n, **{name: give(n) for name, give in columns.items()}) for n in range(count)]

    return make


@pytest.fixture
def leanscorer(data_folder: Path) -> Path:
    """The 98 statements that people labelled, with LeanScorer's scores."""
    return data_folder / "leanscorer_labels.jsonl"


@pytest.fixture
def peano_labels(write: Callable[..., Path]) -> Path:
    """The table of pairs whose equivalence is known, as a labelled file."""
    table = (TESTS / "peano" / "equivalence.jsonl").read_text().splitlines()

    def theorem(signature: str) -> str:
        return f"theorem x {signature} := by sorry"

    return write(
        [
            {
                "id": number,
                "problem": pair["reference"],
                "informal": pair["why"],
                "reference": theorem(pair["reference"]),
                "references": [theorem(text) for text in pair["references"]],
                "candidate": theorem(pair["candidate"]),
                "label": pair["score"],
            }
            for number, pair in enumerate(map(json.loads, table))
        ]
    )


@pytest.fixture
def leaneval(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """Runs the command's own `main` in this process, with caches of its own."""
    for name in list(os.environ):
        if name.startswith(("LEANEVAL_", "OPENAI_")) and name != "LEANEVAL_DATA":
            monkeypatch.delenv(name)
    monkeypatch.setenv("LEANEVAL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("COLUMNS", "100")

    def run(*words: object, **environment: str) -> Any:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["leaneval", *map(str, words)])
        capsys.readouterr()
        status = 0
        try:
            cli.main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = capsys.readouterr()
        return SimpleNamespace(returncode=status, stdout=said.out, stderr=said.err)

    return run


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    """Judges that give up soon, and no pause before a second try."""
    quick = RetryPolicy(tries=2, pause=0.01, call_seconds=2.0)
    monkeypatch.setattr("leaneval.judges._llm.RetryPolicy", lambda: quick)
    monkeypatch.setattr("leaneval.pipeline.SECOND_TRY_PAUSE", 0.01)


@pytest.fixture
def endpoint() -> Iterator[Any]:
    """A real HTTP server that answers as a test says, in a thread with a loop of its own."""
    served = runpy.run_path(str(TESTS / "judges" / "conftest.py"))
    server, loop = served["Endpoint"](), asyncio.new_event_loop()
    server.reply, server.graded, server.completion = (
        served["Reply"], served["graded"], served["completion"],
    )  # fmt: skip
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(server.start(), loop).result(10)
    yield server
    asyncio.run_coroutine_threadsafe(server.stop(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)


@pytest.fixture
def answered_by(endpoint: Any) -> dict[str, str]:
    """The environment in which `llm:m` is that server."""
    return {"LEANEVAL_JUDGE_BASE_URL": endpoint.url, "LEANEVAL_JUDGE_API_KEY": "sk-x"}


COMPILES, FAILS = Verdict(VerdictKind.COMPILES), Verdict(VerdictKind.FAILS)


def dual(score: float | str | None, name: str = "x") -> DualScore:
    """`fails`: does not compile; `missing`: compiles, and the judge gave no score."""
    statement = Statement("", "t", f": {name}")
    if score == "fails":
        return DualScore(statement, FAILS, FAILS)
    value = None if score == "missing" else score
    return DualScore(statement, COMPILES, COMPILES, Score(value, "", "llm:m"))


@pytest.fixture
def condition() -> Callable[..., Condition]:
    """A condition from scores, a list a problem; every statement is another unless named."""

    def make(
        table: Sequence[Sequence[float | str]],
        *,
        names: Callable[[int, int], str] = lambda i, j: f"{i} {j}",
        **settings: Any,
    ) -> Condition:
        samples = {
            f"p{i}": Sample(
                Problem(f"p{i}", f"problem {i}", f"theorem r : {i} = {i} := by sorry"),
                tuple(dual(score, names(i, j)) for j, score in enumerate(scores)),
            )
            for i, scores in enumerate(table)
        }
        fields = {"judge": "llm:m", "repeats": min(map(len, table)), "k": (1, 2, 4), **settings}
        return Condition("run", (Run(Path("x"), "t", samples, Settings(**fields), {}),), {})

    return make
