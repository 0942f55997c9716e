"""From a name or a file, with overrides, to a checked recipe."""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import UsageError
from crossfade_train.recipe._foreign import check_foreign
from crossfade_train.recipe._recipe import Recipe
from crossfade_train.recipe._table import validate
from crossfade_train.recipe._toml import dumps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FOLDER = Path(__file__).parent.parent / "recipes"


def shipped() -> dict[str, Path]:
    """The recipes that come with the package, by name."""
    paths = sorted(FOLDER.glob("*.toml"), key=lambda path: path.stem)
    return {path.stem: path for path in paths}


def load_recipe(name_or_path: str, overrides: Mapping[str, Any] | None = None) -> Recipe:
    """Read a recipe.

    Args:
        name_or_path: A shipped recipe's name, or a TOML file.
        overrides: Dotted keys (`grpo.learning_rate`) to values; they win over the file.

    Raises:
        UsageError: There is no such recipe, or something in it is not valid.
    """
    path = _find(name_or_path)
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"A recipe must be UTF-8 TOML: {path}: {error}.") from None
    for key, value in (overrides or {}).items():
        _put(data, key, value)
    recipe = validate(Recipe, data, str(path))
    check_foreign(recipe, str(path))
    return recipe


def _find(name_or_path: str) -> Path:
    known = shipped()
    if name_or_path in known:
        return known[name_or_path]
    path = Path(name_or_path).expanduser()
    if path.is_file():
        return path
    near = difflib.get_close_matches(name_or_path, known, n=1, cutoff=0.5)
    remedy = f"Did you mean {near[0]!r}?" if near else f"Shipped are: {', '.join(known)}."
    raise UsageError(f"A recipe is a shipped name or a file: {name_or_path!r} is neither. {remedy}")


def _put(data: dict[str, Any], key: str, value: Any) -> None:
    *parents, last = key.split(".")
    for name in parents:
        data = data.setdefault(name, {})
        if not isinstance(data, dict):
            raise UsageError(f"--set {key}: {name!r} is a value and not a table.")
    data[last] = value


def parse_overrides(given: Sequence[str]) -> dict[str, Any]:
    """`KEY=VALUE` texts as dotted keys to values; a value is TOML, a bare word a string.

    Raises:
        UsageError: A text has no `=` or no key.
    """
    found: dict[str, Any] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not key.strip() or not equals:
            raise UsageError(f"--set takes KEY=VALUE (grpo.learning_rate=1e-4), got {text!r}.")
        found[key.strip()] = _parse(value.strip())
    return found


def _parse(value: str) -> Any:
    try:
        return tomllib.loads(f"x = {value}")["x"]
    except tomllib.TOMLDecodeError:
        return value


def resolved(recipe: Recipe) -> str:
    """The recipe with every default written out, as TOML that `load_recipe` reads."""
    return dumps(recipe.model_dump(mode="json"))
