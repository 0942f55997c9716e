"""Where two plain values differ."""

from __future__ import annotations

from typing import Any


def difference(claimed: Any, found: Any, path: str = "") -> str | None:
    """The first place in which two plain values differ, in words."""
    if isinstance(claimed, dict) and isinstance(found, dict):
        for key in sorted({*claimed, *found}):
            where = f"{path}.{key}" if path else str(key)
            if key not in claimed or key not in found:
                side = "claimed, not found" if key in claimed else "found, not claimed"
                return f"{where}: {side}"
            if inner := difference(claimed[key], found[key], where):
                return inner
        return None
    if isinstance(claimed, list) and isinstance(found, list):
        for index, (a, b) in enumerate(zip(claimed, found, strict=False)):
            if inner := difference(a, b, f"{path}[{index}]"):
                return inner
        if len(claimed) != len(found):
            return f"{path}: claimed {len(claimed)} entries, found {len(found)}"
        return None
    same = claimed == found and isinstance(claimed, bool) == isinstance(found, bool)
    return None if same else f"{path}: claimed {claimed!r}, found {found!r}"
