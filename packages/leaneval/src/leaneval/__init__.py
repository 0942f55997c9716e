"""leaneval: compile and semantic pass@k for Lean 4 autoformalisation.

Importing this package imports nothing at all, not even `typing` (it happens at every start of the
interpreter, see `_harness_hook`); the names below load on first use.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from leaneval.errors import DataError, LeanevalError, UnavailableError, UsageError
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings
    from leaneval.types import DualScore, Problem, Score, Statement, Verdict

_HOME = {
    "Checker": "protocols",
    "DataError": "errors",
    "DualScore": "types",
    "Judge": "protocols",
    "LeanevalError": "errors",
    "Problem": "types",
    "Score": "types",
    "Settings": "settings",
    "Statement": "types",
    "UnavailableError": "errors",
    "UsageError": "errors",
    "Verdict": "types",
}

__all__ = [
    "Checker",
    "DataError",
    "DualScore",
    "Judge",
    "LeanevalError",
    "Problem",
    "Score",
    "Settings",
    "Statement",
    "UnavailableError",
    "UsageError",
    "Verdict",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'leaneval' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"leaneval.{_HOME[name]}"), name)
