"""Evaluation of one model by lm-eval, the same task and code path that strangers use.

Invariant: every condition is decoded alike and draws from the same random numbers: each batch of
requests begins with the generator in a state that depends on the seed and the batch alone, so two
models that agree on a token's probabilities draw the same token, and the difference between two
conditions carries little of the sampling's noise. `results.json` appears last; without it an
evaluation did not happen. Out of scope: comparing conditions (`report`).
"""

from __future__ import annotations

import json
import logging
import time
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import DataError, UnavailableError, UsageError
from crossfade_train.recipe import unknown_key
from crossfade_train.run._files import write_json, write_text
from crossfade_train.run._metrics import MetricsLog

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from lm_eval.api.model import LM

    from crossfade_train.recipe import EvaluateTable

_PREFIX = "samples_"
_FILTER = ",dual"
"""Name under which the harness files leaneval's metrics, part of its keys."""


def evaluate(*, model: str, out: Path, table: EvaluateTable, seed: int) -> dict[str, Any]:
    """Generate, score, and write `results.json` and one `samples_TASK.jsonl` a task.

    `metrics.jsonl` tells the share of rollouts drawn meanwhile (backend `hf`).

    Args:
        model: A folder or hub id.
        out: The folder to write into.
        table: Tasks and decoding.
        seed: Of the generation; give every condition the same.

    Returns:
        What `results.json` holds: `metrics` (task -> name -> value, with `NAME_stderr` beside it),
        `harness` (lm-eval's own results, without samples), `seconds` and `decoding`.

    Raises:
        UsageError: A task or setting does not exist.
        DataError: The model cannot be read.
        UnavailableError: Checker, judge or data cannot be had.
    """
    started = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    (out / "results.json").unlink(missing_ok=True)
    _settings(table)  # refused before the model is loaded
    tell = _teller(out / "metrics.jsonl")
    found = _simple_evaluate(_loaded(model, table, seed, tell), table, seed)
    for task, rows in found.pop("samples").items():
        _write_samples(out / f"{_PREFIX}{task}.jsonl", rows)
    result = {
        "metrics": {task: _metrics(values) for task, values in found["results"].items()},
        "decoding": _decoding(table) | {"seed": seed},
        "seconds": round(time.monotonic() - started, 1),
        "harness": found,
    }
    plain: dict[str, Any] = json.loads(json.dumps(result, ensure_ascii=False, default=str))
    write_json(out / "results.json", plain)
    return plain


def _decoding(table: EvaluateTable) -> dict[str, Any]:
    sampled = table.temperature > 0
    kwargs: dict[str, Any] = {"do_sample": sampled, "max_gen_toks": table.max_gen_toks}
    return kwargs | ({"temperature": table.temperature, "top_p": table.top_p} if sampled else {})


def _teller(path: Path) -> Callable[[float], None]:
    """Writes the share of rollouts drawn, each time it has grown by a percent."""
    log, last = MetricsLog(path), [0]

    def tell(share: float) -> None:
        if int(100 * share) > last[0]:
            last[0] = int(100 * share)
            log.write("evaluate", last[0], {"progress": share})

    return tell


def _loaded(model: str, table: EvaluateTable, seed: int, tell: Callable[[float], None]) -> LM:
    """The harness' model.

    Raises:
        DataError: It cannot be read.
    """
    from crossfade_train._harness import model_of

    try:
        return model_of(model, table, seed, tell)
    except (OSError, ValueError, ImportError) as error:
        raise DataError(
            f"{model} must be a model that the {table.backend!r} backend can load: {error}"
        ) from error


def _simple_evaluate(model: LM, table: EvaluateTable, seed: int) -> dict[str, Any]:
    from lm_eval import simple_evaluate

    from crossfade_train._harness import tasks_of
    from leaneval import errors as theirs

    logging.getLogger("lm_eval").setLevel(logging.WARNING)
    try:
        found = simple_evaluate(
            model=model,
            tasks=list(table.tasks),
            limit=table.limit,
            apply_chat_template=True,
            gen_kwargs=_decoding(table),
            task_manager=tasks_of(table.tasks, _settings(table)),
            bootstrap_iters=0,
            torch_random_seed=seed,
        )
    except theirs.UsageError as error:
        raise UsageError(f"evaluate: {error}") from error
    except theirs.UnavailableError as error:
        raise UnavailableError(f"evaluate: {error}") from error
    except KeyError as error:
        raise UsageError(f"evaluate.tasks must be tasks of lm-eval, got {error}") from error
    assert found is not None, "one process"
    return dict(found)


def _settings(table: EvaluateTable) -> dict[str, Any]:
    """Leaneval's settings, as `--metadata` gives them, where misspelt ones would pass unseen."""
    from leaneval.settings import Settings

    for key in table.settings:
        if key not in Settings.model_fields:
            raise UsageError(unknown_key("evaluate.settings", key, Settings.model_fields))
    chosen = {"checker": table.checker, "judge": table.judge, "repeats": table.repeats}
    return {key: value for key, value in chosen.items() if value is not None} | table.settings


def _metrics(values: Mapping[str, Any]) -> dict[str, float]:
    """`C@1,dual` and `C@1_stderr,dual` as `C@1` and `C@1_stderr`."""
    return {
        key.removesuffix(_FILTER): float(value)
        for key, value in values.items()
        if key.endswith(_FILTER) and isinstance(value, (int, float))
    }


def _write_samples(path: Path, rows: Sequence[Mapping[str, Any]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
    write_text(path, "".join(lines))
