"""Benchmarks by name or by file.

A built-in benchmark is read from the folder in `CROSSFADE_DATA` where its file is there, else from
the cache, else downloaded at a fixed revision into the cache; a download whose SHA-256 differs is
refused and not kept.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from crossfade_splits.errors import DataError, UsageError
from crossfade_splits.read import digest, raw_blocks

PROMPTS = ("prompt", "nl", "problem", "informal_statement", "question", "NL_English")
TARGETS = ("target", "lean4", "formal_statement")
IDS = ("id", "problem_name", "name", "uuid")
_TIMEOUT = 60


@dataclass(frozen=True)
class Pinned:
    """A published benchmark file."""

    local: str
    """Its name in a `CROSSFADE_DATA` folder."""
    url: str
    sha256: str
    prompts: tuple[str, ...]
    """Every column that holds the problem, one a language."""


BUILT_IN = {
    "gaokao-formal": Pinned(
        local="gaokao_formal.jsonl",
        url="https://raw.githubusercontent.com/Huawei-AI4Math/Mathesis/"
        "48c72753b7c7a7e0b07fe89bd97cf1a4899bab79/Gaokao-formal-2025.json",
        sha256="89bd19c12f19f00d2f510598f765e911782028e0c0be0bccdf3cdc53081f4aaf",
        prompts=("NL_English", "NL_Chinese"),
    ),
    "putnambench": Pinned(
        local="putnambench.jsonl",
        url="https://raw.githubusercontent.com/trishullab/PutnamBench/"
        "3c9b9268ebd132d482938b8e9d242dd71fc1ebc0/informal/putnam.json",
        sha256="b2be6223c8790076e50735ef8f99e5b31c3ec9fe60d87dee00cec820b0a9c7d1",
        prompts=("informal_statement",),
    ),
}


@dataclass(frozen=True)
class Benchmark:
    """The problems of one benchmark."""

    name: str
    sha256: str
    """Of the file that was read."""
    problems: pl.DataFrame
    """`id, prompt, target`; a problem in two languages has two rows."""


def _cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "crossfade-splits"


def download(pinned: Pinned, folder: Path) -> Path:
    """Fetch a pinned file into a folder, once.

    Raises:
        DataError: it cannot be had, or is not the file it should be.
    """
    import urllib.error
    import urllib.request

    path = folder / f"{pinned.sha256[:16]}-{Path(pinned.url).name}"
    if path.is_file() and digest(path) == pinned.sha256:
        return path
    try:
        with urllib.request.urlopen(pinned.url, timeout=_TIMEOUT) as reply:  # noqa: S310
            data = reply.read()
    except (urllib.error.URLError, OSError) as error:
        raise DataError(
            f"A built-in benchmark must be downloaded once: {pinned.url}: {error}. Put "
            f"{pinned.local} into a folder and set CROSSFADE_DATA to it, or give a file."
        ) from None
    found = hashlib.sha256(data).hexdigest()
    if found != pinned.sha256:
        raise DataError(
            f"A download must have SHA-256 {pinned.sha256}, {pinned.url} has {found}; "
            "give the file you trust with --benchmark instead."
        )
    folder.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(f".{os.getpid()}.part")
    partial.write_bytes(data)
    partial.replace(path)
    return path


def _locate(name: str) -> tuple[Path, tuple[str, ...]]:
    if name in BUILT_IN:
        pinned = BUILT_IN[name]
        folder = os.environ.get("CROSSFADE_DATA")
        if folder and (Path(folder) / pinned.local).is_file():
            return Path(folder) / pinned.local, pinned.prompts
        return download(pinned, _cache()), pinned.prompts
    if Path(name).is_file():
        return Path(name), ()
    path, _, column = name.rpartition(":")
    if path and Path(path).is_file():
        return Path(path), (column,)
    raise UsageError(
        f"A benchmark must be a file, FILE:PROMPT_COLUMN or one of {', '.join(BUILT_IN)}; "
        f"got {name!r}."
    )


def load_benchmark(name: str) -> Benchmark:
    """Load a benchmark by built-in name, file, or `FILE:PROMPT_COLUMN`.

    Raises:
        UsageError: there is no such benchmark.
        DataError: the file has no usable prompt column, or cannot be downloaded.
    """
    path, prompts = _locate(name)
    wanted = list(dict.fromkeys((*prompts, *PROMPTS, *TARGETS, *IDS)))
    blocks = list(raw_blocks(str(path), wanted))
    if not sum(map(len, blocks)):
        raise DataError(f"{path}: a benchmark must hold rows, it is empty; name another.")
    raw = pl.concat(blocks)
    usable = [c for c in prompts or PROMPTS if raw[c].null_count() < len(raw)]
    if not usable:
        raise DataError(
            f"{path}: a benchmark must have a prompt column, none of "
            f"{', '.join(prompts or PROMPTS)} is there; give it as {path}:COLUMN."
        )
    if not prompts:
        usable = usable[:1]
    ids = raw.select(pl.coalesce(IDS).alias("id"))["id"]
    numbered = pl.Series([f"row {i}" for i in range(len(raw))])
    base = pl.DataFrame(
        {
            "id": ids.zip_with(ids.is_not_null(), numbered),
            "target": raw.select(pl.coalesce(TARGETS).alias("t"))["t"],
        }
    )
    rows = [base.with_columns(raw[column].alias("prompt")) for column in usable]
    problems = pl.concat(rows).drop_nulls("prompt").select("id", "prompt", "target")
    label = name if name in BUILT_IN else path.name
    return Benchmark(label, digest(path), problems)
