"""Plain data as TOML, for the resolved recipe in the run folder.

Invariant: `tomllib.loads(dumps(data)) == data`, with None left out. Comments are not kept; the
recipe file has them.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def dumps(data: Mapping[str, Any], path: tuple[str, ...] = ()) -> str:
    """The TOML text of nested plain data; tables come after a table's own values."""
    given = {key: value for key, value in data.items() if value is not None}
    own = {k: v for k, v in given.items() if not isinstance(v, dict)}
    lines = [f"{_key(k)} = {_value(v)}" for k, v in own.items()]
    if path and (lines or not given):
        lines.insert(0, f"[{'.'.join(map(_key, path))}]")
    blocks = ["\n".join(lines)] if lines else []
    blocks += [dumps(v, (*path, k)).rstrip("\n") for k, v in given.items() if isinstance(v, dict)]
    return "\n\n".join(blocks) + "\n"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else str(value)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_value(v) for v in value if v is not None)}]"
    if isinstance(value, dict):
        cells = (f"{_key(k)} = {_value(v)}" for k, v in value.items() if v is not None)
        return "{ " + ", ".join(cells) + " }"
    return _text(str(value))
