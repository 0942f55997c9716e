"""Files that appear at once and are the same bytes every time."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from crossfade_splits.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import polars as pl


def canonical_json(value: Any) -> str:
    """JSON with sorted keys: one text for one value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def write_rows(rows: pl.DataFrame, path: Path) -> None:
    """Write Parquet without anything that differs between two runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(path, compression="zstd", compression_level=3, row_group_size=50_000)


def _appear(folder: Path, out: Path) -> None:
    """Rename a folder, which is atomic and fails where another run was first."""
    try:
        os.rename(folder, out)  # noqa: PTH104 - `Path.rename` says nothing of folders that exist
    except OSError as error:
        if not out.exists():
            raise
        raise UsageError(
            f"The output folder must not exist, another run has written {out} meanwhile "
            f"({error.strerror}); use that or name another."
        ) from None


def _begin(work: Path, out: Path) -> None:
    try:
        work.parent.mkdir(parents=True, exist_ok=True)
        work.mkdir(mode=0o700)
    except OSError as error:
        raise UsageError(f"The output folder must be writable: {out}: {error}.") from None


@contextmanager
def staged(out: Path) -> Iterator[tuple[Path, Path]]:
    """Give a folder to fill and a scratch folder; the first becomes `out` if all goes well.

    Raises:
        UsageError: `out` exists already, also at the end, or cannot be written.
        DataError: a file cannot be read or written meanwhile; the disk may be full.
    """
    if out.exists():
        raise UsageError(
            f"The output folder must not exist, {out} does; remove it or name another."
        )
    work = out.parent / f".{out.name}-{secrets.token_hex(8)}"
    try:  # from before there is anything to remove: a signal may come between any two lines
        _begin(work, out)
        for name in ("result", "scratch"):
            (work / name).mkdir()
        yield work / "result", work / "scratch"
        _appear(work / "result", out)
    except OSError as error:
        free = shutil.disk_usage(work).free / 1e6
        raise DataError(
            f"Files must be readable and the disk must have room: {error}; {free:,.0f} MB are free "
            f"in {out.parent.resolve()}; make room or name an --out elsewhere."
        ) from None
    finally:
        shutil.rmtree(work, ignore_errors=True)
