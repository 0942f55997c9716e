"""Data-parallel runs: every rank scores its own documents; the run's facts are put together here.

Metric names depend on the whole run's missing share, and the harness needs the same names on all
ranks. Out of scope: launching; `torch.distributed` is used only where the model has started it.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.settings import Settings

_SUMMED = (
    "rollouts", "missing", "scores_unavailable", "verdict_cache_hits", "verdicts",
    "study_verdicts", "rejected_by_rule", "judge_usage", "score_flags", "flags",
    "flags_looked_at", "judges_passes", "empty",
)  # fmt: skip


def gather(info: dict[str, Any]) -> dict[str, Any]:
    """This rank's facts about its scoring, put together with those of all ranks."""
    torch = sys.modules.get("torch")
    distributed = getattr(torch, "distributed", None)
    if distributed is None or not distributed.is_available() or not distributed.is_initialized():
        return info
    infos: list[dict[str, Any]] = [{} for _ in range(distributed.get_world_size())]
    distributed.all_gather_object(infos, info)
    return merge(infos)


def merge(infos: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Counts added up, the longest time, and the rest from the first rank."""
    merged = dict(infos[0]) | {"ranks": len(infos)}
    for key in _SUMMED:
        values = [info[key] for info in infos if key in info]
        if values:
            merged[key] = _total(values)
    merged["seconds"] = max(info.get("seconds", 0.0) for info in infos)
    return merged


def _total(values: list[Any]) -> Any:
    if not isinstance(values[0], dict):
        return sum(values)
    total: Counter[str] = Counter()
    for value in values:
        total.update(value)
    return dict(total)


def share_of_this_rank(settings: Settings) -> Settings:
    """The settings with the asked-for workers divided among the ranks of this machine.

    Where none were asked for, the checker divides the machine itself.
    """
    local = int(os.environ.get("LOCAL_WORLD_SIZE", "1") or "1")
    if local <= 1 or settings.workers is None:
        return settings
    return settings.model_copy(update={"workers": max(1, settings.workers // local)})
