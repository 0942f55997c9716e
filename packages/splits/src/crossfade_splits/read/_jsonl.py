"""Rows of JSONL, gzipped JSONL and JSON array files, block by block, every column as text.

A nested value is its JSON. What cannot be read is a `DataError` that names the file and the line.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import zlib
from bisect import bisect_left
from typing import TYPE_CHECKING, NoReturn

import polars as pl

from crossfade_splits.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BLOCK_BYTES = 48_000_000


def _no_json(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value; write null")


def _bad_line(path: Path, data: bytes, first: int, columns: Sequence[str]) -> DataError:
    """Find the line that made a block unreadable."""
    for number, line in enumerate(data.split(b"\n"), first):
        try:
            value = json.loads(line.decode(), parse_constant=_no_json) if line.strip() else {}
        except UnicodeDecodeError as error:
            what = f"must be UTF-8, got byte {line[error.start]:#04x} at column {error.start + 1}"
            return DataError(f"{path}:{number}: text {what}; convert the file.")
        except (ValueError, RecursionError) as error:
            return _no_object(path, number, line, error)
        if not isinstance(value, dict):
            what = f"got {type(value).__name__} {str(value)[:60]!r}"
            return DataError(f"{path}:{number}: a row must be a JSON object, {what}; mend it.")
    lines = data.split(b"\n")
    at, refusal = _outside_limits(lines, columns)
    return _no_object(path, first + at, lines[at], refusal)


def _outside_limits(
    lines: list[bytes], columns: Sequence[str]
) -> tuple[int, pl.exceptions.PolarsError | None]:
    """Find the line that Python reads and Polars does not: too deep, or a number too great."""

    def failure(count: int) -> pl.exceptions.PolarsError | None:
        try:
            parse_lines(b"\n".join(lines[:count]), columns)
        except pl.exceptions.PolarsError as error:
            return error
        return None

    at = bisect_left(range(len(lines) - 1), True, key=lambda at: failure(at + 1) is not None)
    return at, failure(at + 1)


def _no_object(path: Path, number: int, line: bytes, error: Exception | None) -> DataError:
    shown = line[:60].decode(errors="replace")
    return DataError(
        f"{path}:{number}: a line must be one JSON object ({error}), got {shown!r}; "
        "mend the line or leave it out."
    )


def _byte_blocks(path: Path) -> Iterator[bytes]:
    """Whole lines, some `BLOCK_BYTES` at a time, without a byte order mark."""
    with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
        rest = b""
        try:
            if (mark := file.read(len(codecs.BOM_UTF8))) != codecs.BOM_UTF8:
                rest = mark
            while chunk := file.read(BLOCK_BYTES):
                cut = chunk.rfind(b"\n") + 1
                if cut:
                    yield rest + chunk[:cut]
                    rest = chunk[cut:]
                else:
                    rest += chunk
        except (EOFError, OSError, zlib.error) as error:
            rule = "a .gz file must be complete" if path.suffix == ".gz" else "a file must be read"
            raise DataError(f"{path}: {rule}: {error}; copy it again.") from None
        if rest.strip():
            yield rest


def is_array(path: Path) -> bool:
    """Whether a .json file is one array rather than a row a line."""
    if path.suffix != ".json":
        return False
    with path.open("rb") as file:
        return file.read(64).removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"[")


def parse_lines(data: bytes, columns: Sequence[str]) -> pl.DataFrame:
    """The named columns of some lines; one that a row lacks is null there."""
    return pl.read_ndjson(io.BytesIO(data), schema=dict.fromkeys(columns, pl.String))


def _array(path: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    try:
        rows = json.loads(path.read_text(encoding="utf-8-sig"), parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"{path}: a .json file must be valid JSON in UTF-8: {error}; mend it."
        ) from None
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise DataError(
                f"{path}: row {number} must be a JSON object, got {str(row)[:60]!r}; mend it."
            )
    if not rows:
        return
    lines = [json.dumps(row).encode() for row in rows]
    try:
        yield parse_lines(b"\n".join(lines), columns)
    except pl.exceptions.PolarsError:
        at, refusal = _outside_limits(lines, columns)
        shown = lines[at][:60].decode()
        raise DataError(
            f"{path}: row {at} must be a JSON object ({refusal}), got {shown!r}; mend it."
        ) from None


def jsonl_blocks(path: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield the named columns of a JSONL file (gzipped too) or of a .json array, as text.

    Raises:
        DataError: a line is no JSON object; the message names it.
    """
    if is_array(path):
        yield from _array(path, columns)
        return
    line = 1
    for data in _byte_blocks(path):
        if not data.isspace():
            try:
                yield parse_lines(data, columns)
            except pl.exceptions.PolarsError:
                raise _bad_line(path, data, line, columns) from None
        line += data.count(b"\n")
