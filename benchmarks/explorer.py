"""Rollouts made of real statements, for the page's explorer and for `leaneval compare`.

The references of Gaokao-Formal and PutnamBench (`LEANEVAL_DATA`, or `shared/data` beside the
repository), six conditions of eight rollouts a problem. Each rollout is its problem's reference
with every name and number in it changed with a chance of 15 % (a number to another, a name to one
that another reference uses), preceded by three sentences of informal statements drawn from all
problems, so that no two rollouts compress to one. Two in five compile and have a judge's reason
made likewise; the others have one to three diagnostics that quote their terms.

Nothing of this package is imported here: a test of the page runs this file by its path.
"""

from __future__ import annotations

import json
import os
import random
import re
from pathlib import Path

from leaneval.results import Condition, Run, Sample
from leaneval.settings import Settings
from leaneval.types import Diagnostic, DualScore, Problem, Score, Statement, Verdict, VerdictKind

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
