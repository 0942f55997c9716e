"""From flags and a recipe file to one recipe. Flags win."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crossfade_splits.errors import UsageError
from crossfade_splits.recipe import Recipe, load_recipe, parse_recipe

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


_COLUMNS = ("prompt", "target", "id", "source", "license", "topic", "difficulty", "cluster")
KEYS = {
    **{f"columns.{name}": f"{name}_column" for name in _COLUMNS},
    **{key: key for key in ("sft", "rl", "overlap", "stratify", "hold", "draws", "seed", "inject")},
    "decontaminate.benchmarks": "benchmark",
    "near.threshold": "threshold",
    "quality.verdicts": "verdicts",
    "format.system": "system",
    "format.prompt": "prompt_template",
    "format.completion": "completion_template",
}
"""Recipe key to the name of the flag that sets it."""


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    """Set `a.b` in nested plain data; nothing for None and for empty lists."""
    if value is None or value == () or value == []:
        return
    *parents, last = path.split(".")
    for name in parents:
        data = data.setdefault(name, {})
    data[last] = value


def _mixture(entries: Sequence[str]) -> dict[str, float]:
    out = {}
    for entry in entries:
        name, _, share = entry.rpartition("=")
        try:
            out[name] = float(share)
        except ValueError:
            name = ""
        if not name:
            raise UsageError(f"--mixture takes SOURCE=SHARE, got {entry!r}.")
    return out


def _source(spec: str, adapters: Mapping[str, object]) -> dict[str, str]:
    """A pool argument: PATH, or ADAPTER=PATH."""
    name, equals, path = spec.partition("=")
    return {"path": path, "adapter": name} if equals and name in adapters else {"path": spec}


def build(
    recipe: Path | None,
    pool: Sequence[str],
    mixture: Sequence[str],
    values: Mapping[str, Any],
    adapters: Mapping[str, object],
) -> Recipe:
    """Merge a recipe file with flags.

    Args:
        recipe: the file, if any.
        pool: pool arguments; given, they replace the file's.
        mixture: SOURCE=SHARE entries.
        values: dotted recipe keys to flag values; None where a flag was not given.
        adapters: known adapter names.

    Raises:
        UsageError: something needed is in neither.
    """
    data = load_recipe(recipe) if recipe else {}
    if pool:
        data["pool"] = [_source(spec, adapters) for spec in pool]
    for path, value in values.items():
        _put(data, path, value)
    if mixture:
        data["mixture"] = _mixture(mixture)
    for key, flag in (("pool", "POOL"), ("sft", "--sft"), ("rl", "--rl"), ("overlap", "--overlap")):
        if key not in data:
            raise UsageError(f"A request needs {flag}; give it, or `{key}` in a recipe (--recipe).")
    return parse_recipe(data)
