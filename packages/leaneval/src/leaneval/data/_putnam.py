"""PutnamBench as problems, from its repository's Lean files or from rows derived from them.

Many Putnam problems ask to find something. Translating such a problem needs its answer, so the
reference carries the answer (upstream keeps it in a comment below `:= sorry`) and the prompt says
it in words: upstream's informal solution where that is right, and our own sentence where it is
missing, wrong or not a sentence. Out of scope: the problems' truth.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from leaneval.data._rows import required, text_of
from leaneval.errors import DataError
from leaneval.types import Problem

if TYPE_CHECKING:
    from pathlib import Path

_INFORMAL = "informal/putnam.json"
_LEAN = "lean4/src"
_HEADER = re.compile(r"(?:(?:import|open|set_option)\b.*|--.*|\s*)\n")
_HOLE = re.compile(
    r"^(?P<head>(?:noncomputable\s+)?abbrev\s+\S+_solution\b[^\n]*:=) sorry\n-- ?(?P<answer>.+)$",
    re.MULTILINE,
)
_UNFILLED = re.compile(r"^.*\babbrev\s[^\n]*:=\s*sorry\b", re.MULTILINE)
_SENTENCE = re.compile(r"[A-Z$\\]")

# Upstream's informal solution is missing for 1974_b1, 2001_b4 and 2013_b3, disagrees with its own
# (right) Lean answer for 1996_b5, 1999_b5, 2007_b3, 2018_b3, 2022_a4 and 2024_b1, and reads badly
# for the others.
_OWN_WORDS = {
    "putnam_1964_b4": "Show that the number of regions is $n^2 - n + 2$.",
    "putnam_1974_b1": "Show that the sum is largest exactly when the points, in some order, form "
    "a regular pentagon, neighbouring points being equally far apart.",
    "putnam_1974_b6": "Show that the numbers of subsets of cardinality $\\equiv 0, 1, 2 \\bmod 3$ "
    "are $(2^{1000}-1)/3$, $(2^{1000}-1)/3$ and $1 + (2^{1000}-1)/3$ respectively.",
    "putnam_1977_b3": "Show that the answer is no: not every such triple becomes balanced.",
    "putnam_1995_b4": "Show that the value is $\\frac{3 + 1\\sqrt{5}}{2}$.",
    "putnam_1996_b5": "Show that the number of balanced strings of length $n$ is "
    "$2^{\\lfloor (n+2)/2 \\rfloor} + 2^{\\lfloor (n+1)/2 \\rfloor} - 2$.",
    "putnam_1998_b2": "Show that the minimum perimeter is $\\sqrt{2a^2 + 2b^2}$.",
    "putnam_1999_b5": "Show that the determinant is $1 - n^2/4$.",
    "putnam_2001_b4": "Prove that the intersection is empty.",
    "putnam_2007_b3": "Prove that $x_{2007} = \\frac{2^{2006}}{\\sqrt{5}}"
    "(\\alpha^{4017} + \\alpha^{-4017})$, where $\\alpha = \\frac{1+\\sqrt{5}}{2}$.",
    "putnam_2007_a1": "Show that the set of such values is "
    "$\\{2/3, 3/2, (13 + \\sqrt{601})/12, (13 - \\sqrt{601})/12\\}$.",
    "putnam_2013_b3": "Show that such real numbers must exist.",
    "putnam_2014_a6": "Show that the largest such $k$ is $n^n$.",
    "putnam_2017_a1": "Show that the positive integers not in $S$ are exactly $1$ and the "
    "multiples of $5$.",
    "putnam_2018_b3": "Show that the set of such $n$ is $\\{2^2, 2^4, 2^{16}, 2^{256}\\}$.",
    "putnam_2022_a4": "Show that the expected value is $2e^{1/2} - 3$.",
    "putnam_2024_b1": "Show that such a selection is possible exactly when $n = 2l + 1$ and "
    "$k = l + 1$ for some nonnegative integer $l$.",
    "putnam_2024_a3": "Show that such $a, b, c, d$ do exist.",
}


def from_repository(folder: Path) -> tuple[Problem, ...]:
    """The problems of a folder laid out as PutnamBench's repository, by Lean file name.

    Raises:
        DataError: A file is missing or is not what upstream's files are.
    """
    informal = {entry["problem_name"]: entry for entry in _informal(folder / _INFORMAL)}
    return tuple(_from_lean(path, informal) for path in sorted((folder / _LEAN).glob("*.lean")))


def from_row(row: dict[str, Any]) -> Problem:
    """The problem of a row whose Lean text is already derived (`LEANEVAL_DATA`)."""
    return _problem(
        name=text_of(row, "id"),
        statement=text_of(row, "informal_statement"),
        solution=row.get("informal_solution"),
        header=text_of(row, "header"),
        reference=text_of(row, "formal_statement_with_answer"),
        tags=row.get("tags") or (),
    )


def _informal(path: Path) -> list[dict[str, Any]]:
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise DataError(f"{path} must be a JSON list of PutnamBench problems: {error}") from error
    for number, entry in enumerate(entries, start=1):
        with required(path, number):
            text_of(entry, "problem_name")
            text_of(entry, "informal_statement")
    return list(entries)


def _from_lean(path: Path, informal: dict[str, dict[str, Any]]) -> Problem:
    entry = informal.get(path.stem)
    if entry is None:
        raise DataError(f"{path} has no entry in {_INFORMAL}")
    header, body = split_header(path.read_text(encoding="utf-8"))
    if not header or "theorem" not in body:
        raise DataError(f"{path} must hold an import header and one theorem")
    reference = fill_answer(body)
    if _UNFILLED.search(reference):
        raise DataError(
            f"{path}: the answer definition must be followed by a comment with its value"
        )
    return _problem(
        name=path.stem,
        statement=entry["informal_statement"],
        solution=entry.get("informal_solution"),
        header=header,
        reference=reference,
        tags=entry.get("tags") or (),
    )


def split_header(text: str) -> tuple[str, str]:
    """The leading imports, `open`s, options and comments, and the rest."""
    at = 0
    while line := _HEADER.match(text, at):
        at = line.end()
    return text[:at].strip(), text[at:].strip()


def fill_answer(body: str) -> str:
    """Put the commented answer in the place of the answer definition's `sorry`."""
    return _HOLE.sub(lambda hole: f"{hole['head']}\n  {hole['answer']}", body)


def _problem(
    *, name: str, statement: str, solution: str | None, header: str, reference: str, tags: Any
) -> Problem:
    answer = None if solution in (None, "", "None", "None.") else solution
    return Problem(
        id=name,
        informal=with_answer(statement, _OWN_WORDS.get(name, answer)),
        reference=reference.strip(),
        header=header,
        tags=tuple(tags),
    )


def with_answer(statement: str, answer: str | None) -> str:
    """The problem's text, and on its own line the answer as a sentence."""
    if answer is None:
        return statement.strip()
    sentence = answer.strip()
    if not _SENTENCE.match(sentence):
        sentence = f"Show that the answer is ${sentence}$."
    elif not sentence.endswith((".", "$$", "\\]")):
        sentence += "."
    return f"{statement.strip()}\n\n{sentence}"
