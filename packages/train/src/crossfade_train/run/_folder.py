"""The run folder, and the rule that one process works in it at a time.

    recipe.toml       the resolved recipe; `crossfade ablate RUN/recipe.toml` makes the run again
    environment.json  versions, machine, commit of the last start
    launches.jsonl    every start: when, what was asked, with which recipe
    stages/           one folder a stage, see `_store`
    report.html  report.md  results.json  runs.json    see `report`

The lock is the system's own on an open file: it ends with its holder, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import socket
import time
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import DataError, UnavailableError, UsageError
from crossfade_train.recipe import Recipe, load_recipe, resolved
from crossfade_train.run._environment import environment
from crossfade_train.run._files import write_json, write_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


@contextlib.contextmanager
def opened(folder: Path, recipe: Recipe, command: Sequence[str]) -> Iterator[Path]:
    """Make or open a run folder, hold its lock, and write down what was asked.

    Yields:
        The folder, absolute.

    Raises:
        UsageError: The folder is something else than a run.
        UnavailableError: Another process works in it, or it cannot be written.
    """
    folder = folder.resolve()
    require_folder(folder)
    if folder.exists() and any(folder.iterdir()) and not (folder / "launches.jsonl").exists():
        raise UsageError(
            f"A run folder is new, empty or an earlier run: {folder} holds something else. "
            "Name another with --out."
        )
    try:
        (folder / "stages").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UnavailableError(
            f"The run folder must be writable: {folder}: {error.strerror}. Name another with --out."
        ) from error
    with _locked(folder):
        _sign(folder, recipe, command)
        yield folder


def require_folder(folder: Path) -> None:
    """Refuse a place where no folder can be made.

    Raises:
        UsageError: A file is in its way.
    """
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir():
        raise UsageError(f"A run folder is a folder: {there} is a file. Name another with --out.")


@contextlib.contextmanager
def _locked(folder: Path) -> Iterator[None]:
    with (folder / "lock").open("a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            holder = file.read().strip() or "an unknown process"
            raise UnavailableError(
                f"One process works in a run folder at a time: {folder} is held by {holder}. "
                "Wait for it or end it, or name another folder with --out."
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()} on {socket.gethostname()}")
        file.flush()
        yield


def _sign(folder: Path, recipe: Recipe, command: Sequence[str]) -> None:
    found = environment()
    write_text(folder / "recipe.toml", resolved(recipe))
    write_json(folder / "environment.json", found)
    row: dict[str, Any] = {
        "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "command": list(command),
        "commit": found["commit"],
        "recipe": recipe.model_dump(mode="json"),
    }
    with (folder / "launches.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps(row, sort_keys=True) + "\n")


def recipe_of(folder: Path) -> Recipe:
    """The recipe that a run folder was last started with.

    Raises:
        DataError: The folder is no run.
    """
    path = folder / "recipe.toml"
    if not path.is_file():
        raise DataError(
            f"A run folder holds recipe.toml: {folder} does not. Name the folder that "
            "`crossfade ablate` wrote (runs/NAME)."
        )
    return load_recipe(str(path))
