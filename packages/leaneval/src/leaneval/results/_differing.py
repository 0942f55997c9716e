"""How runs differ, in words: every value with the names of those that have it.

Names, ids and values come from files: what a terminal would obey is spelt out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from leaneval.tables import visible

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leaneval.results._types import Run

Named: TypeAlias = "Sequence[tuple[str, Run]]"
"""Runs, each with what a message calls it."""


def instruments(runs: Named) -> list[str]:
    """What the conditions of measurement differ in, where they are told."""
    told = [(name, run) for name, run in runs if run.info]
    found: list[str] = []
    for word, key in (("gate", "gate"), ("toolchain", "toolchain"), ("Lean world", "profile")):
        found += differing(word, {n: str(run.info.get(key, "unknown")) for n, run in told})
    judges = differing("judge", {n: run.settings.judge for n, run in runs})
    identities = {n: str(run.info.get("judge_identity") or "unknown") for n, run in told}
    found += judges or differing("judge's version", identities)
    found += differing("time limit", {n: run.settings.time_limit for n, run in told})
    return found + _untold(runs)


def _untold(runs: Named) -> list[str]:
    untold = sorted({name for name, run in runs if not run.info})
    if not untold:
        return []
    return [
        f"conditions unknown for {some(untold)}: no results file lies beside the samples, so "
        "gate, toolchain and protocol may differ unseen."
    ]


def differing(what: str, values: Mapping[str, Any], then: str = "") -> list[str]:
    """A sentence with every value and who has it, where there is more than one."""
    if len(set(values.values())) <= 1:
        return []
    return [f"{what} differs: {by_value(values)}{f'; {then}' if then else ''}."]


def by_value(values: Mapping[str, Any]) -> str:
    """`1 (a, b), 2 (c)`: the names that hold each value."""
    names: dict[Any, list[str]] = {}
    for name, value in values.items():
        names.setdefault(value, []).append(name)
    return ", ".join(f"{visible(str(value))} ({some(holders)})" for value, holders in names.items())


def some(names: Iterable[str], most: int = 3) -> str:
    """The first few names, and how many more there are."""
    given = list(map(visible, names))
    more = f" and {len(given) - most} more" if len(given) > most else ""
    return ", ".join(given[:most]) + more
