"""Lets plain `lm_eval --tasks gaokao_formal_dual` find this package's tasks.

A temporary backport of lm-evaluation-harness' pull request #4015 (tasks from entry points), which
no release holds yet. `leaneval_lm_eval.pth` imports this module at interpreter start; it puts one
finder on `sys.meta_path` and imports nothing. When the harness itself is imported, and only then,
two of its functions are wrapped: `TaskManager.__init__` adds our task folder, and the command
line's `process_tasks` tries checker, judge and data before the model is loaded.

It does nothing where the harness discovers the entry-point group `lm_eval.tasks` itself, and
nothing at all under `LEANEVAL_NO_HOOK=1`. Without it, use `--include_path`.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

MANAGER = "lm_eval.tasks.manager"
CONFIG = "lm_eval.config.evaluate_config"
# `pathlib` would cost every interpreter some milliseconds.
_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tasks")  # noqa: PTH100, PTH118, PTH120


class Finder:
    """Finds the two modules as usual, and wraps a function of each once it has been executed."""

    @staticmethod
    def find_spec(name: str, path: Any = None, target: ModuleType | None = None) -> Any:
        """The usual spec of the two modules, whose loader also wraps; None for all others."""
        if name not in (MANAGER, CONFIG):
            return None
        from importlib.machinery import PathFinder

        spec: ModuleSpec | None = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute, wrap = spec.loader.exec_module, _wrap_manager if name == MANAGER else _wrap_config

        def exec_module(module: ModuleType) -> None:
            execute(module)
            wrap(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def install() -> None:
    """Put the finder in place, once, unless it is switched off."""
    if os.environ.get("LEANEVAL_NO_HOOK", "") in ("", "0") and Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)


def _wrap_manager(module: Any) -> None:
    import functools
    import inspect

    source = inspect.getsource(module)
    if "entry_points" in source or '"lm_eval.tasks"' in source:
        return  # this harness finds plugins itself
    original = module.TaskManager.__init__
    signature = inspect.signature(original)

    @functools.wraps(original)
    def init(*args: Any, **kwargs: Any) -> None:
        bound = signature.bind(*args, **kwargs)
        given = bound.arguments.get("include_path") or []
        paths = list(given) if isinstance(given, (list, tuple)) else [given]
        if bound.arguments.get("include_defaults", True):
            # First, so that a user's own folder still wins over ours.
            bound.arguments["include_path"] = [_FOLDER, *paths]
        original(*bound.args, **bound.kwargs)

    module.TaskManager.__init__ = init


def _wrap_config(module: Any) -> None:
    import functools

    original = module.EvaluatorConfig.process_tasks

    @functools.wraps(original)
    def process_tasks(self: Any, metadata: dict[str, Any] | None = None) -> Any:
        if self.predict_only:  # nothing will be checked, so nothing need work here
            metadata = {"preflight": False} | (metadata or self.metadata or {})
        manager = original(self, metadata)
        from leaneval.tasks._early import preflight_or_exit

        preflight_or_exit(manager, self.tasks)
        return manager

    module.EvaluatorConfig.process_tasks = process_tasks


install()
