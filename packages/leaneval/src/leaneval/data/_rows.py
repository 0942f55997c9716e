"""Reading rows: every complaint names the file and the row."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from leaneval.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from leaneval.types import Problem


_END: Any = object()


def text_of(row: Any, field: str) -> str:
    """The row's non-empty string under `field`.

    Raises:
        ValueError: There is none; `required` adds where.
    """
    if not isinstance(row, dict):
        raise ValueError(f"a row must be a JSON object, got {type(row).__name__}")  # noqa: TRY004
    value = row.get(field)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{field!r} must be a non-empty string, got {value!r:.80}")
    return value


@contextmanager
def required(path: Path, number: int) -> Iterator[None]:
    """Turn a row's `ValueError` into a `DataError` that says which file and row (from 1)."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise DataError(f"{path}, row {number}: must be UTF-8, got {error}. Save it so.") from error
    except ValueError as error:
        raise DataError(f"{path}, row {number}: {error}") from error


def problems_of(
    path: Path, rows: Iterator[Any], read: Callable[[dict[str, Any]], Problem]
) -> tuple[Problem, ...]:
    """Every row as a problem.

    Raises:
        DataError: A row is malformed or repeats an id; the message names the file and the row.
    """
    found: dict[str, Problem] = {}
    number = 0
    while True:
        number += 1
        with required(path, number):
            row = next(rows, _END)
            if row is _END:
                break
            problem = read(row)
            if problem.id in found:
                raise ValueError(f"the id {problem.id!r} was used before")
        found[problem.id] = problem
    if not found:
        raise DataError(f"{path} must hold one JSON object a line, got none: fill or replace it.")
    return tuple(found.values())


def json_lines(path: Path) -> Iterator[Any]:
    """The rows of a JSON lines file."""
    with path.open("rb") as file:
        for number, line in enumerate(file):
            if line.strip():
                yield json.loads(line.decode("utf-8" if number else "utf-8-sig"))
