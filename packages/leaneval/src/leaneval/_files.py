"""Result files that appear whole or not at all."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def whole(path: Path) -> Iterator[TextIO]:
    """A text file to write; it takes the place of `path` once the block ends without an error.

    Raises:
        OSError: It cannot be written; what stood there before still stands.
    """
    partial = path.with_name(f"{path.name}.partial")
    try:
        # a lone surrogate in a model's text is no reason to lose the file
        with partial.open("w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            yield file
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
