"""Which files of a folder hold the rows of one data set.

A folder may be a copy of what a hub holds. Files that describe a data set are no rows, and splits
that names tell, the way `datasets.load_dataset` tells them, are never mixed with each other or with
files that tell none. Out of scope: the `configs` of a card; sets in Arrow files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crossfade_splits.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_NOTES = ("dataset_dict.json", "dataset_info.json", "dataset_infos.json", "state.json")
_SPLIT = re.compile(
    r"(?:^|[-._ /\d])(?:(?P<train>train(?:ing)?)|(?P<validation>val|valid|validation|dev)"
    r"|(?P<test>test(?:ing)?|eval(?:uation)?))(?=[-._ /\d])",
    re.IGNORECASE,
)


def _split(path: Path, folder: Path) -> str | None:
    """The split that a file's path names, if any."""
    found = _SPLIT.search(path.relative_to(folder).as_posix())
    return found.lastgroup if found else None


def _refuse_own(folder: Path) -> None:
    """A data set of this package holds several sets; which one is meant must be said."""
    if (folder / "manifest.json").is_file() and (folder / "data").is_dir():
        sets = sorted(map(str, (folder / "data").iterdir()))
        raise UsageError(
            f"A folder must hold one data set, {folder} holds those that crossfade-splits made; "
            f"name one: {', '.join(sets[:4])}{', ...' if len(sets) > 4 else ''}."
        )


def _refuse_mixed(folder: Path, files: Sequence[Path]) -> None:
    """All files tell one split, or none tells any."""
    told = {f: _split(f, folder) for f in files}
    splits = sorted({name for name in told.values() if name})
    bare = [f for f, name in told.items() if not name]
    if len(splits) > 1 or (splits and bare):
        other = f" and {bare[0].relative_to(folder)}, which names none" if bare else ""
        raise UsageError(
            f"A folder must hold one split, {folder} holds {' and '.join(splits)}{other}; name the "
            f"files that count, if several by a pattern in quotes: '{files[0].parent}/NAME*'."
        )


def data_files(folder: Path, endings: Sequence[str], only: str | None = None) -> list[Path]:
    """The files in a folder that hold rows, in order.

    Args:
        folder: where to look, at any depth; what is hidden does not count.
        endings: of the names that can be read.
        only: name of the one file that counts where it is there.

    Raises:
        UsageError: there is none, there are those of several splits, or only some tell theirs.
    """
    _refuse_own(folder)
    shown = [
        f
        for f in folder.rglob("*")
        if f.is_file() and not any(p.startswith(".") for p in f.relative_to(folder).parts)
    ]
    found = sorted(f for f in shown if f.name.endswith(tuple(endings)) and f.name not in _NOTES)
    if not found:
        arrow = any(f.suffix == ".arrow" for f in shown)
        how = ": datasets.load_from_disk(FOLDER).to_parquet(FILE)" if arrow else ""
        raise UsageError(
            f"A pool folder must hold .jsonl, .json (also .gz) or .parquet files, {folder} holds "
            f"none; name another or convert them{how}."
        )
    if single := [f for f in found if f.name == only]:
        return single
    _refuse_mixed(folder, found)
    return found
