"""The report's explorer and the comparison, each to be run in a process of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.explorer import Texts, conditions
from leaneval.comparison import compare
from leaneval.page import Explorer, Page, Section, html
from leaneval.results import Condition, common, read_conditions


def made(rollouts: int, out: str) -> tuple[Condition, ...]:
    """The conditions that the page is to show."""
    return conditions(Texts(), rollouts)


def build(given: tuple[Condition, ...], rollouts: int, out: str) -> Mapping[str, float]:
    """The page, written."""
    section = Section("Rollouts", (Explorer(given),))
    text = html(Page("Benchmark", "Texts made of real statements.", (section,)))
    Path(out).write_text(text, encoding="utf-8")
    return {"file, MB": len(text.encode()) / 1e6}


def open_page(rollouts: int, path: str) -> Mapping[str, float]:
    """The page in a browser."""
    from benchmarks._browser import browse

    return browse(Path(path))


def runs(folder: Path, rollouts: int) -> list[str]:
    """Samples files of six conditions, together so many rollouts, made unless they are there."""
    if not folder.is_dir():
        folder.mkdir(parents=True)
        for number, condition in enumerate(conditions(Texts(), rollouts)):
            _write(folder / f"run{number}.jsonl", condition)
    return [str(path) for path in sorted(folder.glob("*.jsonl"))]


def _write(path: Path, condition: Condition) -> None:
    (run,) = condition.runs
    with path.open("w", encoding="utf-8") as lines:
        for number, (key, sample) in enumerate(run.samples.items()):
            duals = [dual.to_dict() for dual in sample.duals]
            doc = {"id": key, "informal": sample.problem.informal,
                   "reference": sample.problem.reference}  # fmt: skip
            row: dict[str, Any] = {"id": key, "dual": duals, "doc": doc}
            row["rollouts"] = list(sample.rollouts)
            if number == 0:
                settings = {"judge": run.settings.judge, "repeats": len(duals)}
                row["info"] = {"settings": settings, "task": "made", "rollouts": 0}
            lines.write(json.dumps(row) + "\n")


def imported(paths: list[str], *_: object) -> None:
    """Nothing but this module."""


def read(_: None, paths: list[str]) -> Mapping[str, float]:
    """The samples files, read back."""
    read_conditions(paths)
    return {"files, MB": sum(Path(path).stat().st_size for path in paths) / 1e6}


def compared(_: None, paths: list[str], resamples: int) -> Mapping[str, float]:
    """What `leaneval compare` does between its command line and its tables."""
    found = read_conditions(paths)
    compare(found, common(found), resamples=resamples)
    return {}
