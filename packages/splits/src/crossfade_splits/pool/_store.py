"""Where a pool's rows live.

Only a few numbers a row stay in memory (some 60 bytes and what the strata need); the rows, their
normal forms and their MinHash bands are files in a scratch folder, so that the size of a pool is
bounded by the disk. Nothing here depends on the order in which rows came.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from crossfade_splits.errors import DataError
from crossfade_splits.near import BANDS, SKETCH

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from numpy.typing import NDArray


def id_keys(ids: Iterable[str]) -> NDArray[np.uint64]:
    """A 64-bit key of each id: the same on every machine and in every version."""
    digests = [hashlib.blake2b(row_id.encode(), digest_size=8).digest() for row_id in ids]
    return np.frombuffer(b"".join(digests), dtype="<u8").astype(np.uint64, copy=False)


def id_key(row_id: str) -> int:
    """The key of one id."""
    return int(id_keys([row_id])[0])


def order_keys(keys: NDArray[np.uint64], seed: int, purpose: str) -> NDArray[np.uint64]:
    """A random order of rows that depends on their ids, the seed and the purpose only.

    The keys are mixed with the finaliser of SplitMix64 (Steele et al. 2014).
    """
    mixed = keys ^ np.uint64(id_key(f"{seed}/{purpose}"))
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


class Texts:
    """Many short texts in one file, read back by row."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._sizes: list[NDArray[np.int64]] = []
        self._starts: NDArray[np.int64] | None = None

    def append(self, texts: pl.Series) -> None:
        """Add a block of texts."""
        self._file.write("".join(texts.to_list()).encode())
        self._sizes.append(texts.str.len_bytes().to_numpy().astype(np.int64))

    def close(self) -> None:
        """Stop writing; from now on texts can be read."""
        self._file.close()
        sizes = np.concatenate([np.zeros(1, dtype=np.int64), *self._sizes])
        self._sizes = []
        self._starts = np.cumsum(sizes)

    def __call__(self, rows: NDArray[np.int64]) -> list[str]:
        """Return the texts of some rows."""
        assert self._starts is not None, "close() before reading"
        begin, end = self._starts[rows].tolist(), self._starts[rows + 1].tolist()
        if not self._starts[-1]:
            return [""] * len(begin)
        # Mapped anew for each call: what stays mapped would count as memory row by row.
        view = memoryview(np.memmap(self._path, dtype=np.uint8, mode="r").data)
        return [str(view[a:b], "utf-8") for a, b in zip(begin, end, strict=True)]


@dataclass
class Pool:
    """A pool that has been read.

    The arrays and the frame are aligned: index `i` is one row that passed the quality rules.
    """

    folder: Path
    texts: Texts
    ids: NDArray[np.uint64]
    """`id_key` of each row."""
    exact: NDArray[np.uint64]
    """Equal for equal normal forms (within this process only)."""
    numbers: NDArray[np.uint64]
    target: NDArray[np.uint64]
    """Equal for equal normalised targets; 0 where there is none."""
    facts: pl.DataFrame
    """`length`, `difficulty` (given or proxy), `source`, `topic`, `cluster`, extra strata."""
    usable: NDArray[np.bool_]
    """Rows with a target, where any row has one: SFT needs something to learn."""
    read: int
    """Rows read, before any was removed."""
    difficulty: str
    """Where difficulty comes from: `column`, `proxy` or `none`."""
    removed: list[pl.DataFrame] = field(default_factory=list)
    """Rows removed while reading: `id, source, reason, other, similarity`."""
    contamination: pl.DataFrame = field(default_factory=pl.DataFrame)
    """Every match with a benchmark: `row, benchmark, problem, reason, similarity`."""

    def __len__(self) -> int:
        return len(self.ids)

    def bands(self) -> Iterable[NDArray[np.uint64]]:
        """The MinHash bands, one at a time."""
        for band in range(BANDS):
            path = self.folder / f"band_{band:02}.u64"
            yield np.fromfile(path, dtype=np.uint64) if path.exists() else np.zeros(0, np.uint64)

    def sketches(self) -> NDArray[np.uint64]:
        """The MinHash sketches, one row for each row of the pool."""
        return np.fromfile(self.folder / "sketches.u64", dtype=np.uint64).reshape(-1, SKETCH)

    def take(self, rows: NDArray[np.int64]) -> pl.DataFrame:
        """Return the full rows at some indices, in that order."""
        wanted = pl.DataFrame({"row": rows, "at": np.arange(len(rows))})
        parts, low = [], 0
        for path in sorted(self.folder.glob("part_*.arrow")):
            part = pl.read_ipc(path).with_row_index("row", offset=low)
            low += len(part)
            part = part.with_columns(pl.col("row").cast(pl.Int64))
            parts.append(_apart(part.join(wanted, on="row")))
        return pl.concat(parts).sort("at").drop("row", "at")


def _apart(frame: pl.DataFrame) -> pl.DataFrame:
    """A frame that does not keep alive the memory of the larger one that it was taken from.

    Polars' selections point into the texts they come from; the older text layout is contiguous.
    """
    buffer = io.BytesIO()
    frame.write_ipc(buffer, compat_level=pl.CompatLevel.oldest())
    buffer.seek(0)
    return pl.read_ipc(buffer)


def check_ids(pool: Pool) -> None:
    """Refuse a pool in which an id occurs twice.

    Raises:
        DataError: names one such id.
    """
    ordered = np.sort(pool.ids)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return
    rows = np.flatnonzero(np.isin(pool.ids, twice))
    ids = pool.take(rows)["id"]
    shown = ids.filter(ids.is_duplicated()).sort()
    raise DataError(
        f"An id must name one row of the pool, {shown[0]!r} names "
        f"{(shown == shown[0]).sum()} ({len(twice)} such ids); make ids unique or name another "
        "--id-column."
    )
