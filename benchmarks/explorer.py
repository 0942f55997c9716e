"""What the explorer of rollouts costs: building, size of the file, and times in a browser.

    uv run python benchmarks/explorer.py [ROLLOUTS ...]

Rollouts are made of real statements: the references of Gaokao-Formal and PutnamBench
(`LEANEVAL_DATA`, or `shared/data` beside the repository), six conditions of eight rollouts a
problem. Each rollout is its problem's reference with every name and number in it changed with a
chance of 15 % (a number to another, a name to one that another reference uses), preceded by three
sentences of informal statements drawn from all problems, so that no two rollouts compress to one.
Two in five compile and have a judge's reason made likewise; the others have one to three
diagnostics that quote their terms.

Times are the page's own clock (`performance.now`), in Chromium by playwright where that is there:
from the start of the navigation to the list being shown and answering, to all texts being
searchable, and from a filter's input to the list being drawn, the slowest of three.
"""

from __future__ import annotations

import json
import os
import random
import re
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from leaneval.page import Explorer, Page, Section, html
from leaneval.results import Condition, Run, Sample
from leaneval.settings import Settings
from leaneval.types import Diagnostic, DualScore, Problem, Score, Statement, Verdict, VerdictKind

SIZES = (1_000, 10_000, 56_016)
CONDITIONS = ("base", "sft", "grpo", "sft+grpo@0", "sft+grpo@30", "sft+grpo@100")
ROLLOUTS, CHANGE, SCORES = 8, 0.15, (0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 1.0)
RULES = ("commands", "local-instance", "sorry", "header")
WORD = re.compile(r"[^\W\d_][\w.']*|\d+|\s+|.")
SETTINGS = Settings(judge="llm:judge", checker="mathlib")


class Texts:
    """The real problems, and text drawn from them."""

    def __init__(self) -> None:
        beside = Path(__file__).resolve().parents[2] / "shared" / "data"
        self.folder = Path(os.environ.get("LEANEVAL_DATA") or beside)
        self.problems = [*self._read("gaokao_formal.jsonl"), *self._read("putnambench.jsonl")]
        self.random = random.Random(20260415)
        told = " ".join(p.informal for p in self.problems)
        self.sentences = [s for s in re.split(r"(?<=[.:;])\s+", told) if 30 < len(s) < 300]
        names = {w for p in self.problems for w in WORD.findall(p.reference) if w[0].isalpha()}
        self.names = sorted(names)

    def _read(self, name: str) -> list[Problem]:
        lines = (self.folder / name).read_text(encoding="utf-8").splitlines()
        return [
            Problem(
                row["id"],
                row.get("NL_English") or row.get("informal_statement") or "",
                row["formal_statement"],
                tags=tuple(row.get("tags") or [row["category"]]),
            )
            for row in map(json.loads, lines)
        ]

    def changed(self, reference: str) -> str:
        """The theorem of a reference with some of its names and numbers changed."""
        theorem = reference[max(reference.rfind("\ntheorem"), 0) :].strip()
        return "".join(map(self._changed, WORD.findall(theorem)))

    def _changed(self, word: str) -> str:
        if not word[0].isalnum() or self.random.random() > CHANGE:
            return word
        if word.isdigit():
            return str(self.random.randrange(100))
        return self.random.choice(self.names)

    def said(self, sentences: int) -> str:
        """Some sentences of the problems."""
        return " ".join(self.random.choices(self.sentences, k=sentences))

    def dual(self, theorem: str) -> DualScore:
        """A verdict, and a score where it compiles."""
        statement = Statement("", "t", "", source=theorem)
        draw = self.random.random()
        if draw < 0.4:
            verdict = Verdict(VerdictKind.COMPILES, toolchain="lean 4.27.0, Mathlib v4.27.0")
            score = Score(self.random.choice(SCORES), self.said(2), "llm:judge")
            return DualScore(statement, verdict, verdict, score, flags=())
        if draw < 0.45:
            rule = self.random.choice(RULES)
            verdict = Verdict(VerdictKind.REJECTED, rule, (Diagnostic("error", f"rule {rule}"),))
        else:
            verdict = Verdict(VerdictKind.FAILS, diagnostics=tuple(self._messages(theorem)))
        return DualScore(statement, verdict, verdict)

    def _messages(self, theorem: str) -> list[Diagnostic]:
        words = theorem.split()
        made = []
        for _ in range(self.random.randint(1, 3)):
            at = self.random.randrange(len(words))
            term = " ".join(words[at : at + 6])
            text = f"elaboration: type mismatch\n  {term}\nhas type\n  {words[at]}"
            made.append(Diagnostic("error", text, self.random.randint(1, 9), at % 80))
        return made


