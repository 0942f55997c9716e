"""Files that appear at once and are the same bytes every time."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossfade_splits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl


def canonical_json(value: Any) -> str:
    """JSON with sorted keys: one text for one value."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1) + "\n"


def write_rows(rows: pl.DataFrame, path: Path) -> None:
    """Write Parquet without anything that differs between two runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.write_parquet(path, compression="zstd", compression_level=3, row_group_size=50_000)


@contextmanager
def staged(out: Path) -> Iterator[tuple[Path, Path]]:
    """Give a folder to fill and a scratch folder; the first becomes `out` if all goes well.

    Raises:
        UsageError: `out` exists already, or cannot be written.
    """
    if out.exists():
        raise UsageError(
            f"The output folder must not exist, {out} does; remove it or name another."
        )
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    except OSError as error:
        raise UsageError(f"The output folder must be writable: {out}: {error}.") from None
    try:
        for name in ("result", "scratch"):
            (work / name).mkdir()
        yield work / "result", work / "scratch"
        os.rename(work / "result", out)  # noqa: PTH104 - atomic, and fails if `out` has appeared
    finally:
        shutil.rmtree(work, ignore_errors=True)
