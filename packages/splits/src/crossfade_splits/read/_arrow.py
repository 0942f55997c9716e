"""Rows of Parquet files and of hub data sets, block by block, every column as text.

A nested value is the JSON that a JSONL file of the same rows would hold, so that the kind of file
makes no difference.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import polars as pl

from crossfade_splits.errors import DataError, UsageError
from crossfade_splits.read._jsonl import parse_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

BLOCK_ROWS = 100_000


def _not_text(name: str, holds: str, whence: str) -> DataError:
    return DataError(
        f"{whence}: a column must hold text, numbers or nested values of these, {name!r} holds "
        f"{holds}; convert it to text."
    )


def _flat(frame: pl.DataFrame, name: str, whence: str) -> pl.Series:
    """A column of plain values as text."""
    try:
        return frame[name].cast(pl.String)
    except pl.exceptions.PolarsError as error:
        holds = f"{frame.schema[name]} ({str(error).splitlines()[0][:100]})"
        raise _not_text(name, holds, whence) from None


def _holds_bytes(kind: pl.DataType) -> bool:
    """Whether a type has something within that JSON has no word for, such as an image's bytes."""
    inner = [getattr(kind, "inner", None), *(f.dtype for f in getattr(kind, "fields", ()))]
    return kind in (pl.Binary, pl.Object) or any(_holds_bytes(part) for part in inner if part)


def _nested(frame: pl.DataFrame, names: Sequence[str], whence: str) -> pl.DataFrame:
    """Columns of nested values as JSON text, the way JSONL is read."""
    for name in names:
        if _holds_bytes(frame.schema[name]):  # writing them would be a panic, which is no error
            raise _not_text(name, f"bytes ({str(frame.schema[name])[:100]})", whence)
    lines = io.BytesIO()
    frame.select(names).write_ndjson(lines)
    return parse_lines(lines.getvalue(), names)


def as_text(frame: pl.DataFrame, columns: Sequence[str], whence: str) -> pl.DataFrame:
    """The wanted columns as text; absent ones are null.

    Raises:
        DataError: a column holds what cannot be said as text; the message names it.
    """
    if frame.is_empty():
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.String))
    nested = [name for name in columns if name in frame.schema and frame.schema[name].is_nested()]
    said = _nested(frame, nested, whence) if nested else pl.DataFrame()
    absent = pl.repeat(None, len(frame), dtype=pl.String, eager=True)
    return pl.DataFrame(
        {
            name: said[name]
            if name in nested
            else _flat(frame, name, whence)
            if name in frame.columns
            else absent
            for name in columns
        }
    )


def parquet_blocks(path: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    """Yield the named columns of a Parquet file, as text.

    Raises:
        DataError: the file is broken, or a column cannot be said as text.
    """
    try:
        scan = pl.scan_parquet(path)
        present = [name for name in scan.collect_schema().names() if name in columns]
        rows = scan.select(pl.len()).collect().item()
        for at in range(0, rows, BLOCK_ROWS):
            part = scan.select(present).slice(at, BLOCK_ROWS).collect()
            # Without any wanted column a selection has no rows; keep their number.
            height = min(BLOCK_ROWS, rows - at)
            whole = part if present else pl.DataFrame({"": [None] * height})
            yield as_text(whole, columns, str(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).splitlines()[0][:160]
        raise DataError(
            f"{path}: a Parquet file must be complete and readable: {first}; copy it again."
        ) from None


def hub_blocks(
    spec: str, columns: Sequence[str], only: str | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the named columns of a hub data set's split `train`, as text.

    Raises:
        UsageError: the extra is not installed.
        DataError: the data set cannot be had.
    """
    try:
        import datasets
    except ImportError:
        raise UsageError(
            f"Reading {spec} from a hub needs the extra: pip install 'crossfade-splits[hub]'."
        ) from None
    try:
        data = datasets.load_dataset(spec, data_files=only, split="train")
    except Exception as error:
        raise DataError(
            f"{spec}: a hub data set must be reachable and have a split named train: {error}. "
            "Download it and give the folder instead."
        ) from None
    for batch in data.with_format("arrow").iter(batch_size=BLOCK_ROWS):
        yield as_text(pl.DataFrame(batch), columns, spec)
