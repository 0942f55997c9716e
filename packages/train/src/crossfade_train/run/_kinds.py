"""What each kind of stage does: a request and a folder in, paths of outputs out.

Everything heavy is imported inside, when its stage begins. `work` runs in every process of a stage;
`outputs` afterwards, in the process that scheduled it, from what lies in the folder alone.
"""

from __future__ import annotations

import gc
import json
import random
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossfade_train.run._metrics import MetricsLog

if TYPE_CHECKING:
    from crossfade_train.run._stage import Request

Work = Callable[["Request", Path], None]


def work(request: Request, folder: Path) -> None:
    """Do a stage's work in its folder.

    Raises:
        CrossfadeError: Something foreseen went wrong.
    """
    _seed(request)
    try:
        _WORK[request.kind](request, folder)
    finally:
        _release()


def _base(request: Request, folder: Path) -> None:
    make = request.table.get("make")
    if make is not None:
        from crossfade_train.peano import make_base
        from crossfade_train.recipe import BaseTable

        log = MetricsLog(folder / "metrics.jsonl")
        made = make_base(out=folder, table=BaseTable(**make), seed=request.seed, log=log)
    else:
        from crossfade_train.models import resolve

        made = resolve(request.table["base"], revision=request.table.get("revision"))
    (folder / "model.json").write_text(json.dumps({"path": str(made.resolve())}))


def _pool(request: Request, folder: Path) -> None:
    from crossfade_train.peano import make_pool

    make_pool(out=folder / "pool.jsonl", count=request.table["count"], seed=request.seed)


def _splits(request: Request, folder: Path) -> None:
    from crossfade_splits import make, parse_recipe

    table = dict(request.table)
    if "pool" in request.inputs:
        table["pool"] = [{"path": request.inputs["pool"].path}]
    make(parse_recipe(table), folder / "data")


def _sft(request: Request, folder: Path) -> None:
    from crossfade_train.sft import train_sft

    train_sft(**_training(request, folder))


def _grpo(request: Request, folder: Path) -> None:
    from crossfade_train.grpo import train_grpo
    from crossfade_train.recipe import RewardTable

    train_grpo(**_training(request, folder), reward=RewardTable(**request.table["reward"]))


def _training(request: Request, folder: Path) -> dict[str, Any]:
    from crossfade_train.data import DataRef

    data = request.inputs["data"]
    return {
        "model": request.inputs["model"].path,
        "data": DataRef(data.path, data.configuration),
        "out": folder,
        "arguments": {
            "run_name": request.name,
            **request.table["arguments"],
            "report_to": request.extra["report_to"],
        },
        "lora": request.table["lora"],
        "seed": request.seed,
        "log": MetricsLog(folder / "metrics.jsonl"),
    }


def _evaluate(request: Request, folder: Path) -> None:
    from crossfade_train.evaluate import evaluate
    from crossfade_train.recipe import EvaluateTable

    table = EvaluateTable(**request.table)
    evaluate(model=request.inputs["model"].path, out=folder, table=table, seed=request.seed)


_WORK: dict[str, Work] = {
    "base": _base,
    "pool": _pool,
    "splits": _splits,
    "sft": _sft,
    "grpo": _grpo,
    "evaluate": _evaluate,
}


def outputs(request: Request, folder: Path) -> dict[str, Path]:
    """The outputs that a stage left in its folder, by name."""
    if request.kind == "base":
        return {"model": Path(json.loads((folder / "model.json").read_text())["path"])}
    if request.kind == "pool":
        return {"pool": folder / "pool.jsonl"}
    if request.kind == "splits":
        return _sets(folder / "data")
    if request.kind == "evaluate":
        samples = sorted(folder.glob("samples_*.jsonl"))
        return {"results": folder / "results.json"} | {s.stem: s for s in samples}
    return {"model": folder / "model"}


def _sets(folder: Path) -> dict[str, Path]:
    """The sets of a data folder by what they are for: `sft/600/0.3`, `rl/0.3`."""
    claims = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["claims"]
    files = claims["files"]
    found: dict[str, Path] = {"manifest": folder / "manifest.json"}
    for condition in claims["overlap"]:
        at = f"{condition['requested']:g}"
        for role, name in (
            (f"rl/{at}", condition["name"]),
            (f"sft/{condition['base_sft']}/{at}", condition["sft"]),
        ):
            found[role] = folder / files[name]["file"]
    return found


def _seed(request: Request) -> None:
    """Start a stage from the same random state, whatever ran before it in this process."""
    random.seed(request.seed)
    if request.kind in ("pool", "splits"):
        return
    import numpy as np
    import torch

    np.random.seed(request.seed)
    torch.manual_seed(request.seed)
    threads = (request.extra.get("launch") or {}).get("threads")
    if threads:
        torch.set_num_threads(threads)


def _release() -> None:
    """Give a stage's device memory back before the next begins."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()
