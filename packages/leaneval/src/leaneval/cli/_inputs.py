"""Files of statements: a `.lean` file, or JSON lines `{"id", "statement"}`.

Every complaint names file and line. Text is hostile.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaneval.errors import DataError, UsageError
from leaneval.extract import theorems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leaneval.types import Problem


@dataclass(frozen=True, slots=True)
class Named:
    """A statement's Lean text (header and all) and what to call it."""

    id: str
    text: str


def read_statements(name: str) -> list[Named]:
    """The statements of a file.

    Args:
        name: A path, or `-` for standard input. What starts with `{` is JSON lines, else Lean.

    Raises:
        UsageError: There is no such file, or it holds no statement.
        DataError: A line is not what it should be, or an id stands twice.
    """
    text = _text(name)
    is_rows = text.lstrip()[:1] == "{"
    found = list(_rows(name, text) if is_rows else _declarations(text))
    if not found:
        raise UsageError(
            f"{name} must hold at least one statement, got none. Write a theorem in Lean, or "
            'one JSON object a line: {"id": "a", "statement": "theorem a : ..."}.'
        )
    return found


def _text(name: str) -> str:
    if name == "-":
        return sys.stdin.buffer.read().decode("utf-8-sig", errors="replace")
    path = Path(name)
    if not path.is_file():
        raise UsageError(f"{name} must be a file, or - for standard input; there is no such file.")
    return path.read_bytes().decode("utf-8-sig", errors="replace")


def _rows(name: str, text: str) -> Iterator[Named]:
    seen: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        row = _object(name, number, line)
        identity, statement = (
            _string(name, number, row, "id"),
            _string(name, number, row, "statement"),
        )
        first = seen.setdefault(identity, number)
        if first != number:
            raise DataError(
                f"{name}:{number}: the id {identity!r} stands in line {first} too: give each "
                "statement its own."
            )
        yield Named(identity, statement)


def _string(name: str, number: int, row: dict[str, object], field: str) -> str:
    value = row.get(field)
    if not isinstance(value, str):
        raise DataError(f"{name}:{number}: {field!r} must be a string, got {value!r:.60}.")
    return value


def _object(name: str, number: int, line: str) -> dict[str, object]:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise DataError(
            f"{name}:{number}: a line must be a JSON object, got {line!r:.60} ({error.msg})."
        ) from error
    if not isinstance(row, dict):
        raise DataError(f"{name}:{number}: a line must be a JSON object, got {line!r:.60}.")
    return row


def _declarations(text: str) -> Iterator[Named]:
    counts: dict[str, int] = {}
    for theorem_name, source in theorems(text):
        counts[theorem_name] = counts.get(theorem_name, 0) + 1
        again = f"#{counts[theorem_name]}" if counts[theorem_name] > 1 else ""
        yield Named(theorem_name + again, source)


def existing(path: Path, what: str) -> Path:
    """The path, if a file lies there.

    Args:
        path: Given by the user.
        what: What the file must be.

    Raises:
        UsageError: There is no such file.
    """
    if not path.is_file():
        raise UsageError(f"{path} must be {what}; there is no such file. Name one that is there.")
    return path


def problems_of(task: str | None) -> dict[str, Problem] | None:
    """A benchmark's problems by id, or None where no benchmark is named."""
    from leaneval.data import benchmark

    return {problem.id: problem for problem in benchmark(task)} if task else None