def conditions(texts: Texts, rollouts: int) -> tuple[Condition, ...]:
    problems = texts.problems[: max(1, round(rollouts / ROLLOUTS / len(CONDITIONS)))]
    made = []
    for name in CONDITIONS:
        samples = {}
        for problem in problems:
            theorems = [texts.changed(problem.reference) for _ in range(ROLLOUTS)]
            told = tuple(f"{texts.said(3)}\n\n```lean4\n{t}\n```\n" for t in theorems)
            samples[problem.id] = Sample(problem, tuple(map(texts.dual, theorems)), told)
        run = Run(Path("samples.jsonl"), "benchmark", samples, SETTINGS, {})
        made.append(Condition(name, (run,), {}))
    return tuple(made)


def browse(path: Path) -> dict[str, float]:
    """Milliseconds to the list, to the last text, and of filters; empty without a browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return {}
    program = shutil.which("chromium")
    if program is None:
        return {}
    flags = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
    with sync_playwright() as driver:
        page = driver.chromium.launch(executable_path=program, args=flags).new_page()
        page.add_init_script(OBSERVE)
        page.goto(path.as_uri())
        page.wait_for_selector(".explorer[data-ready=texts]", timeout=120_000)
        return page.evaluate(MEASURE)


OBSERVE = """
window.reached = {};
window.longest = 0;
new PerformanceObserver((list) => {
  for (const { duration } of list.getEntries()) longest = Math.max(longest, duration);
}).observe({ type: "longtask" });
new MutationObserver((changes) => {
  for (const { target } of changes) {
    const ready = target.dataset.ready;
    if (ready) requestAnimationFrame(() => (reached[ready] ??= performance.now()));
  }
}).observe(document, { subtree: true, attributes: true, attributeFilter: ["data-ready"] });
"""

MEASURE = """
async () => {
  const form = document.querySelector(".filters");
  const list = document.querySelector(".list");
  const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  const times = { "list shown": reached.list, "texts searchable": reached.texts,
    "longest task": longest };
  async function time(name, key, value) {
    let slowest = 0;
    for (let turn = 0; turn < 3; turn++) {
      form.elements[key].value = "";
      form.dispatchEvent(new Event("input"));
      await frame();
      const started = performance.now();
      form.elements[key].value = value;
      form.dispatchEvent(new Event("input"));
      list.getBoundingClientRect();
      slowest = Math.max(slowest, performance.now() - started);
      await frame();
    }
    form.elements[key].value = "";
    times[name] = slowest;
  }
  for (const key of ["condition", "verdict", "rule", "band", "tag", "agree"]) {
    await time(key, key, form.elements[key].options[1].value);
  }
  for (const words of ["a", "continuous", "Real.sqrt", "no such words at all"]) {
    await time(`text "${words}"`, "text", words);
  }
  return times;
}
"""


def main() -> None:
    texts = Texts()
    for size in [int(word) for word in sys.argv[1:]] or SIZES:
        found = conditions(texts, size)
        explorer = Explorer(found)
        section = Section("Rollouts", (explorer,))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started = time.monotonic()
        made = html(Page("Benchmark", "Texts made of real statements.", (section,)))
        seconds = time.monotonic() - started
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        rollouts = sum(len(s.duals) for c in found for s in c.runs[0].samples.values())
        print(
            f"{rollouts:,} rollouts: {len(made) / 1e6:.1f} MB, made in {seconds:.1f} s; "
            f"memory {before / 1024:.0f} MB before, peak {peak / 1024:.0f} MB", flush=True,
        )  # fmt: skip
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "explorer.html"
            path.write_text(made, encoding="utf-8")
            shown: dict[str, Any] = browse(path)
        print("  " + ", ".join(f"{name} {ms:.0f} ms" for name, ms in shown.items()) or "no browser")


if __name__ == "__main__":
    main()
