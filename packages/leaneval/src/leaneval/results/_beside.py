"""What lies beside a samples file: the conditions that it was measured under.

lm-eval writes `samples_TASK_DATE.jsonl` and `results_DATE.json`; `crossfade` writes
`samples_TASK.jsonl` and a `results.json` that holds lm-eval's results under `harness`.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from leaneval.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

_NAME = re.compile(r"samples_(?P<task>.+?)(?:_(?P<date>\d{4}-\d\d-\d\dT[\d.:-]+))?")


@dataclass(frozen=True, slots=True)
class Beside:
    """What a samples file's name and its neighbour tell.

    Attributes:
        task: The task's name; empty where the file is not named as lm-eval names it.
        info: `leaneval.measure`'s conditions and counts; empty where there are none.
        model: As lm-eval names it, or empty.
        date: In the file's name, or empty.
    """

    task: str
    info: dict[str, Any] = field(default_factory=dict)
    model: str = ""
    date: str = ""


def beside(path: Path) -> Beside:
    """What a samples file's name and the results file beside it tell.

    Raises:
        DataError: There is a results file, and it is damaged.
    """
    named = _NAME.fullmatch(path.stem)
    if named is None:
        return Beside("")
    task, date = named["task"], named["date"] or ""
    results = path.with_name(f"results_{date}.json" if date else "results.json")
    if not results.is_file():
        return Beside(task, date=date)
    try:
        found = json.loads(results.read_text(encoding="utf-8"))
        found = found.get("harness", found)
        metadata = found.get("configs", {}).get(task, {}).get("metadata") or {}
        info = metadata.get("leaneval") or {}
        config = found.get("config") or {}
        model = found.get("model_name") or config.get("model") or ""
    except (ValueError, AttributeError) as error:
        raise DataError(
            f"{results} must be lm-eval's results, got {error}. Remove it to read the samples "
            "without the conditions that they were measured under."
        ) from error
    # a run of --predict_only has the task's own table there, and no measurement
    return Beside(task, info if "settings" in info else {}, str(model), date)
