"""The base of every table, and the words for what is wrong with one.

Invariant: a table is frozen and refuses keys it does not know, naming the nearest one it does.
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from crossfade_train.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Table(BaseModel):
    """One table of a recipe."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


T = TypeVar("T", bound=Table)


def unknown_key(where: str, key: str, known: Iterable[str]) -> str:
    """The message for a key that does not exist."""
    names = sorted(known)
    near = difflib.get_close_matches(key, names, n=1, cutoff=0.5)
    remedy = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(names[:40])}."
    return f"[{where}] has no key {key!r}; {remedy}"


def validate(model: type[T], data: Mapping[str, Any], source: str) -> T:
    """Build a table, or say everything that is wrong with its data.

    Raises:
        UsageError: A key is unknown, missing or out of its bounds.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        found = [dict(item) for item in error.errors()]
        own = [item for item in found if not _follows(item, found)]
        lines = [_explain(model, item).removesuffix(".") for item in own]
        ending = "" if lines[-1].endswith("?") else "."
        raise UsageError(f"{source}: " + "; ".join(lines) + ending) from None


def _follows(item: Mapping[str, Any], found: Iterable[Mapping[str, Any]]) -> bool:
    """Whether something is wrong with a list only because something is wrong inside it."""
    loc = item["loc"]
    return any(len(other["loc"]) > len(loc) and other["loc"][: len(loc)] == loc for other in found)


def _explain(model: type[Table], item: dict[str, Any]) -> str:
    path = [str(part) for part in item["loc"]]
    if item["type"] == "extra_forbidden":
        *parents, key = path
        return unknown_key(".".join(parents) or "recipe", key, _fields(model, parents))
    where = ".".join(path) or "recipe"
    said = item["msg"].removeprefix("Value error, ")
    if item["type"] == "missing":
        return f"{where} must be given, and is not."
    shown = "" if item["type"] == "value_error" else f", got {item['input']!r}"
    return f"{where}: {said}{shown}."


def _fields(model: type[Table], parents: list[str]) -> list[str]:
    """The keys of the table that a path of names leads to."""
    for name in parents:
        field = model.model_fields.get(name)
        kinds = (field.annotation, *get_args(field.annotation)) if field else ()
        inner = [k for k in kinds if isinstance(k, type) and issubclass(k, Table)]
        if not inner:
            return []
        model = inner[0]
    return list(model.model_fields)
