"""Preflight of the command line's tasks before the model is loaded.

A task tries its checker, judge and data when it is built, which the harness does after it has
loaded the model. So our tasks among those asked for are built here once already; that is cheap,
and what worked is remembered for the second time.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from leaneval.errors import LeanevalError

if TYPE_CHECKING:
    from collections.abc import Iterable

_CLASS = "leaneval.tasks.dual.DualTask"


def preflight_or_exit(manager: Any, tasks: Iterable[Any]) -> None:
    """Build our tasks among `tasks`; on a failure say why and end the process with status 2.

    Args:
        manager: The harness' `TaskManager`.
        tasks: Names, or configurations read from YAML files.
    """
    try:
        for task in tasks:
            if _ours(manager, task) if isinstance(task, str) else _names_our_class(task):
                manager.load([task])
    except LeanevalError as error:
        sys.stderr.write(f"leaneval: {error}\n")
        raise SystemExit(2) from None


def _ours(manager: Any, name: str) -> bool:
    """Whether a task, or any member of a group or tag, is scored by `DualTask`."""
    entry = manager.task_index.get(name)
    if entry is None:
        return False
    if entry.kind.name in ("GROUP", "TAG"):
        listed = (entry.cfg or {}).get("task", [])
        members = {*entry.tags, *(item for item in listed if isinstance(item, str))} - {name}
        return any(_ours(manager, member) for member in members)
    return _names_our_class(entry.cfg)


def _names_our_class(config: Any) -> bool:
    """Whether a task's configuration names `DualTask`, as the index's text or already imported."""
    named = config.get("class", "") if isinstance(config, dict) else ""
    if isinstance(named, type):
        named = f"{named.__module__}.{named.__qualname__}"
    return str(named).endswith(_CLASS)
