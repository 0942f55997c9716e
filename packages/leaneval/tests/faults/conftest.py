"""`leaneval score` as a real process over real Lean, to be hurt in mid-run."""

from __future__ import annotations

import json
import os
import re
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from leaneval.checkers._binary import embedded_lean
from leaneval.errors import UnavailableError

BATCH = 4
CONTROLS = 4
"""Verdicts that preflight asks for: of two statements, and of two goals of the judge."""

_PROBLEMS = 6
_SLOW = "∀ " + "x " * 400 + ": Nat, Eq (add a b) (add b a)"


def _fence(signature: str) -> str:
    return f"```lean4\ntheorem x {signature} := by sorry\n```"


def rows() -> list[dict[str, Any]]:
    """Problems whose rollouts are right, a tautology, broken, slow and no Lean at all."""
    return [
        {
            "id": f"p{i}",
            "informal": f"Exercise {i}: show that a + b = b + a for all natural numbers a and b.",
            "reference": "theorem p (a b : Nat) : Eq (add a b) (add b a) := by sorry",
            "rollouts": [
                _fence("(a b : Nat) : Eq (add a b) (add b a)"),
                _fence(f"(a b u{i} : Nat) : Eq (add a b) (add a b)"),
                _fence(f"(a b u{i} : Nat) : Eq (add a b) (add b missing)"),
                _fence(f"(a b u{i} : Nat) : {_SLOW}"),
                "I cannot.",
            ],
        }
        for i in range(_PROBLEMS)
    ]


@dataclass
class Numbers:
    """What a run came to: its figures as printed, and each rollout's dual score without times."""

    results: str
    duals: list[dict[str, Any]]
    info: dict[str, Any]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Numbers) and (self.results, self.duals) == (
            other.results,
            other.duals,
        )


class Scoring:
    """Starts runs over one samples file; each has its own cache unless told otherwise."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.samples = folder / "samples.jsonl"
        self.samples.write_text("".join(json.dumps(row) + "\n" for row in rows()))

    def start(
        self,
        name: str,
        *words: str,
        cache: Path | None = None,
        judge: str = "defeq",
        prefix: tuple[str, ...] = (),
        **environment: str,
    ) -> subprocess.Popen[str]:
        keep = {k: v for k, v in os.environ.items() if not k.startswith("LEANEVAL_")}
        settings = {
            "LEANEVAL_CACHE": str(cache or self.folder / f"cache-{name}"),
            "LEANEVAL_WORKERS": "1",
            "LEANEVAL_BATCH_SIZE": str(BATCH),
            "LEANEVAL_VACUITY": "false",  # only more of the same claims, and half the time
        }
        command = [sys.executable, "-m", "leaneval", "score", str(self.samples), "--json"]
        return subprocess.Popen(
            [*prefix, *command, "--judge", judge, "--out", str(self.out(name)), *words],
            env=keep | settings | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            # a process group of its own, as a terminal gives each command
            start_new_session=True,
        )

    def out(self, name: str) -> Path:
        return self.folder / f"{name}.jsonl"

    def finish(self, name: str, run: subprocess.Popen[str]) -> Numbers:
        stdout, stderr = run.communicate(timeout=300)
        assert run.returncode == 0, stderr
        found = json.loads(stdout)
        written = [json.loads(line) for line in self.out(name).read_text().splitlines()]
        duals = [{"id": row["id"], "dual": row["dual"]} for row in written]
        for row in duals:
            for dual in row["dual"]:
                dual["verdict"]["seconds"] = dual["study"]["seconds"] = 0
        return Numbers(json.dumps(found["results"]), duals, found["info"] | {"stderr": stderr})

    def kept(self, cache: Path) -> int:
        """Verdicts in a cache that another process may be writing."""
        path = cache / "verdicts.sqlite"
        if not path.exists():
            return 0
        try:
            with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as base:
                return int(base.execute("SELECT count(*) FROM entries").fetchone()[0])
        except sqlite3.Error:
            return 0

    def in_midst(self, run: subprocess.Popen[str], cache: Path) -> list[psutil.Process]:
        """Wait until some verdicts are kept and a Lean is at work on others; those Leans."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            assert run.poll() is None, "the run ended before it could be hurt"
            if self.kept(cache) > CONTROLS and (children := leans(run.pid)):
                return children
            time.sleep(0.005)
        raise AssertionError("the run never got to its midst")


def leans(pid: int) -> list[psutil.Process]:
    """Lean processes below `pid` that have a file of claims."""
    found = []
    try:
        for child in psutil.Process(pid).children(recursive=True):
            if any(word.endswith("Claims.lean") for word in child.cmdline()):
                found.append(child)
    except psutil.Error:
        pass
    return found


@pytest.fixture
def leans_of() -> Callable[[int], list[psutil.Process]]:
    return leans


@pytest.fixture(scope="session")
def scoring(tmp_path_factory: pytest.TempPathFactory) -> Scoring:
    try:
        embedded_lean()
    except UnavailableError as error:
        pytest.skip(str(error))
    return Scoring(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="session")
def undisturbed(scoring: Scoring) -> Numbers:
    """What every disturbed run must come to."""
    found = scoring.finish("undisturbed", scoring.start("undisturbed"))
    assert found.info["missing"] == 0
    assert found.info["verdicts"] == {
        "compiles": 3 * _PROBLEMS,
        "fails": _PROBLEMS,
        "rejected": _PROBLEMS,
    }
    return found


@pytest.fixture
def gone() -> Callable[[list[psutil.Process]], None]:
    """Asserts that processes are gone, within a moment."""

    def check(processes: list[psutil.Process]) -> None:
        _, alive = psutil.wait_procs(processes, timeout=5)
        assert not alive, alive

    return check


@pytest.fixture
def warnings_in() -> Callable[[str, str], int]:
    """How often a text says something, line breaks aside."""
    return lambda text, pattern: len(re.findall(pattern, " ".join(text.split())))
