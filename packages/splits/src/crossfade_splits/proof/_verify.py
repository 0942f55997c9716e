"""Check a data set against its manifest, from the files in its folder alone.

Checks run in a fixed order and stop at the first that fails: the seal, the files, the rows (ids,
content, messages, strata), the request, every claim recomputed, the promises of the design, the
evidence, the card. Not checked, because the folder does not hold it: the pool itself and the
benchmarks (their SHA-256 are on record).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import polars as pl

from crossfade_splits.proof._claims import CLAIMS
from crossfade_splits.proof._data import Data
from crossfade_splits.proof._difference import difference
from crossfade_splits.proof._files import cards, evidence, files
from crossfade_splits.proof._manifest import read_manifest, seal
from crossfade_splits.proof._promises import promises, request
from crossfade_splits.proof._render import injection, messages, same_content
from crossfade_splits.proof._strata import strata
from crossfade_splits.proof._warnings import warnings_of
from crossfade_splits.recipe import parse_recipe

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@dataclass(frozen=True)
class Check:
    """One check and, where it failed, what is wrong."""

    name: str
    problem: str | None

    @property
    def holds(self) -> bool:
        """Whether the claim was confirmed."""
        return self.problem is None


class _Folder:
    """A data set on disk, read as checks need it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest = read_manifest(folder)

    @cached_property
    def data(self) -> Data:
        recipe = parse_recipe(self.manifest["recipe"])
        listed = self.manifest["claims"]["files"]
        frames = {n: pl.read_parquet(self.folder / entry["file"]) for n, entry in listed.items()}
        fields = ("name", "sft", "draw", "requested", "base_sft")
        conditions = [{f: c[f] for f in fields} for c in self.manifest["claims"]["overlap"]]
        return Data(frames, conditions, recipe)


def _claim(name: str) -> Callable[[_Folder], str | None]:
    def check(folder: _Folder) -> str | None:
        return difference(folder.manifest["claims"][name], CLAIMS[name](folder.data), name)

    return check


def _seal(folder: _Folder) -> str | None:
    claimed, found = str(folder.manifest.get("seal")), seal(folder.manifest)
    if claimed == found:
        return None
    return f"manifest.json is not as it was written: sealed {claimed[:12]}, found {found[:12]}"


def _warnings(folder: _Folder) -> str | None:
    found = warnings_of(folder.manifest["claims"], folder.data.recipe)
    return difference(folder.manifest["warnings"], found, "warnings")


_CHECKS: dict[str, Callable[[_Folder], str | None]] = {
    "seal": _seal,
    "files": lambda f: files(f.folder, f.manifest),
    "one content per id": lambda f: same_content(f.data),
    "messages": lambda f: messages(f.data),
    "strata": lambda f: strata(f.manifest["pool"], f.data),
    "request": lambda f: request(f.data),
    **{name: _claim(name) for name in CLAIMS},
    "promises": lambda f: promises(f.manifest["claims"], f.data),
    "evidence": lambda f: evidence(f.folder, f.manifest, f.data),
    "injection": lambda f: difference(f.manifest["injection"], injection(f.data), "injection"),
    "warnings": _warnings,
    "card": lambda f: cards(f.folder, f.manifest),
}


def verify(folder: Path) -> Iterator[Check]:
    """Check a data set; stops after the first check that fails.

    Yields:
        Every check that was made, in order.

    Raises:
        DataError: there is no manifest to check against.
    """
    opened = _Folder(folder)
    for name, work in _CHECKS.items():
        try:
            problem = work(opened)
        except (
            LookupError,
            TypeError,
            ValueError,
            AttributeError,
            ArithmeticError,
            OSError,
            pl.exceptions.PolarsError,
        ) as error:
            # A manifest or file that cannot even be read this way does not hold what it claims.
            problem = f"cannot be read: {type(error).__name__}: {str(error)[:200]}"
        yield Check(name, problem)
        if problem is not None:
            return
