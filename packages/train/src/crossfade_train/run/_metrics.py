"""Metrics of a stage: one JSON object a line, only ever appended to.

Invariant: a line is written by one call of the system, so a kill loses at most the last one; what
is left of it is fenced off by the next writer and passed over by the reader. A stage that is
resumed writes some steps again, with the same numbers where arithmetic is deterministic: the last
line of a (stage, step, name) counts.
"""

from __future__ import annotations

import json
import math
import os
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class MetricsLog:
    """The metrics file of a stage.

    Args:
        path: The file; it and its folder are made at the first line.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: int | None = None

    def write(self, stage: str, step: int, values: Mapping[str, float]) -> None:
        """Append one line.

        Args:
            stage: Who measured: `sft`, `grpo`, ...
            step: Optimiser step, from 1.
            values: Finite numbers; others are written as null.
        """
        row = {"stage": stage, "step": step, "time": round(time.time(), 3)}
        cells = {name: v if math.isfinite(v) else None for name, v in values.items()}
        line = json.dumps(row | {"values": cells}, sort_keys=True) + "\n"
        os.write(self._open(), line.encode())

    def _open(self) -> int:
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            torn = _ends_torn(self.path)
            self._file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
            if torn:
                os.write(self._file, b"\n")
        return self._file

    def close(self) -> None:
        """Release the file; a later `write` opens it again."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _ends_torn(path: Path) -> bool:
    """Whether the last line of a file has no end."""
    if not path.exists() or not path.stat().st_size:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read() != b"\n"


def read_metrics(path: Path) -> dict[tuple[str, int], dict[str, float]]:
    """What a metrics file says, steps ascending.

    Returns:
        (stage, step) to the values, the last line winning name by name.
    """
    found: dict[tuple[str, int], dict[str, float]] = {}
    if not path.exists():
        return found
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        try:
            row = json.loads(line)
            key = (str(row["stage"]), int(row["step"]))
            values = {str(k): float(v) for k, v in row["values"].items() if v is not None}
        except (ValueError, TypeError, KeyError, AttributeError):
            continue  # the torn line of a killed writer
        found.setdefault(key, {}).update(values)
    return dict(sorted(found.items()))
