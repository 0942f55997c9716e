"""Small runs made of dual scores, and a real browser to open pages in."""

from __future__ import annotations

import importlib
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from leaneval.page import Page, write
from leaneval.results import Condition, Run, Sample
from leaneval.settings import Settings
from leaneval.types import Diagnostic, DualScore, Problem, Score, Statement, Verdict, VerdictKind

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
UNREADY = ".explorer:not([data-ready]), .explorer[data-ready='']"
"""A selector, because the page's content policy forbids playwright to try a script again."""
KINDS = (
    (VerdictKind.COMPILES, 1.0), (VerdictKind.FAILS, None), (VerdictKind.COMPILES, 0.1),
    (VerdictKind.REJECTED, None), (VerdictKind.COMPILES, None), (VerdictKind.TIMEOUT, None),
)  # fmt: skip


def dual(kind: VerdictKind, score: float | None, text: str) -> DualScore:
    """A dual score of one verdict under both protocols; `text` goes wherever text can go."""
    compiles = kind is VerdictKind.COMPILES
    rule = f"command{text}" if kind is VerdictKind.REJECTED else None
    messages = () if compiles else (Diagnostic("error", f"unknown thing {text}", 2, 7),)
    verdict = Verdict(kind, rule, messages)
    judged = Score(score, f"because {text}", f"defeq{text}", (f"weaker{text}",))
    statement = Statement("", "t", "", source=f"theorem t (n : Nat) : n + 0 = n := sorry {text}")
    flags = (f"trivial{text}",) if score == 1 else ()
    return DualScore(statement, verdict, verdict, judged if compiles else None, flags=flags)


@pytest.fixture(scope="session")
def a_run() -> Callable[..., Run]:
    """Makes a run of some problems: one verdict and score a rollout, in turn."""

    def make(
        problems: int = 5, rollouts: int = 6, shift: int = 0, text: str = "", **more: Any
    ) -> Run:
        samples = {}
        for number in range(problems):
            problem = Problem(
                f"p{number}{text}", f"Show that zero adds nothing, part {number}. {text}",
                f"theorem p (m : Nat) : m + 0 = m := sorry {text}",
                tags=(f"{'odd' if number % 2 else 'even'}{text}",),
            )  # fmt: skip
            duals = tuple(
                dual(*KINDS[(at + shift + number) % 6], text=text) for at in range(rollouts)
            )
            texts = tuple(f"I think {text}\n```lean4\n{d.statement.source}\n```" for d in duals)
            samples[problem.id] = Sample(problem, duals, texts)
        settings = Settings(judge="defeq", repeats=rollouts)
        return Run(Path("s.jsonl"), f"a_task{text}", samples, settings, {}, f"model{text}", **more)

    return make


@pytest.fixture(scope="session")
def two_conditions(a_run: Callable[..., Run]) -> tuple[Condition, ...]:
    """Two conditions, the second of two seeds: 90 rollouts in all."""
    seeds = (a_run(shift=1, seed=1), a_run(shift=2, seed=2))
    return (Condition("base", (a_run(),), {}), Condition("sft+grpo@30", seeds, {}))


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium through playwright; skips where it is missing, and fails for that in CI.

    One a module: while playwright is open its event loop runs, and nobody else can run one.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None or find_spec("playwright") is None:
        missing = "no browser: install Debian's chromium and playwright"
        pytest.fail(missing) if os.environ.get("CI") == "true" else pytest.skip(missing)
    playwright = importlib.import_module("playwright.sync_api")
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=program, args=list(FLAGS))
        yield opened
        opened.close()


@dataclass
class Opened:
    """A page in the browser, what it asked for, and what it complained of."""

    tab: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def texts(self, selector: str) -> list[str]:
        """The texts of all elements in sight."""
        found = self.tab.locator(selector)
        return [
            found.nth(n).inner_text() for n in range(found.count()) if found.nth(n).is_visible()
        ]

    def status(self) -> str:
        """How many rollouts are listed."""
        return str(self.tab.locator(".status").inner_text())


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """Writes a page and opens the file; an error, a warning or a request fails the test."""
    made: list[Opened] = []

    def open_page(page: Page, link: str = "", **options: Any) -> Opened:
        out = tmp_path / "page.html"
        write(page, out)
        one = Opened(browser.new_context(**options).new_page())
        made.append(one)
        one.tab.on("request", lambda request: one.requests.append(request.url))
        one.tab.on("console", lambda message: one.complaints.append(message.text))
        one.tab.on("pageerror", lambda error: one.complaints.append(str(error)))
        one.tab.on("dialog", lambda dialog: one.complaints.append(dialog.message))
        one.tab.goto(out.as_uri() + link)
        if options.get("java_script_enabled", True):
            one.tab.locator(UNREADY).first.wait_for(state="detached")
        return one

    yield open_page
    for one in made:
        one.tab.context.close()
        assert not one.complaints
        assert all(request.startswith("file:") for request in one.requests)
        assert len(one.requests) == 1
