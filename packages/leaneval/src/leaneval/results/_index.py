"""`runs.json`: the index of a folder that holds the runs of several conditions.

A list of objects `{"name", "seed", "samples", "attributes"}`; `samples` is relative to the folder.
Entries of one name and task are one condition, an entry a seed.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from leaneval._files import whole
from leaneval.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

INDEX = "runs.json"


@dataclass(frozen=True, slots=True)
class Entry:
    """One run of the index.

    Attributes:
        name: Of the condition.
        seed: Of the training or the data draw; None where there is none.
        samples: The samples file, relative to the index' folder.
        attributes: Of the condition.
    """

    name: str
    seed: int | None
    samples: str
    attributes: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raise TypeError for a field that is not of its type."""
        for value, kind in (
            (self.name, str), (self.samples, str), (self.attributes, dict),
            (self.seed, int | None),
        ):  # fmt: skip
            if not isinstance(value, kind):
                raise TypeError(f"{value!r:.60} in the place of {kind}")


def write_index(folder: Path, entries: Iterable[Entry]) -> None:
    """Write a folder's index, in place at once or not at all."""
    with whole(folder / INDEX) as file:
        json.dump([asdict(entry) for entry in entries], file, indent=1, ensure_ascii=False)
        file.write("\n")


def read_index(folder: Path) -> list[Entry]:
    """A folder's index, in the file's order.

    Raises:
        DataError: It is not what it should be, or names no run.
    """
    path = folder / INDEX
    try:
        entries = [Entry(**row) for row in json.loads(path.read_text(encoding="utf-8"))]
    except (ValueError, TypeError) as error:
        raise DataError(
            f'{path} must be a list of {{"name", "seed", "samples", "attributes"}}, got {error}. '
            "Write it again, or name the samples files themselves."
        ) from error
    if not entries:
        raise DataError(f"{path} must name at least one run, got none (is it evaluated yet?).")
    return entries
