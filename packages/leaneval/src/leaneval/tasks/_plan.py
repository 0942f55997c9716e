"""What a task's configuration asks for: which problems, in which Lean world, measured how.

A task's YAML holds a table `leaneval` under `metadata`; its keys are the fields of `Settings`
(defaults, below the environment and `--metadata`) and those of `Plan`.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from leaneval.errors import UsageError
from leaneval.metrics import usable_k
from leaneval.profile import profile_of
from leaneval.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leaneval.profile import Profile

logger = logging.getLogger("lm_eval.leaneval")

TABLE = "leaneval"
# The harness mixes the model's arguments into the metadata; these are the model's, not Lean's.
_OF_THE_MODEL = frozenset({"batch_size", "max_batch_size"})


@dataclass(frozen=True, slots=True)
class Plan:
    """One task's request.

    Attributes:
        benchmark: Name of a benchmark, or the path of a JSON lines file of problems.
        profile: The problems' Lean world.
        style: `statement`: the model is asked for one theorem below a given preamble;
            `file`: for a whole file with its own header.
        settings: Resolved.
        task: The task's name.
    """

    benchmark: str
    profile: Profile
    style: Literal["statement", "file"]
    settings: Settings
    task: str = ""


def plan_of(config: Mapping[str, Any], environment: Mapping[str, str] | None = None) -> Plan:
    """Read a task's configuration, YAML and `--metadata` already merged by the harness.

    Raises:
        UsageError: A key or value is wrong, or no k fits the number of rollouts.
    """
    metadata = dict(config.get("metadata") or {})
    table = metadata.pop(TABLE, None)
    if not isinstance(table, dict) or "benchmark" not in table:
        raise UsageError(
            f"task {config.get('task')!r} must have a table `{TABLE}` with a `benchmark` in its "
            f"metadata, got {table!r}. The settings of a run are keys of --metadata itself, as in "
            '--metadata \'{"judge": "llm:gpt-5-mini"}\'.'
        )
    defaults = {"repeats": config.get("repeats", 8), **table}
    benchmark, profile = str(defaults.pop("benchmark")), defaults.pop("profile", "mathlib")
    style = defaults.pop("style", "statement")
    if style not in ("statement", "file"):
        raise UsageError(f"style is `statement` or `file`, got {style!r}")
    asked = {key: value for key, value in metadata.items() if key not in _OF_THE_MODEL}
    settings = Settings.resolve(defaults, os.environ if environment is None else environment, asked)
    _require_usable(settings)
    named = str(config.get("task") or "")
    return Plan(benchmark, profile_of(str(profile)), style, settings, named)


def _require_usable(settings: Settings) -> None:
    usable = usable_k(settings.k, settings.repeats)
    if not usable:
        raise UsageError(
            f"pass@k needs k <= repeats, got k = {', '.join(map(str, settings.k))} and "
            f"repeats = {settings.repeats}. Raise repeats or lower k by --metadata."
        )
    if dropped := sorted(set(settings.k) - set(usable)):
        _warn_once(
            f"k = {', '.join(map(str, dropped))} left out: more than the {settings.repeats} "
            "rollouts a problem"
        )


def warn_without_judge(settings: Settings) -> None:
    """Say once what is not measured, where there is no judge."""
    if settings.judge == "none":
        _warn_once(
            "no judge: only C@k (does it compile) is measured, not S@k (does it mean the same). "
            "Choose one by --metadata judge=llm:MODEL or LEANEVAL_JUDGE."
        )


@cache
def _warn_once(message: str) -> None:
    """Warn once a process; a task may be built twice."""
    logger.warning(message)
