"""Exact de-duplication alone, polars' `unique` beside ours, and where our time goes.

Timed on both sides: from one frame in memory (columns `id` and `nl`, strings) to the frame of the
rows that stay, in one process, with the same threads, in turns; reading the file is timed once, by
itself. What differs is the rule: bytes on polars' side, the normal form on ours.
Run: python benchmarks/splits_exact.py POOL.jsonl [ROUNDS]; the pool comes from splits_corpus.py.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from crossfade_splits.text import _same, normalise_prompt, same_prompts

if TYPE_CHECKING:
    from collections.abc import Callable


def timed(work: Callable[[], Any]) -> tuple[float, float, Any]:
    """CPU seconds, wall seconds and the result."""
    cpu, wall = time.process_time(), time.perf_counter()
    result = work()
    return time.process_time() - cpu, time.perf_counter() - wall, result


def polars_unique(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.unique("nl", keep="first", maintain_order=True)


def by_normal_form(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.filter(same_prompts(frame["nl"]) == np.arange(len(frame)))


def stages(frame: pl.DataFrame) -> dict[str, Callable[[], Any]]:
    """The parts of our side, each to be timed by itself."""
    texts = frame["nl"]
    once = texts.filter(texts.is_first_distinct())
    keys = pl.Series(_same._keys(once))
    alike = once.gather(_same._again(keys))
    parts = [once.slice(at, _same._ROWS) for at in range(0, len(once), _same._ROWS)]
    return {
        "equal bytes: hash, copies": lambda: _same._again(texts.hash(seed=0)),
        "letter keys": lambda: _same._keys(once),
        "  of these: laying texts side by side": lambda: [len(p.str.join("\n\n")) for p in parts],
        "keys that occur again": lambda: _same._again(keys),
        f"normal forms of {len(alike):,}": lambda: normalise_prompt(alike),
    }


def main() -> None:
    path, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    schema = {"id": pl.String, "nl": pl.String}
    cpu, wall, frame = timed(lambda: pl.read_ndjson(path, schema=schema))
    print(f"{len(frame):,} rows, {pl.thread_pool_size()} threads, load {os.getloadavg()[0]:.1f}")
    print(f"{'':40} {'CPU s':>7} {'least':>7} {'wall s':>7} {'least':>7}      kept")
    print(f"{'reading the file':40} {cpu:7.2f} {'':>7} {wall:7.2f}")
    sides = {"polars unique, bytes": polars_unique, "exact by normal form": by_normal_form}
    runs: dict[str, list[tuple[float, float, Any]]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            cpu, wall, kept = timed(lambda side=side: side(frame))
            runs[name].append((cpu, wall, len(kept)))
    for name, work in stages(frame).items():
        runs[name] = [timed(work) for _ in range(rounds)]
    for name, run in runs.items():
        cpu, wall = [r[0] for r in run], [r[1] for r in run]
        kept = f"{run[0][2]:9,}" if name in sides else ""
        print(
            f"{name:40} {statistics.median(cpu):7.2f} {min(cpu):7.2f} "
            f"{statistics.median(wall):7.2f} {min(wall):7.2f} {kept}"
        )


if __name__ == "__main__":
    main()
