"""Lets plain `lm_eval --tasks gaokao_formal_dual` find this package's tasks.

A temporary backport of lm-evaluation-harness' pull request #4015 (tasks from entry points), which
no release holds yet. `leaneval_lm_eval.pth` imports this module at interpreter start; it puts one
finder on `sys.meta_path` and imports nothing. When the harness itself is imported, and only then,
three of its functions are wrapped: `TaskManager.__init__` adds our task folder, the command line's
`process_tasks` tries checker, judge and data before the model is loaded, and its `_execute` ends
with our table.

It does nothing where the harness discovers the entry-point group `lm_eval.tasks` itself, and
nothing at all under `LEANEVAL_NO_HOOK=1`. Without it, use `--include_path`.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

_WRAPPED = ("lm_eval.tasks.manager", "lm_eval.config.evaluate_config", "lm_eval._cli.run")


class Finder:
    """Finds the modules as usual, and wraps a function of each once it has been executed."""

    @staticmethod
    def find_spec(name: str, path: "Any" = None, target: "ModuleType | None" = None) -> "Any":
        """The usual spec of these modules, whose loader also wraps; None for all others."""
        if name not in _WRAPPED:
            return None
        from importlib.machinery import PathFinder

        spec: ModuleSpec | None = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        execute = spec.loader.exec_module

        def exec_module(module: "ModuleType") -> None:
            execute(module)
            from leaneval.tasks._wrap import wrap

            wrap(module)

        spec.loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec


def install() -> None:
    """Put the finder in place, once, unless it is switched off."""
    if os.environ.get("LEANEVAL_NO_HOOK", "") in ("", "0") and Finder not in sys.meta_path:
        sys.meta_path.insert(0, Finder)


install()
