"""What of a run may be published: names without the folders of the machine that it ran on.

Out of scope: what a folder's own name gives away.
"""

from __future__ import annotations

import re

_PATH = re.compile(r"[~.]{0,2}[\\/]|[A-Za-z]:[\\/]|(?:[^\\/:]+[\\/]){2}")
"""From the root, from home, from here, from a drive, or more than one folder deep."""
_ANYONES = re.compile(r"model|final|merged|best|last|checkpoint-\d+")
"""Last parts that say nothing without the one before."""


def without_folders(name: str) -> str:
    """A model or a checker as a report names it.

    A path's last part, or its last two where any run's could be called so (`model`,
    `checkpoint-500`); a hub's `owner/name` and a URL stay whole.

    Args:
        name: A path, a name, or a spec such as `project:PATH`.
    """
    if "://" in name:
        return name
    if not _PATH.match(name) and ":" in name:
        kind, _, rest = name.partition(":")
        return f"{kind}:{without_folders(rest)}"
    parts = [part for part in re.split(r"[\\/]", name) if part]
    if not parts or not _PATH.match(name):
        return name
    return "/".join(parts[-2:] if _ANYONES.fullmatch(parts[-1]) else parts[-1:])
