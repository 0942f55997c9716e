"""Labelled files: statements of which people have said whether they mean their problem.

JSON lines, one statement a row. Every complaint names file and line, a cut-off last line included.
Invariant: a label is 0 or 1 and nothing else; a stored score that is null is missing, never 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leaneval.errors import DataError
from leaneval.samples import rows_of
from leaneval.types import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

LEAST = 10
"""Fewer statements than this say nothing worth an interval."""

_PASSES = {"pass": True, "fail": False, "true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True, slots=True)
class Columns:
    """What a labelled file calls its columns; None: the first of the usual names that is there.

    Attributes:
        id: The statement's, unique in the file: `id`.
        informal: The problem in words: `informal`.
        candidate: The Lean statement (or a whole rollout) that was labelled: `candidate`.
        label: 1 where people say that it means the problem, else 0: `human_label` or `label`.
        reference: The ground-truth Lean statement, if there is one: `reference`.
        score: A judge's stored score in [0, 1], null where it gave none: `score`, or the one
            column whose name ends in `_score`.
        passed: That judge's stored answer (`pass`/`fail`, true/false, 1/0): `pass`.
        problem: The problem's id, where one problem has several statements: `problem`.
    """

    id: str | None = None
    informal: str | None = None
    candidate: str | None = None
    label: str | None = None
    reference: str | None = None
    score: str | None = None
    passed: str | None = None
    problem: str | None = None


_USUAL: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "informal": ("informal",),
    "candidate": ("candidate",),
    "label": ("human_label", "label"),
    "reference": ("reference",),
    "score": ("score",),
    "passed": ("pass",),
    "problem": ("problem",),
}
_REQUIRED = ("id", "informal", "candidate", "label")
_OPTION = {"passed": "pass"}


@dataclass(frozen=True, slots=True)
class Label:
    """One labelled statement.

    Attributes:
        problem: Its problem, under the statement's own id; an empty reference: none was given.
        candidate: What was labelled.
        right: Whether people say that it means the problem.
        group: What statements of one problem share: the problem's id, or else its text.
        score: The stored score; None: missing.
        passed: The stored answer; None: missing.
    """

    problem: Problem
    candidate: str
    right: bool
    group: str
    score: float | None = None
    passed: bool | None = None

    @property
    def id(self) -> str:
        """The statement's."""
        return self.problem.id


@dataclass(frozen=True, slots=True)
class Labels:
    """A labelled file.

    Attributes:
        path: Where it lies.
        rows: Its statements, in order.
        columns: The names in use; those of columns that the file does not have are None.
    """

    path: Path
    rows: tuple[Label, ...]
    columns: Columns


def read_labels(
    path: Path, columns: Columns | None = None, problems: Mapping[str, Problem] | None = None
) -> Labels:
    """Read a labelled file.

    Args:
        path: JSON lines.
        columns: Names to use instead of the usual ones.
        problems: By id: where a row's reference is, if it carries none of its own. Looked up by
            the problem's id, or the statement's where the file names no problem.

    Raises:
        DataError: The file is empty, has fewer than `LEAST` statements, lacks a column, or a row
            is not what it should be; file and line are named.
    """
    rows = list(rows_of(path))
    if not rows:
        raise DataError(f"{path} must hold labelled statements, one a line; got an empty file.")
    names = _found(path, rows[0][1], columns or Columns())
    found: dict[str, tuple[int, Label]] = {}
    for number, row in rows:
        try:
            label = _label(row, names, problems)
        except ValueError as error:
            raise DataError(f"{path}:{number}: {error}") from error
        first, _ = found.setdefault(label.id, (number, label))
        if first != number:
            raise DataError(f"{path}:{number}: the id {label.id!r} stands in line {first} too.")
    if len(found) < LEAST:
        raise DataError(
            f"{path} must hold at least {LEAST} labelled statements, got {len(found)}: label more."
        )
    return Labels(path, tuple(label for _, label in found.values()), names)


