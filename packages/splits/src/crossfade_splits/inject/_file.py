"""Answer injection over a JSONL file, row by row.

Invariant: rows keep their number and order; the output appears whole or not at all.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, cast

from crossfade_splits.errors import DataError, UsageError
from crossfade_splits.inject._inject import inject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


@dataclass
class InjectionSummary:
    """Counts of a run: rows, injected rows, by pattern, by reason (both kinds of outcome)."""

    rows: int = 0
    injected: int = 0
    patterns: Counter[str] = field(default_factory=Counter)
    """Patterns of the injected rows."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Reasons of all rows; see `REASONS`."""


def inject_rows(
    rows: Iterable[dict[str, Any]],
    prompt_column: str,
    target_column: str,
    summary: InjectionSummary | None = None,
) -> Iterator[dict[str, Any]]:
    """Each row with its prompt replaced where injected, and the outcome's columns added.

    Raises:
        DataError: a row lacks a column, or a column is not text.
    """
    for number, row in enumerate(rows, 1):
        outcome = inject(_text(row, prompt_column, number), _text(row, target_column, number))
        if summary is not None:
            summary.rows += 1
            summary.injected += outcome.injected
            summary.reasons[outcome.reason] += 1
            if outcome.injected and outcome.pattern:
                summary.patterns[outcome.pattern] += 1
        yield row | {
            prompt_column: outcome.prompt,
            "injected": outcome.injected,
            "answer": outcome.answer,
            "pattern": outcome.pattern,
            "reason": outcome.reason,
        }


def _text(row: dict[str, Any], column: str, number: int) -> str:
    if column not in row:
        raise DataError(
            f"row {number} has no column {column!r}; it has {', '.join(map(repr, row))}. "
            "Name the columns with --prompt-column and --target-column."
        )
    value = row[column]
    if value is None:
        return ""
    if not isinstance(value, str):
        raise DataError(
            f"column {column!r} must hold text; row {number} holds {type(value).__name__}. "
            "Name another column or convert it."
        )
    return value


def inject_file(
    source: Path,
    out: Path,
    *,
    prompt_column: str,
    target_column: str,
    force: bool = False,
) -> InjectionSummary:
    """Injects answers into a JSONL file (`.gz` is understood) and writes another.

    Args:
        source: The rows, one JSON object a line.
        out: The file to write; it appears only when every row is done.
        prompt_column: The column with the problem's text.
        target_column: The column with the Lean target.
        force: Whether an existing `out` may be replaced.

    Returns:
        The counts for a manifest.

    Raises:
        DataError: the input is not JSONL, is damaged, lacks a column, is empty, or holds what is no
            text in Unicode.
        UsageError: `out` exists.
        OSError: a file cannot be read or written.
    """
    if out.exists() and not force:
        raise UsageError(f"the output must be new; {out} exists. Remove it or name another file.")
    summary = InjectionSummary()
    partial = out.with_name(out.name + ".part")
    try:
        with _open(source, "rt") as read, _open(partial, "wt", like=out) as write:
            for row in inject_rows(_rows(read, source), prompt_column, target_column, summary):
                _put(row, write, source, summary.rows)
        if summary.rows == 0:
            raise DataError(f"the input must hold rows; {source} is empty. Give another file.")
        partial.replace(out)
    finally:
        partial.unlink(missing_ok=True)
    return summary


def _put(row: dict[str, Any], write: IO[str], source: Path, number: int) -> None:
    try:
        write.write(json.dumps(row, ensure_ascii=False) + "\n")
    except UnicodeEncodeError as error:
        half = error.object[error.start]
        raise DataError(
            f"text must be Unicode; row {number} of {source} holds {half!a}, half of a pair. "
            "Mend or remove the row."
        ) from None


def _open(path: Path, mode: str, like: Path | None = None) -> IO[str]:
    opener = gzip.open if (like or path).suffix == ".gz" else open
    return cast("IO[str]", opener(path, mode, encoding="utf-8"))


def _rows(lines: IO[str], source: Path) -> Iterator[dict[str, Any]]:
    number = 0
    try:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _row(line, number, source)
    except UnicodeDecodeError as error:
        raise DataError(
            f"the file must be JSONL in UTF-8; {source} is not, after line {number}. "
            "Convert it first."
        ) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DataError(
            f"a .gz file must be complete; {source} ends after line {number} ({error}). "
            "Copy it again."
        ) from error


def _row(line: str, number: int, source: Path) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"every line must be a JSON object; line {number} of {source} is not JSON "
            f"({error}). Mend or remove the line."
        ) from error
    if not isinstance(row, dict):
        raise DataError(
            f"every line must be a JSON object; line {number} of {source} is a "
            f"{type(row).__name__}. Write one object a line."
        )
    return row
