"""Blocks of rows from files and hubs, every column as text.

Memory is bounded by the block, not by the file. A column that a row lacks is null there. What
cannot be read is a `DataError` that names the file and, for JSONL, the line.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from crossfade_splits.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

BLOCK_BYTES = 48_000_000
BLOCK_ROWS = 100_000
_JSONL = (".jsonl", ".ndjson", ".json", ".jsonl.gz", ".ndjson.gz", ".json.gz")
_HUB_ID = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")


def files_of(spec: str, only: str | None = None) -> list[Path] | None:
    """The files behind a path, in order; None where it reads as a hub id.

    Args:
        spec: a file, a folder or a hub id.
        only: name of the one file that counts in a folder that has it.

    Raises:
        UsageError: there is no such file, or the folder holds none that can be read.
    """
    path = Path(spec)
    if path.is_file():
        return [path]
    if path.is_dir():
        found = sorted(f for f in path.rglob("*") if f.name.endswith((*_JSONL, ".parquet")))
        if not found:
            raise UsageError(f"A pool folder must hold .jsonl, .jsonl.gz or .parquet files: {spec}")
        return [f for f in found if f.name == only] or found
    if _HUB_ID.fullmatch(spec) and not spec.endswith((*_JSONL, ".parquet")):
        return None
    raise UsageError(f"A pool must be a file, a folder or a hub id (owner/name): no {spec!r} here.")


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _bad_line(path: Path, data: bytes, first: int) -> DataError:
    """Find the line that made a block unreadable."""
    for number, line in enumerate(data.split(b"\n"), first):
        try:
            value = json.loads(line.decode()) if line.strip() else {}
        except UnicodeDecodeError as error:
            what = f"must be UTF-8, got byte {line[error.start]:#04x} at column {error.start + 1}"
            return DataError(f"{path}:{number}: text {what}; convert the file.")
        except ValueError as error:
            shown = line[:60].decode(errors="replace")
            return DataError(
                f"{path}:{number}: a line must be one JSON object ({error}): {shown!r}"
            )
        if not isinstance(value, dict):
            what = f"got {type(value).__name__} {str(value)[:60]!r}"
            return DataError(f"{path}:{number}: a row must be a JSON object, {what}.")
    return DataError(f"{path}: lines from {first} cannot be read as JSON objects.")


def _byte_blocks(path: Path) -> Iterator[bytes]:
    with gzip.open(path) if path.name.endswith(".gz") else path.open("rb") as file:
        rest = b""
        try:
            while chunk := file.read(BLOCK_BYTES):
                cut = chunk.rfind(b"\n") + 1
                if cut:
                    yield rest + chunk[:cut]
                    rest = chunk[cut:]
                else:
                    rest += chunk
        except (EOFError, OSError) as error:
            raise DataError(
                f"{path}: a .gz file must be complete: {error}; copy it again."
            ) from None
        if rest.strip():
            yield rest


def _is_array(path: Path) -> bool:
    """Whether a .json file is one array rather than a row a line."""
    with path.open("rb") as file:
        return path.suffix == ".json" and file.read(64).lstrip().startswith(b"[")


def _json_array(path: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    try:
        rows = json.loads(path.read_bytes())
    except ValueError as error:
        raise DataError(f"{path}: a .json file must be valid JSON in UTF-8: {error}.") from None
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise DataError(f"{path}: row {number} must be a JSON object, got {str(row)[:60]!r}.")
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    if rows:
        yield pl.read_ndjson(io.BytesIO(lines), schema=dict.fromkeys(columns, pl.String))


def _jsonl(path: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    if _is_array(path):
        yield from _json_array(path, columns)
        return
    schema = dict.fromkeys(columns, pl.String)
    line = 1
    for data in _byte_blocks(path):
        if data.strip():
            try:
                yield pl.read_ndjson(io.BytesIO(data), schema=schema)
            except pl.exceptions.PolarsError:
                raise _bad_line(path, data, line) from None
        line += data.count(b"\n")


def _as_text(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """The wanted columns as text; nested values as JSON, absent columns as nulls."""
    out = []
    for name in columns:
        if name not in frame.columns:
            out.append(pl.lit(None, dtype=pl.String).alias(name))
        elif isinstance(frame.schema[name], pl.Struct):
            out.append(pl.col(name).struct.json_encode())
        elif frame.schema[name].is_nested():
            wrapped = pl.struct(pl.col(name).alias("v")).struct.json_encode()
            out.append(wrapped.str.slice(5).str.head(-1).alias(name))
        else:
            out.append(pl.col(name).cast(pl.String))
    return frame.select(out)


def _parquet(path: Path, columns: Sequence[str]) -> Iterator[pl.DataFrame]:
    try:
        scan = pl.scan_parquet(path)
        present = [name for name in scan.collect_schema().names() if name in columns]
        rows = scan.select(pl.len()).collect().item()
        for at in range(0, rows, BLOCK_ROWS):
            part = scan.select(present).slice(at, BLOCK_ROWS).collect()
            # Without any wanted column a selection has no rows; keep their number.
            height = min(BLOCK_ROWS, rows - at)
            whole = part if present else pl.DataFrame({"": [None] * height})
            yield _as_text(whole, columns)
    except (pl.exceptions.PolarsError, OSError) as error:
        first = str(error).splitlines()[0][:160]
        raise DataError(
            f"{path}: a Parquet file must be complete and readable: {first}; copy it again."
        ) from None


def _hub(spec: str, columns: Sequence[str], only: str | None = None) -> Iterator[pl.DataFrame]:
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
        yield _as_text(pl.DataFrame(batch), columns)


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
        yield from _hub(spec, columns, only)
        return
    for path in files:
        if path.name.endswith(".parquet"):
            yield from _parquet(path, columns)
        elif path.name.endswith(_JSONL):
            yield from _jsonl(path, columns)
        else:
            kinds = "JSONL, gzipped JSONL or Parquet"
            raise UsageError(f"A pool file must be {kinds} by its ending, got {path.name!r}.")
