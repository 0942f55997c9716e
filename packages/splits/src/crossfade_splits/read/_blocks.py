"""Blocks of rows from files, folders and hubs, every column as text.

Memory is bounded by the block, not by the file. A column that a row lacks is null there. What
cannot be read is a `DataError` that names the file and, for JSONL, the line.
"""

from __future__ import annotations

import hashlib
import re
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from crossfade_splits.errors import UsageError
from crossfade_splits.read._arrow import hub_blocks, parquet_blocks
from crossfade_splits.read._folder import data_files
from crossfade_splits.read._jsonl import jsonl_blocks

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import polars as pl

_JSONL = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def files_of(spec: str, only: str | None = None) -> list[Path] | None:
    """The files behind a path, in order; None where it reads as a hub id.

    Args:
        spec: a file, a folder, a pattern (`data/train-*.parquet`) or a hub id.
        only: name of the one file that counts in a folder that has it.

    Raises:
        UsageError: there is no such file, or the folder holds none that can be read.
    """
    path = Path(spec)
    if path.is_file():
        return [path]
    if path.is_dir():
        return data_files(path, (*_JSONL, ".parquet"), only)
    if any(sign in spec for sign in "*?["):
        matches = set(glob(spec, recursive=True))  # noqa: PTH207 - paths glob no absolute pattern
        if found := sorted(p for p in map(Path, matches) if p.is_file()):
            return found
        raise UsageError(f"A pattern must match files, {spec!r} matches none; check the path.")
    if _HUB_ID.fullmatch(spec) and not spec.endswith((*_JSONL, ".parquet")):
        return None
    raise UsageError(
        f"A pool must be a file, a folder or a hub id (owner/name), {spec!r} is none; check the "
        "path."
    )


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def raw_blocks(
    spec: str, columns: Sequence[str], only: str | None = None
) -> Iterator[pl.DataFrame]:
    """Yield the named columns of a file, folder or hub data set, as text.

    Args:
        spec: what to read.
        columns: wanted columns; one that is not there is null.
        only: name of the one file that counts in a folder or hub data set.

    Raises:
        UsageError: there is no such input.
        DataError: it cannot be read; the message names file and line.
    """
    files = files_of(spec, only)
    if files is None:
        yield from hub_blocks(spec, columns, only)
        return
    for path in files:
        if path.name.endswith(".parquet"):
            yield from parquet_blocks(path, columns)
        elif path.name.endswith(_JSONL):
            yield from jsonl_blocks(path, columns)
        else:
            kinds = "JSONL, gzipped JSONL or Parquet"
            raise UsageError(
                f"A pool file must be {kinds} by its ending, got {path.name!r}; convert it."
            )
