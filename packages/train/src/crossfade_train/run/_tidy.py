"""Checkpoints of training: what stays once a stage is done."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_NUMBER = re.compile(r"checkpoint-(\d+)")


def keep_last(folder: Path, count: int) -> None:
    """Remove all but the last `count` training checkpoints of a stage."""
    found = [
        (int(match[1]), path)
        for path in folder.rglob("checkpoint-*")
        if path.is_dir() and (match := _NUMBER.fullmatch(path.name))
    ]
    found.sort(reverse=True)
    for _, path in found[count:]:
        shutil.rmtree(path, ignore_errors=True)
