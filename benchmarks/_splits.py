"""De-duplication and `make`, ours and the peers', each to be run in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

_SCHEMA = {"id": pl.String, "nl": pl.String}


def read(path: str) -> pl.DataFrame:
    """Ids and prompts of a pool; what works on them has been imported and used once."""
    frame = pl.read_ndjson(path, schema=_SCHEMA)
    for work in (exact, polars_unique):
        work(frame.head(100), path)
    return frame


def ready(path: str, *_: object) -> None:
    """Import what the others import, before the clocks start."""
    import crossfade_splits.make
    import crossfade_splits.pool  # noqa: F401


def polars_unique(frame: pl.DataFrame, path: str) -> Mapping[str, float]:
    """Equal bytes, the first stays."""
    return {"kept": frame.unique("nl", keep="first", maintain_order=True).height}


def exact(frame: pl.DataFrame, path: str) -> Mapping[str, float]:
    """Equal normal forms: Unicode, case, white space and LaTeX do not count."""
    from crossfade_splits.text import same_prompts

    return {"kept": frame.filter(same_prompts(frame["nl"]) == np.arange(len(frame))).height}


def stages(frame: pl.DataFrame, path: str) -> Mapping[str, float]:
    """The parts of `exact`, one after the other, in processor seconds each."""
    from crossfade_splits.text import _same, normalise_prompt

    texts, values = frame["nl"], {}

    def timed(name: str, act: Any) -> Any:
        started = time.process_time()
        found = act()
        values[f"{name}, s"] = time.process_time() - started
        return found

    timed("equal bytes", lambda: _same._again(texts.hash(seed=0)))
    once = texts.filter(texts.is_first_distinct())
    keys = timed("letter keys", lambda: pl.Series(_same._keys(once)))
    alike = timed("keys that occur again", lambda: once.gather(_same._again(keys)))
    timed("normal forms", lambda: normalise_prompt(alike))
    return values


def near(_: None, path: str) -> Mapping[str, float]:
    """Exact and near: reading, hashing, candidates, verified Jaccard, components."""
    from crossfade_splits.pool import cluster, ingest

    recipe = _recipe(path, {"prompt": "nl", "target": None}, 1, 1, [0], [])
    with tempfile.TemporaryDirectory() as scratch:
        pool = ingest(recipe, Path(scratch))
        return {"kept": len(cluster(pool, np.arange(len(pool)), recipe.near).keep)}


def rensa(_: None, path: str) -> Mapping[str, float]:
    """Rensa's LSH from Python as its README shows it: flags, nothing verified, no clusters."""
    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16)
    kept = 0
    with Path(path).open(encoding="utf-8") as file:
        for i, line in enumerate(file):
            text = " ".join(json.loads(line)["nl"].lower().split())
            minhash = RMinHash(num_perm=128, seed=42)
            minhash.update([text[k : k + 5] for k in range(max(1, len(text) - 4))])
            kept += not lsh.query(minhash)
            lsh.insert(i, minhash)
    return {"kept": kept}


def make(_: None, path: str, sft: int, rl: int, against: Sequence[str] = ()) -> Mapping[str, float]:
    """The whole of `make` at three overlaps, decontaminated against these benchmarks."""
    from crossfade_splits.make import make as run

    columns = {"prompt": "nl", "target": "lean4"}
    recipe = _recipe(path, columns, sft, rl, [0, 0.3, 1.0], against)
    with tempfile.TemporaryDirectory() as folder:
        made = run(recipe, Path(folder) / "out")
    return {"kept": made["pool"]["problems"], "benchmarks": len(against)}


def study(path: str, sft: int, rl: int) -> Mapping[str, float]:
    """The command line, its start included."""
    command = [str(Path(sys.executable).parent / "crossfade-splits"), "make", path]
    command += ["--sft", str(sft), "--rl", str(rl), "--overlap", "0", "0.3", "1.0"]
    command += ["--prompt-column", "nl", "--target-column", "lean4", "--out"]
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run([*command, f"{folder}/out"], check=False, capture_output=True)
        if done.returncode:
            raise RuntimeError(done.stderr.decode(errors="replace").strip().replace("\n", " "))
        return {"files": len(list(Path(folder).glob("out/data/*.parquet")))}


def _recipe(
    path: str, columns: Mapping[str, Any], sft: int, rl: int, overlap: list[float],
    against: Sequence[str],
) -> Any:  # fmt: skip
    from crossfade_splits.recipe import parse_recipe

    return parse_recipe(
        {
            "pool": [{"path": path}],
            "columns": dict(columns),
            "sft": [sft],
            "rl": [rl],
            "overlap": overlap,
            "decontaminate": {"benchmarks": list(against)},
        }
    )
