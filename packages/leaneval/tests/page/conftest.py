"""Small runs made of dual scores, and a real browser to open pages in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from leaneval.results import Condition, Run, Sample
from leaneval.settings import Settings
from leaneval.types import Diagnostic, DualScore, Problem, Score, Statement, Verdict, VerdictKind

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def dual(
    kind: VerdictKind, score: float | None = None, *, text: str = "", **more: Any
) -> DualScore:
    """A dual score of one verdict under both protocols; `text` goes wherever text can go."""
    rule = "command" if kind is VerdictKind.REJECTED else None
    messages = () if kind is VerdictKind.COMPILES else (Diagnostic("error", f"no: {text}", 2, 7),)
    verdict = Verdict(kind, rule=rule, diagnostics=messages)
    judged = Score(score, f"because {text}", "defeq") if kind is VerdictKind.COMPILES else None
    statement = Statement(
        "", "t", ": True", source=f"theorem t (n : Nat) : n = {text or '0'} := sorry"
    )
    return DualScore(statement, verdict, verdict, judged)


@pytest.fixture
def a_run() -> Callable[..., Run]:
    """Makes a run of some problems: one verdict and score a rollout, in turn."""
    kinds = (
        (VerdictKind.COMPILES, 1.0), (VerdictKind.FAILS, None), (VerdictKind.COMPILES, 0.1),
        (VerdictKind.REJECTED, None), (VerdictKind.COMPILES, None), (VerdictKind.TIMEOUT, None),
    )  # fmt: skip

    def make(
        problems: int = 5, rollouts: int = 6, shift: int = 0, text: str = "", **more: Any
    ) -> Run:
        samples = {}
        for number in range(problems):
            problem = Problem(
                f"p{number}{text}", f"Show that {number} is {number}. {text}",
                f"theorem p (n : Nat) : n = {number} := sorry {text}",
                tags=("even" if number % 2 == 0 else "odd", *([text] if text else [])),
            )  # fmt: skip
            duals = tuple(
                dual(*kinds[(at + shift + number) % 6], text=text) for at in range(rollouts)
            )
            texts = tuple(f"I think {text}\n```lean4\n{d.statement.source}\n```" for d in duals)
            samples[problem.id] = Sample(problem, duals, texts)
        settings = Settings(judge="defeq", repeats=rollouts)
        return Run(Path("samples.jsonl"), "some_task", samples, settings, {}, **more)

    return make


@pytest.fixture
def two_conditions(a_run: Callable[..., Run]) -> tuple[Condition, ...]:
    """Two conditions, the second of two seeds."""
    return (
        Condition("base", (a_run(),), {}),
        Condition("sft+grpo@30", (a_run(shift=1, seed=1), a_run(shift=2, seed=2)), {}),
    )


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium through playwright; skips where it is missing, and fails for that in CI."""
    program = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if program is None:
        if os.environ.get("CI") == "true":
            pytest.fail("CI needs a browser: install Debian's chromium")
        pytest.skip("no browser: install chromium")
    playwright = pytest.importorskip("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield opened
        opened.close()
