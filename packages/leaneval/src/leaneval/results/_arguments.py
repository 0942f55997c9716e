"""What is compared, as a command line names it: `[NAME=]PATH[,PATH...]`.

1. PATH is a samples file, or a folder with one in it or one level below (as lm-eval writes them);
   several paths are several seeds of one condition, in the same order in every argument.
2. A folder with `runs.json` (as `crossfade` writes it) is all the conditions that it lists.
3. Without NAME a condition is called by its folder (a samples file that lm-eval named), its file's
   stem, or, where two would be called alike, by the argument itself.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from leaneval._collector import put_off
from leaneval.errors import DataError, UsageError
from leaneval.results._beside import beside
from leaneval.results._differing import some
from leaneval.results._index import INDEX, Entry, read_index
from leaneval.results._read import read_run
from leaneval.results._types import Condition

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_SHOWN = 6


@put_off()
def read_conditions(arguments: Sequence[str], *, task: str | None = None) -> list[Condition]:
    """The conditions that the arguments name, in their order.

    Args:
        arguments: See the module.
        task: Read this task's runs alone, where folders hold several tasks'.

    Raises:
        UsageError: A path is none of the above, or a folder holds several runs and it is not told
            which is meant.
        DataError: A file is damaged.
    """
    read = [(argument, *_condition(argument, task)) for argument in arguments]
    names = Counter(name for _, _, found in read for name in {c.name for c in found})
    return [
        replace(c, name=argument) if named is None and names[c.name] > 1 else c
        for argument, named, found in read
        for c in found
    ]


def _condition(argument: str, task: str | None) -> tuple[str | None, list[Condition]]:
    """The name that was given, and what the argument holds."""
    name, paths = _parts(argument)
    if len(paths) == 1 and (paths[0] / INDEX).is_file():
        found = _indexed(paths[0], task)
        if name is None:
            return "", found
        of_name = {c.name: name if len(found) == 1 else f"{name}/{c.name}" for c in found}
        return name, [replace(c, name=of_name[c.name]) for c in found]
    files = [_samples_file(path, task) for path in paths]
    runs = tuple(read_run(file) for file in files)
    return name, [Condition(name or _called(paths[0], files[0]), runs, {})]


def _parts(argument: str) -> tuple[str | None, list[Path]]:
    """Name and paths; a path that exists is never taken apart."""
    if Path(argument).exists():
        return None, [Path(argument)]
    name, equals, rest = argument.partition("=")
    if not equals or not name:
        name, rest = "", argument
    paths = [rest] if Path(rest).exists() else rest.split(",")
    return name or None, [Path(path) for path in paths]


def _called(path: Path, file: Path) -> str:
    if path.is_dir():
        return path.resolve().name
    return file.resolve().parent.name if file.stem.startswith("samples_") else file.stem


def _samples_file(path: Path, task: str | None) -> Path:
    if not path.is_dir():
        return path
    found = sorted(path.glob("samples_*.jsonl")) or sorted(path.glob("*/samples_*.jsonl"))
    of_task = [file for file in found if task in (None, beside(file).task)]
    if len(of_task) == 1:
        return of_task[0]
    raise UsageError(
        f"{path} must hold one samples file{f' of {task}' if task else ''}, got "
        f"{_relative(path, of_task or found)}. Name the "
        f"file{'' if task else ', or choose by --task'}; several seeds are PATH,PATH."
        + ("" if found else f" A run folder of crossfade needs its {INDEX}: crossfade report RUN.")
    )


def _relative(folder: Path, files: Iterable[Path]) -> str:
    return some((file.relative_to(folder).as_posix() for file in files), _SHOWN) or "none"


def _indexed(folder: Path, task: str | None) -> list[Condition]:
    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in read_index(folder):
        of = beside(folder / entry.samples).task
        if task in (None, of) or not of:
            groups.setdefault((entry.name, of), []).append(entry)
    if not groups:
        tasks = {beside(folder / entry.samples).task for entry in read_index(folder)}
        raise UsageError(f"{folder} holds no run of {task}, but of {some(sorted(tasks), _SHOWN)}.")
    return [_of_entries(folder, entries) for entries in groups.values()]


def _of_entries(folder: Path, entries: Sequence[Entry]) -> Condition:
    name, seeds = entries[0].name, [entry.seed for entry in entries]
    if len(set(seeds)) < len(seeds):
        raise DataError(f"{folder / INDEX}: {name!r} must have one run a seed, got seeds {seeds}.")
    ordered = sorted(entries, key=_seed)
    runs = tuple(read_run(folder / entry.samples, seed=entry.seed) for entry in ordered)
    return Condition(name, runs, entries[0].attributes)


def _seed(entry: Entry) -> int:
    return -1 if entry.seed is None else entry.seed
