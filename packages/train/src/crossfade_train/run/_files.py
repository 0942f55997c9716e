"""Files that appear whole, and digests of what is in them."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_NOT_CONTENT = frozenset({"training_args.bin", "README.md"})
"""Written beside a model, and holding paths and times."""


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all, also after a loss of power."""
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    with part.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)


def write_json(path: Path, value: Any) -> None:
    """Write plain data, keys sorted."""
    write_text(path, json.dumps(value, sort_keys=True, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path) -> Any:
    """Read plain data; None where there is no such file, or it is not JSON."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
        return None


def digest_of(value: Any) -> str:
    """SHA-256, in hexadecimal, of plain data."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def content_files(path: Path) -> list[Path]:
    """The files that make up an artefact, sorted; a single file is its own content."""
    if path.is_file():
        return [path]
    return sorted(f for f in path.rglob("*") if f.is_file() and f.name not in _NOT_CONTENT)


def tree_digest(path: Path) -> str:
    """SHA-256 over names and bytes of an artefact's files."""
    entries = []
    for file in content_files(path):
        with file.open("rb") as opened:
            found = hashlib.file_digest(opened, "sha256").hexdigest()
        name = file.name if path.is_file() else file.relative_to(path).as_posix()
        entries.append("" if path.is_file() else name)
        entries.append(found)
    return entries[1] if path.is_file() else digest_of(entries)


def bytes_in(folder: Path) -> int:
    """Bytes of all files below a folder; 0 where there is none. Another process may work in it."""
    found = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(FileNotFoundError):
                found += os.lstat(os.path.join(root, name)).st_size  # noqa: PTH118 - many files
    return found


def sizes(path: Path) -> dict[str, int]:
    """File name to bytes, for the check that an artefact is still whole."""
    base = path.parent if path.is_file() else path
    return {file.relative_to(base).as_posix(): file.stat().st_size for file in content_files(path)}
