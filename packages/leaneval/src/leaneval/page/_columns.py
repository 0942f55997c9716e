"""The explorer's columns: one entry a rollout, small numbers only, texts and names told once.

Rows are ordered by problem and, within one, by condition, run and rollout, so that a problem's
rollouts stand together in the list and compress together in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from leaneval.metrics import outcome
from leaneval.results import told_apart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leaneval.results import Condition, Run
    from leaneval.types import DualScore, Problem, Score, Verdict

UNAVAILABLE, NONE = -1, -2
"""In a column of scores: the judge could not be had; no judge was asked."""


class Row(NamedTuple):
    """One rollout: numbers of its problem, run and place; its text is empty where none is kept."""

    problem: int
    run: int
    number: int
    dual: DualScore
    verdict: Verdict
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Rows, the problems that they number, and the head of the page's data."""

    rows: list[Row]
    problems: list[Problem]
    head: dict[str, Any]


class Names:
    """Numbers for things, in the order in which they are first met."""

    def __init__(self, *first: Any) -> None:
        self.known: dict[Any, int] = {name: number for number, name in enumerate(first)}

    def number(self, name: Any) -> int:
        """The number of a thing, a new one where it is new."""
        return self.known.setdefault(name, len(self.known))

    def all(self) -> list[Any]:
        """Everything numbered, in order."""
        return list(self.known)


def columns(conditions: Sequence[Condition]) -> Columns:
    """Every rollout of the conditions."""
    runs = [(c.name, seed, run) for c in conditions for seed, run in _seeds(c.runs)]
    problems: dict[str, Problem] = {}
    for _, _, run in runs:
        for key, sample in run.samples.items():
            known = problems.get(key)
            if known is None or not (known.reference or known.informal):
                problems[key] = sample.problem
    rows = list(_rows([run for _, _, run in runs], problems))
    return Columns(rows, list(problems.values()), _head(runs, problems, rows))


def _seeds(runs: Sequence[Run]) -> Iterable[tuple[str, Run]]:
    """Runs under the word that links call them by: the seed, else their place, else a dash."""
    seeds = [run.seed for run in runs]
    if None not in seeds and len(set(seeds)) == len(seeds):
        return [(f"seed {run.seed}", run) for run in runs]
    if len(runs) == 1:
        return [("-", runs[0])]
    return [(f"run {place}", run) for place, run in enumerate(runs, 1)]


def _rows(runs: Sequence[Run], problems: Iterable[str]) -> Iterable[Row]:
    for number, key in enumerate(problems):
        for place, run in enumerate(runs):
            sample = run.samples.get(key)
            if sample is None:
                continue
            study = run.settings.protocol == "study"
            texts = sample.rollouts or ("",) * len(sample.duals)
            for index, (dual, text) in enumerate(zip(sample.duals, texts, strict=True), 1):
                yield Row(number, place, index, dual, dual.study if study else dual.verdict, text)


def _head(
    runs: Sequence[tuple[str, str, Run]], problems: dict[str, Problem], rows: Sequence[Row]
) -> dict[str, Any]:
    tags, rules, verdicts, flags = Names(), Names(""), Names(), Names(())
    models = told_apart(run.model for _, _, run in runs)
    told = [[name, seed, models[run.model], run.settings.protocol] for name, seed, run in runs]
    return {
        "task": runs[0][2].task if runs else "",
        "runs": told,
        "problems": list(problems),
        "tagged": [[tags.number(tag) for tag in p.tags] for p in problems.values()],
        "problem": [row.problem for row in rows],
        "run": [row.run for row in rows],
        "number": [row.number for row in rows],
        "verdict": [verdicts.number(str(row.verdict.kind)) for row in rows],
        "rule": [rules.number(row.verdict.rule or "") for row in rows],
        "score": [_value(row.dual.score) for row in rows],
        "second": [_value(row.dual.second) for row in rows],
        "flag": [flags.number(_flags(row.dual)) for row in rows],
        "passes": [_passes(row, runs[row.run][2]) for row in rows],
        "tags": tags.all(),
        "rules": rules.all(),
        "verdicts": verdicts.all(),
        "flags": flags.all(),
    }


def _value(score: Score | None) -> float:
    if score is None:
        return NONE
    return UNAVAILABLE if score.value is None else round(score.value, 4)


def _flags(dual: DualScore) -> tuple[str, ...]:
    second = dual.second.flags if dual.second else ()
    first = dual.score.flags if dual.score else ()
    return (*(dual.flags or ()), *first, *(f"second judge: {flag}" for flag in second))


def _passes(row: Row, run: Run) -> int:
    """1 and 0: whether the rollout counts for S@k (C@k where nothing was judged); -1: missing."""
    compiles, score = outcome(row.dual, run.settings)
    if run.settings.judge == "none":
        return -1 if compiles is None else int(compiles)
    return -1 if score is None else int(bool(compiles) and score >= run.settings.threshold)
