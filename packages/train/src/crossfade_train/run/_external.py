"""Models and data that were not made by the run: a path, or a hub id."""

from __future__ import annotations

import re
from pathlib import Path

from crossfade_train.errors import DataError
from crossfade_train.run._files import digest_of, tree_digest
from crossfade_train.run._stage import Artefact

_HUB_ID = re.compile(r"[\w.-]+/[\w.-]+")


def external(reference: str, *, configured: bool = False) -> Artefact:
    """Something that a stage reads and no stage made.

    Args:
        reference: A path or a hub id; where `configured`, `:CONFIGURATION` may follow. A hub id
            stands for itself: what it points to today is not looked at.
        configured: Whether a configuration may be named.

    Raises:
        DataError: It is neither a path that exists nor a hub id.
    """
    name, configuration = reference, None
    if configured and not Path(reference).expanduser().exists():
        head, _, tail = reference.rpartition(":")
        name, configuration = (head, tail) if head else (reference, None)
    path = Path(name).expanduser()
    if path.exists():
        whole = digest_of([tree_digest(path), configuration])
        return Artefact(str(path.resolve()), whole, configuration)
    if not _HUB_ID.fullmatch(name) or name.startswith("."):
        raise DataError(
            f"--model and --data take a path that exists or a hub id (owner/name), got {name!r}."
        )
    return Artefact(name, digest_of([name, configuration]), configuration)