def _found(path: Path, row: Mapping[str, Any], asked: Columns) -> Columns:
    """The columns of a file, told by its first row."""
    names: dict[str, str | None] = {}
    for field, usual in _USUAL.items():
        given = getattr(asked, field)
        names[field] = given or next((name for name in usual if name in row), None)
        option = f"--{_OPTION.get(field, field)}-column"
        if given and given not in row:
            raise DataError(f"{path}:1: {option} {given!r} must be one of {sorted(row)}.")
        if field in _REQUIRED and names[field] is None:
            raise DataError(
                f"{path}:1: a labelled file has a column {' or '.join(map(repr, usual))}, got "
                f"{sorted(row)}. Name yours by {option}."
            )
    names["score"] = names["score"] or _scorelike(path, row)
    return Columns(**names)


def _scorelike(path: Path, row: Mapping[str, Any]) -> str | None:
    found = [name for name in row if name.endswith("_score")]
    if len(found) > 1:
        raise DataError(f"{path}:1: several columns of scores, {found}: say --score-column.")
    return found[0] if found else None


def _label(row: Mapping[str, Any], names: Columns, problems: Mapping[str, Problem] | None) -> Label:
    identity = _identity(row, names.id)
    informal = _text(row, names.informal)
    own = _identity(row, names.problem) if names.problem else None
    problem = Problem(
        id=identity,
        informal=informal,
        reference=str((names.reference and row.get(names.reference)) or ""),
        header=str(row.get("header") or ""),
        references=_texts(row, "references"),
    )
    if not problem.reference and problems is not None:
        problem = _looked_up(problem, own or identity, problems)
    return Label(
        problem,
        candidate=_text(row, names.candidate),
        right=_binary(row, names.label),
        group=own or informal,
        score=_score(row, names.score) if names.score else None,
        passed=_answer(row, names.passed) if names.passed else None,
    )


def _looked_up(problem: Problem, key: str, problems: Mapping[str, Problem]) -> Problem:
    if key not in problems:
        raise ValueError(
            f"the task has no problem {key!r}: name the column of the problems' ids by "
            "--problem-column, or give the rows a 'reference'."
        )
    known = problems[key]
    return Problem(
        problem.id, problem.informal, known.reference, known.header, known.tags, known.references
    )


def _value(row: Mapping[str, Any], name: str | None) -> Any:
    assert name is not None, "required columns have names"
    if name not in row:
        raise ValueError(f"the column {name!r} is missing here and stands in line 1: add it.")
    return row[name]


def _identity(row: Mapping[str, Any], name: str | None) -> str:
    value = _value(row, name)
    if not isinstance(value, str | int) or isinstance(value, bool) or not str(value).strip():
        raise ValueError(f"{name!r} must be a string or an integer, got {value!r:.60}.")
    return str(value)


def _text(row: Mapping[str, Any], name: str | None) -> str:
    value = _value(row, name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{name!r} must be a non-empty string, got {value!r:.60}.")
    return value


def _texts(row: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = row.get(name) or []
    if not isinstance(value, list) or not all(isinstance(text, str) for text in value):
        raise ValueError(f"{name!r} must be a list of strings, got {value!r:.60}.")
    return tuple(value)


def _binary(row: Mapping[str, Any], name: str | None) -> bool:
    value = _value(row, name)
    if isinstance(value, str) or value not in (0, 1):
        raise ValueError(
            f"{name!r} must be 1 (people say it means the problem) or 0, got {value!r:.60}. "
            "Leave out what people did not decide."
        )
    return bool(value)


def _score(row: Mapping[str, Any], name: str) -> float | None:
    value = _value(row, name)
    if value is None:
        return None
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not 0 <= value <= 1:
        raise ValueError(
            f"{name!r} must be a number in [0, 1], or null where there is none, got {value!r:.60}."
        )
    return float(value)


def _answer(row: Mapping[str, Any], name: str) -> bool | None:
    value = _value(row, name)
    if value is None:
        return None
    answer = _PASSES.get(str(value).strip().lower())
    if answer is None:
        raise ValueError(f"{name!r} must be 'pass' or 'fail', or null, got {value!r:.60}.")
    return answer
