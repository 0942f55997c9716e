"""The tables of a report: what came out, under which conditions, and by which verdicts."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leaneval.comparison import conditions_table
from leaneval.report._numbers import coverage, duals_of, verdicts_of
from leaneval.report._words import share, value_of
from leaneval.results import told_apart, without_folders
from leaneval.tables import Table
from leaneval.types import VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leaneval.comparison import Comparison
    from leaneval.report._numbers import Numbers
    from leaneval.results import Condition, Run
    from leaneval.types import Verdict

_RULES = 5
_FENCED = " They take the first code fence: a rollout without one fails."


def condition_tables(numbers: Numbers) -> list[Table]:
    """Every condition's metrics, percent with 95 % intervals, in two tables that fit a screen.

    What warns of them (`numbers.shared.warnings`) is left to the caller to say first.
    """
    known = numbers.comparison.metrics
    passes = [f"{kind}@{k}" for kind in "CS" for k in numbers.ends]
    second = [f"S_beq@{k}" for k in numbers.ends]
    best = [name for name in known if name.startswith("best@")]
    others = [name for name in known if name.startswith("C_")][:1]
    rest = [*second, "gap", *best, "mean_score", *others]
    first, more = (
        conditions_table(_only(numbers.comparison, [m for m in asked if m in known]))
        for asked in (passes, rest)
    )
    if not numbers.judged and not others:
        return [first]
    title = f"{numbers.shared.task}: other metrics, percent"
    return [first, replace(more, title=title, notes=_other_notes(numbers, others))]


def _only(found: Comparison, metrics: Sequence[str]) -> Comparison:
    """A comparison of some of its metrics, without its warnings."""
    kept = (
        replace(one, estimates={name: one.estimates[name] for name in metrics})
        for one in found.conditions
    )
    shared = replace(found.shared, warnings=())
    return replace(found, shared=shared, metrics=tuple(metrics), conditions=tuple(kept))


def _other_notes(numbers: Numbers, others: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if numbers.judged:
        notes.append(
            "gap: C@1 - S@1. best@n: mean over problems of the best score. mean_score: of all "
            "rollouts, 0 where one does not compile."
        )
    for name in others:
        protocol = name.removeprefix("C_").split("@")[0]
        fence = _FENCED if protocol == "study" else ""
        notes.append(f"{name}: compiles under the rules of the protocol {protocol}.{fence}")
    return tuple(notes)


def coverage_table(numbers: Numbers) -> Table:
    """On what every row rests."""
    problems = numbers.shared.problems
    rows = []
    for condition in numbers.conditions:
        verdicts, scores = coverage(condition, problems)
        rollouts = sum(1 for _ in duals_of(condition, problems))
        rows.append((
            condition.name, _seeds(condition), f"{len(problems):,}", f"{rollouts:,}",
            share(verdicts), share(scores),
        ))  # fmt: skip
    return Table(
        "what the numbers rest on (coverage: percent answered)",
        ("condition", "seeds", "problems", "rollouts", "verdicts", "scores"),
        tuple(rows),
        words=2,
        notes=("What is missing is neither 0 nor left out: it widens the interval.",),
    )


def _seeds(condition: Condition) -> str:
    seeds = [run.seed for run in condition.runs]
    known = ", ".join(str(seed) for seed in seeds if seed is not None)
    return known or str(len(seeds))


def _yes(value: Any) -> str:
    return "yes" if value else ""


_PROPERTIES: dict[str, Callable[[Run], Any]] = {
    "task": lambda run: run.task,
    "protocol": lambda run: run.settings.protocol,
    "gate": lambda run: run.info.get("gate"),
    "checker": lambda run: run.settings.checker,
    "toolchain": lambda run: run.info.get("toolchain"),
    "cage": lambda run: run.info.get("cage"),
    "time limit, seconds": lambda run: run.settings.time_limit,
    "judge": lambda run: run.info.get("judge") or run.settings.judge,
    "judge's identity": lambda run: _identity(run),
    "scores are a lower bound": lambda run: _yes(run.info.get("scores_are_a_lower_bound")),
    "threshold": lambda run: run.settings.threshold,
    "rollouts a problem": lambda run: run.settings.repeats,
    "flags by": lambda run: run.info.get("flag_tactics"),
    "leaneval": lambda run: run.info.get("leaneval"),
    "model": lambda run: run.model,
}
_OWN = frozenset({"model"})
"""Differ by design."""
_PATHS = frozenset({"checker", "judge", "model"})
"""May be paths of the machine that the run ran on."""


def _identity(run: Run) -> str:
    """A served model's name may be a path, and stands in its judge's identity."""
    judge = str(run.info.get("judge") or run.settings.judge)
    return str(run.info.get("judge_identity") or "").replace(judge, without_folders(judge))


def instrument_tables(numbers: Numbers) -> list[Table]:
    """Under which conditions the numbers hold: what all runs share, and what they do not."""
    same: list[tuple[str, str]] = []
    rows: list[tuple[str, str, str]] = []
    for name, read in _PROPERTIES.items():
        found = {c.name: _of_runs(c, read) for c in numbers.conditions}
        values = {value for several in found.values() for value in several}
        if values == {""}:
            continue
        short = told_apart(values) if name in _PATHS else {value: value for value in values}
        shown = {c: "; ".join(short[value] for value in several) for c, several in found.items()}
        if len(set(found.values())) == 1:
            same.append((name, next(iter(shown.values()))))
        else:
            rows += [(name, condition, value) for condition, value in shown.items()]
    rows.sort(key=lambda row: row[0] in _OWN)
    tables = [Table("the same for all conditions", ("property", "value"), tuple(same), words=2)]
    if rows:
        title = "not the same for all conditions"
        tables.append(Table(title, ("property", "condition", "value"), tuple(rows), words=3))
    return tables


def _of_runs(condition: Condition, read: Callable[[Run], Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value_of(read(run)) for run in condition.runs))


def verdict_tables(numbers: Numbers) -> list[Table]:
    """Verdicts under the run's protocol, and the gate's rules, by condition."""
    verdicts = _counted(numbers, lambda verdict: str(verdict.kind))
    kinds = [str(kind) for kind in VerdictKind if any(str(kind) in c for c in verdicts.values())]
    shares = tuple(
        (name, *(share(count[kind] / max(1, count.total())) for kind in kinds))
        for name, count in verdicts.items()
    )
    tables = [Table("verdicts, percent of rollouts", ("condition", *kinds), shares)]
    rules = _counted(numbers, lambda verdict: verdict.rule)
    named = sum(rules.values(), Counter())
    if named:
        shown = [rule for rule, _ in named.most_common(_RULES)]
        rare = ["others"] if len(named) > len(shown) else []
        counts = tuple(
            (name, *(str(count[rule]) for rule in shown),
             *(str(count.total() - sum(count[rule] for rule in shown)) for _ in rare))
            for name, count in rules.items()
        )  # fmt: skip
        title = "rejected by the gate: rollouts by rule"
        tables.append(Table(title, ("condition", *shown, *rare), counts))
    return tables


def _counted(numbers: Numbers, read: Callable[[Verdict], str | None]) -> Mapping[str, Counter[str]]:
    problems = numbers.shared.problems
    return {
        condition.name: Counter(
            found for verdict in verdicts_of(condition, problems) if (found := read(verdict))
        )
        for condition in numbers.conditions
    }
