"""Time and memory of de-duplication and of `make`, beside the peers, on the same file.

Each method runs in a process of its own, reading included, so that peak memory is its own. Run:
python benchmarks/splits_speed.py POOL.jsonl [METHOD...]; the pool comes from splits_corpus.py. A
method named several times is run as often, in that order, so that peers can take turns. `study` is
the command line with the study's sizes; give it a pool of 60,000.
Peers (not dependencies of the project): pip install rensa datasketch.
"""

from __future__ import annotations

import importlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def polars_exact(path: str) -> int:
    import polars as pl

    frame = pl.read_ndjson(path, schema={"id": pl.String, "nl": pl.String})
    return frame.unique("nl", keep="first", maintain_order=True).height


def crossfade_exact(path: str) -> int:
    """Exact de-duplication by normal form: Unicode, case, white space and LaTeX do not count."""
    import numpy as np
    import polars as pl

    from crossfade_splits.text import same_prompts

    frame = pl.read_ndjson(path, schema={"id": pl.String, "nl": pl.String})
    return frame.filter(same_prompts(frame["nl"]) == np.arange(len(frame))).height


def crossfade_keys(path: str) -> int:
    """The step alone, on texts taken as normal forms: a key a row, the lowest id of each key."""
    import numpy as np
    import polars as pl

    from crossfade_splits.pool._identity import _same

    frame = pl.read_ndjson(path, schema={"id": pl.String, "nl": pl.String})
    keys = frame["nl"].hash(seed=0).to_numpy()
    leader = _same(keys, frame["id"].hash(seed=0).to_numpy())
    return frame.filter(leader == np.arange(len(frame))).height


def crossfade_near(path: str) -> int:
    """Exact and near, verified, clustered: reading, hashing, candidates, Jaccard, components."""
    import numpy as np

    from crossfade_splits.pool import cluster, ingest
    from crossfade_splits.recipe import parse_recipe

    recipe = parse_recipe(
        {
            "pool": [{"path": path}],
            "columns": {"prompt": "nl", "target": None},
            "sft": [1],
            "rl": [1],
            "overlap": [0],
        }
    )
    with tempfile.TemporaryDirectory() as scratch:
        pool = ingest(recipe, Path(scratch))
        return len(cluster(pool, np.arange(len(pool)), recipe.near).keep)


def rensa_near(path: str) -> int:
    """Rensa's LSH from Python as its README shows it: flags, nothing verified, no clusters."""
    import json

    from rensa import RMinHash, RMinHashLSH

    lsh = RMinHashLSH(threshold=0.7, num_perm=128, num_bands=16)
    kept = 0
    with Path(path).open() as file:
        for i, line in enumerate(file):
            text = " ".join(json.loads(line)["nl"].lower().split())
            minhash = RMinHash(num_perm=128, seed=42)
            minhash.update([text[k : k + 5] for k in range(max(1, len(text) - 4))])
            kept += not lsh.query(minhash)
            lsh.insert(i, minhash)
    return kept


def make(path: str) -> int:
    from crossfade_splits.make import make as run
    from crossfade_splits.recipe import parse_recipe

    benchmarks = ["gaokao-formal", "putnambench"] if "CROSSFADE_DATA" in os.environ else []
    recipe = parse_recipe(
        {
            "pool": [{"path": path}],
            "columns": {"prompt": "nl", "target": "lean4"},
            "sft": [20000],
            "rl": [16000],
            "overlap": [0, 0.3, 1.0],
            "decontaminate": {"benchmarks": benchmarks},
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        return run(recipe, Path(folder) / "out")["pool"]["problems"]


def study(path: str) -> int:
    """The command line, start-up included, with the study's sizes."""
    command = [str(Path(sys.executable).parent / "crossfade-splits"), "make", path]
    command += ["--sft", "20000", "--rl", "16000", "--overlap", "0", "0.3", "1.0"]
    command += ["--prompt-column", "nl", "--target-column", "lean4", "--out"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*command, f"{folder}/out"], check=True, capture_output=True)
        return len(list(Path(folder).glob("out/data/*.parquet")))


_ALL = (polars_exact, crossfade_exact, crossfade_keys, crossfade_near, rensa_near, make, study)
METHODS = {method.__name__: method for method in _ALL}
MODULES = {
    "crossfade_exact": ("numpy", "crossfade_splits.text"),
    "crossfade_keys": ("numpy", "crossfade_splits.pool"),
    "crossfade_near": ("numpy", "crossfade_splits.pool"),
    "rensa_near": ("rensa",),
    "make": ("crossfade_splits.make",),
}


def spent() -> tuple[float, float]:
    """CPU seconds of this process and its children, and the larger peak in MB."""
    own, children = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    cpu = sum(usage.ru_utime + usage.ru_stime for usage in (own, children))
    return cpu, max(own.ru_maxrss, children.ru_maxrss) / 1024


def one(name: str, path: str) -> None:
    """Run one method; what it imports is imported before the clock starts (not for `study`)."""
    for module in ("polars", *MODULES.get(name, ())):
        importlib.import_module(module)
    before, _ = spent()
    started = time.perf_counter()
    kept = METHODS[name](path)
    wall = time.perf_counter() - started
    cpu, peak = spent()
    print(f"{wall:.2f} {cpu - before:.2f} {peak:.0f} {kept}")


def main() -> None:
    if sys.argv[1] == "--one":
        one(sys.argv[2], sys.argv[3])
        return
    print(f"{'method':18} {'wall s':>7} {'cpu s':>7} {'peak MB':>8} {'kept':>9}  load")
    for name in sys.argv[2:] or METHODS:
        load = os.getloadavg()[0]
        command = [sys.executable, __file__, "--one", name, sys.argv[1]]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name:18} failed: {done.stderr.strip().splitlines()[-1][:120]}")
            continue
        wall, cpu, memory, kept = done.stdout.split()
        print(f"{name:18} {wall:>7} {cpu:>7} {memory:>8} {int(kept):>9,}  {load:.1f}")


if __name__ == "__main__":
    main()
