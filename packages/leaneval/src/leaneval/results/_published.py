"""What of a run may be published: names without the folders of the machine that it ran on.

Out of scope: what a folder's own name gives away.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_PATH = re.compile(r"[~.]{0,2}[\\/]|[A-Za-z]:[\\/]|(?:[^\\/:]+[\\/]){2}")
"""From the root, from home, from here, from a drive, or more than one folder deep."""
_ANYONES = re.compile(r"model|final|merged|best|last|checkpoint-\d+")
"""Last parts that say nothing without the one before."""


def told_apart(names: Iterable[str]) -> dict[str, str]:
    """Each name `without_folders`, with as many of its last folders as tell it from the others."""
    whole = set(names)
    for kept in range(1, max((len(_parts(name)) for name in whole), default=0) + 1):
        short = {name: without_folders(name, kept) for name in whole}
        if len(set(short.values())) == len(whole):
            return short
    return {name: name for name in whole}


def without_folders(name: str, kept: int = 1) -> str:
    """A model, a judge or a checker as a report names it.

    A path's last part, or its last two where any run's could be called so (`model`,
    `checkpoint-500`); a hub's `owner/name` and a URL stay whole.

    Args:
        name: A path, a name, or a spec such as `project:PATH`.
        kept: Parts of a path that stay at least.
    """
    if "://" in name:
        return name
    if not _PATH.match(name) and ":" in name:
        kind, _, rest = name.partition(":")
        return f"{kind}:{without_folders(rest, kept)}"
    parts = _parts(name)
    if not parts or not _PATH.match(name):
        return name
    return "/".join(parts[-max(kept, 2 if _ANYONES.fullmatch(parts[-1]) else 1) :])


def _parts(name: str) -> list[str]:
    return [part for part in re.split(r"[\\/]", name) if part]
