"""The benchmarks by name, each from its pinned public source or from `LEANEVAL_DATA`.

Invariant: the same name gives the same problems in the same order, whichever of the two they come
from (the local files must hold the pinned content; a row's shape is checked, its wording is not).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaneval.data import _putnam
from leaneval.data._pinned import Archive, Source, pinned_archive, pinned_file, place_of
from leaneval.data._rows import json_lines, problems_of, text_of
from leaneval.documents import problem_of
from leaneval.errors import DataError, UsageError
from leaneval.types import Problem

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = "LEANEVAL_DATA"
_LOST_BREAK = re.compile(r"(?<=\w)(?=theorem exercise_)")

GAOKAO = Source(
    repository="Huawei-AI4Math/Mathesis",
    revision="48c72753b7c7a7e0b07fe89bd97cf1a4899bab79",
    path="Gaokao-formal-2025.json",
    sha256="89bd19c12f19f00d2f510598f765e911782028e0c0be0bccdf3cdc53081f4aaf",
)
PUTNAM = Archive(
    repository="trishullab/PutnamBench",
    revision="3c9b9268ebd132d482938b8e9d242dd71fc1ebc0",
    members=("lean4/src/*.lean", "informal/putnam.json"),
    sha256="48cb93908ba5d05e7dc74b56636439e6ed68324f8968dfa984ff8ff1a205dc12",
)
PROOFNET = Source(
    repository="marcusm117/ProofNet-Verified",
    revision="1ecc1243f96b9ab68bfeaa213568bfe8dec33eb3",
    path="data/proofnet#/proofnet#.jsonl",
    sha256="e4b22713e56942ba5114875ebfad2314b4ce2eca548d07f0770ebd98532fccd4",
)


@dataclass(frozen=True, slots=True)
class _Benchmark:
    """How one benchmark is had.

    Attributes:
        size: Problems it holds at its pinned revision.
        file: Its name in a `LEANEVAL_DATA` folder.
        local: A row of that file as a problem.
        source: Where it is fetched from.
        fetch: The problems from the pinned source.
    """

    size: int
    file: str
    local: Callable[[dict[str, Any]], Problem]
    source: Source | Archive
    fetch: Callable[[], tuple[Problem, ...]]


def benchmark(name: str) -> tuple[Problem, ...]:
    """The problems of a benchmark, in its own order.

    Args:
        name: `gaokao_formal`, `putnambench`, `proofnet_sharp` or `peano` (200 problems;
            `peano_1000` has 800 more, `peano_dev` is the development split); or the path of a
            JSON lines file (`.jsonl`) whose rows have the fields of `Problem`.

    Raises:
        UsageError: There is no benchmark of that name, or `LEANEVAL_DATA` has no such file.
        DataError: The data are not what they should be; the message names the file and the row.
        UnavailableError: They cannot be fetched; the message says what to do.
    """
    if name in _PEANO:
        from leaneval import peano

        split, count = _PEANO[name]
        return peano.test_problems(count) if split == "test" else peano.development_problems(count)
    if name.endswith(".jsonl"):
        path = Path(name).expanduser()
        if not path.is_file():
            raise UsageError(
                f"the benchmark {name!r} must be a JSON lines file, and there is none at "
                f"{path.absolute()} (a relative path starts where the command is run)"
            )
        return problems_of(path, json_lines(path), _own_row)
    if name not in _BENCHMARKS:
        known = ", ".join(sorted([*_BENCHMARKS, *_PEANO]))
        raise UsageError(
            f"a benchmark is one of {known}, or the path of a JSON lines file that ends in .jsonl; "
            f"got {name!r}"
        )
    return _read(name, os.environ.get(FOLDER, ""))


def benchmarks() -> dict[str, bool]:
    """The benchmarks by name, and whether each can be had here without the network."""
    here = bool(os.environ.get(FOLDER))
    found = {name: here or place_of(kind.source).exists() for name, kind in _BENCHMARKS.items()}
    return {"peano": True, **found}


@lru_cache(maxsize=8)
def _read(name: str, folder: str) -> tuple[Problem, ...]:
    source = _BENCHMARKS[name]
    if not folder:
        return source.fetch()
    path = Path(folder).expanduser() / source.file
    if not path.is_file():
        raise UsageError(
            f"{FOLDER}={folder} must hold {source.file} (JSON lines), which is not there. "
            f"Put it there, or unset {FOLDER} to fetch the pinned data."
        )
    problems = problems_of(path, json_lines(path), source.local)
    if len(problems) != source.size:
        raise DataError(
            f"{path} must hold the benchmark's {source.size} problems, got {len(problems)}. "
            "For a part of a benchmark use the harness' --limit or --samples."
        )
    return problems


def _own_row(row: dict[str, Any]) -> Problem:
    for field in ("id", "informal", "reference"):
        text_of(row, field)
    return problem_of(row)


def _gaokao_row(row: dict[str, Any]) -> Problem:
    return Problem(
        id=text_of(row, "id"),
        informal=text_of(row, "NL_English").strip(),
        reference=text_of(row, "formal_statement").strip(),
        tags=(text_of(row, "category"),),
    )


def _proofnet_row(row: dict[str, Any]) -> Problem:
    """A row of upstream's file: its statement stops at `:=`."""
    header = text_of(row, "lean4_src_header").strip()
    return _proofnet(
        text_of(row, "id"),
        text_of(row, "nl_statement"),
        f"{header}\n\n{text_of(row, 'lean4_formalization').rstrip()} by sorry",
    )


def _proofnet_local(row: dict[str, Any]) -> Problem:
    # One published copy of the file lost the line break between a header and its theorem.
    lean = _LOST_BREAK.sub("\n\n", text_of(row, "lean4"))
    return _proofnet(text_of(row, "id"), text_of(row, "nl"), lean)


def _proofnet(row_id: str, informal: str, reference: str) -> Problem:
    name = row_id.removeprefix("proofnet#:")
    book = name.partition("|")[0]
    return Problem(id=name, informal=informal.strip(), reference=reference.strip(), tags=(book,))


def _fetch_gaokao() -> tuple[Problem, ...]:
    path = pinned_file(GAOKAO)
    return problems_of(path, json_lines(path), _gaokao_row)


def _fetch_putnam() -> tuple[Problem, ...]:
    return _putnam.from_repository(pinned_archive(PUTNAM))


def _fetch_proofnet() -> tuple[Problem, ...]:
    path = pinned_file(PROOFNET)
    return problems_of(path, json_lines(path), _proofnet_row)


_PEANO = {"peano": ("test", 200), "peano_1000": ("test", 1000), "peano_dev": ("dev", 400)}
_BENCHMARKS = {
    "gaokao_formal": _Benchmark(495, "gaokao_formal.jsonl", _gaokao_row, GAOKAO, _fetch_gaokao),
    "putnambench": _Benchmark(672, "putnambench.jsonl", _putnam.from_row, PUTNAM, _fetch_putnam),
    "proofnet_sharp": _Benchmark(
        371, "proofnet_sharp.jsonl", _proofnet_local, PROOFNET, _fetch_proofnet
    ),
}
