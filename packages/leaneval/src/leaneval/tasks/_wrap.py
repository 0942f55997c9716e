"""What the hook does to the harness' three functions; see `leaneval._harness_hook`.

Invariant: whatever the harness did, it still does, with the same arguments and result.
"""

from __future__ import annotations

import functools
import inspect
from pathlib import Path
from typing import Any

from leaneval.tasks import FOLDER
from leaneval.tasks._early import preflight_or_exit
from leaneval.tasks._last import then_ours


def wrap(module: Any) -> None:
    """Wrap what the module, just executed, holds of `TaskManager`, `EvaluatorConfig` or `Run`."""
    if "TaskManager" in vars(module) and not _discovers(module):
        _add_folder(module.TaskManager)
    if "EvaluatorConfig" in vars(module):
        _try_early(module.EvaluatorConfig)
    command = vars(module).get("Run")
    if command is not None and "_execute" in vars(command):
        command._execute = staticmethod(then_ours(command._execute))


def discovers_tasks() -> bool:
    """Whether the harness that is installed scans the entry-point group `lm_eval.tasks` itself."""
    from lm_eval.tasks import manager

    return _discovers(manager)


def _discovers(module: Any) -> bool:
    source = inspect.getsource(module)
    return "entry_points" in source or '"lm_eval.tasks"' in source


def _add_folder(manager: Any) -> None:
    original = manager.__init__
    signature = inspect.signature(original)

    @functools.wraps(original)
    def init(*args: Any, **kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        given = bound.arguments.get("include_path") or []
        paths = list(given) if isinstance(given, (list, tuple)) else [given]
        # Before the user's own folders, so that theirs win; and once, or the harness warns of
        # every name.
        if bound.arguments.get("include_defaults", True) and not _among(paths):
            bound.arguments["include_path"] = [FOLDER, *paths]
        original(*bound.args, **bound.kwargs)

    manager.__init__ = init


def _among(paths: list[Any]) -> bool:
    return any(str(Path(path).resolve()) == FOLDER for path in paths)


def _try_early(config: Any) -> None:
    original = config.process_tasks

    @functools.wraps(original)
    def process_tasks(self: Any, metadata: dict[str, Any] | None = None) -> Any:
        if self.predict_only:  # nothing will be checked, so nothing need work here
            metadata = {"preflight": False} | (metadata or self.metadata or {})
        manager = original(self, metadata)
        preflight_or_exit(manager, self.tasks)
        return manager

    config.process_tasks = process_tasks
