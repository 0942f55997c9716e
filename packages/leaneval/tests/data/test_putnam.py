"""PutnamBench from its Lean files: header, answer and prompt."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from leaneval.data._putnam import fill_answer, from_repository, from_row, split_header, with_answer
from leaneval.errors import DataError

if TYPE_CHECKING:
    from pathlib import Path

FIND = """\
import Mathlib

open Set
-- Note: a remark
abbrev putnam_3000_a1_solution : ℕ := sorry
--fun n => n

/--
Find it.
-/
theorem putnam_3000_a1 (n : ℕ) : n = putnam_3000_a1_solution :=
  sorry
"""


def repository(folder: Path, files: dict[str, str], informal: list[dict[str, Any]]) -> Path:
    (folder / "lean4/src").mkdir(parents=True)
    (folder / "informal").mkdir()
    for name, text in files.items():
        (folder / f"lean4/src/{name}.lean").write_text(text, encoding="utf-8")
    (folder / "informal/putnam.json").write_text(json.dumps(informal), encoding="utf-8")
    return folder


def entry(**changes: Any) -> dict[str, Any]:
    return {
        "problem_name": "putnam_3000_a1",
        "informal_statement": "Find it.",
        "informal_solution": "Show that it is $6$.",
        "tags": ["algebra"],
    } | changes


def test_header_and_body_are_parted() -> None:
    header, body = split_header(FIND)
    assert header == "import Mathlib\n\nopen Set\n-- Note: a remark"
    assert body.startswith("abbrev putnam_3000_a1_solution")


def test_the_answer_takes_the_place_of_sorry() -> None:
    filled = fill_answer(FIND)
    assert "abbrev putnam_3000_a1_solution : ℕ :=\n  fun n => n\n" in filled
    assert filled.rstrip().endswith("sorry"), "the theorem's own proof stays open"


def test_a_repository_becomes_problems(tmp_path: Path) -> None:
    folder = repository(tmp_path, {"putnam_3000_a1": FIND}, [entry()])
    (problem,) = from_repository(folder)
    assert problem.id == "putnam_3000_a1"
    assert problem.informal == "Find it.\n\nShow that it is $6$."
    assert problem.tags == ("algebra",)


@pytest.mark.parametrize(
    ("files", "informal", "message"),
    [
        ({"putnam_3000_a1": FIND}, [], r"putnam_3000_a1\.lean has no entry in informal/putnam"),
        ({"putnam_3000_a1": "theorem x : 1 = 1"}, [entry()], "must hold an import header"),
        ({"putnam_3000_a1": FIND.replace("--fun n", "fun n")}, [entry()], "followed by a comment"),
        ({}, [entry(informal_statement="")], r"putnam\.json, row 1: 'informal_statement' must be"),
        ({}, [entry(), {}], r"putnam\.json, row 2: 'problem_name' must be"),
    ],
)
def test_malformed_files_are_named(
    tmp_path: Path, files: dict[str, str], informal: list[dict[str, Any]], message: str
) -> None:
    with pytest.raises(DataError, match=message):
        from_repository(repository(tmp_path, files, informal))


@pytest.mark.parametrize(
    ("answer", "ending"),
    [
        (None, "Find it."),
        ("Show that it is $6$.", "Find it.\n\nShow that it is $6$."),
        ("The limit is $6$", "Find it.\n\nThe limit is $6$."),
        ("n^2 - n", "Find it.\n\nShow that the answer is $n^2 - n$."),
        (r"Prove that \[ x = 6 \]", "Find it.\n\nProve that \\[ x = 6 \\]"),
    ],
)
def test_the_answer_is_a_sentence(answer: str | None, ending: str) -> None:
    assert with_answer(" Find it.\n", answer) == ending


def rows(folder: Path) -> list[dict[str, Any]]:
    lines = (folder / "putnambench.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def test_deriving_from_the_repository_gives_the_derived_rows(
    data_folder: Path, tmp_path: Path
) -> None:
    """The real 672 Lean texts, laid out as upstream's repository, against the filled-in rows."""
    real = rows(data_folder)
    folder = repository(
        tmp_path,
        {row["id"]: f"{row['header']}\n\n{row['formal_statement']}\n" for row in real},
        [
            {
                "problem_name": row["id"],
                "informal_statement": row["informal_statement"],
                "informal_solution": row["informal_solution"] or "None.",
                "tags": row["tags"],
            }
            for row in real
        ],
    )
    derived = {problem.id: problem for problem in from_repository(folder)}
    assert len(derived) == 672
    assert derived == {row["id"]: from_row(row) for row in real}


def test_every_problem_with_an_answer_tells_it(data_folder: Path) -> None:
    real = rows(data_folder)
    untold = [
        row["id"]
        for row in real
        if row["has_solution"]
        and from_row(row).informal.strip() == row["informal_statement"].strip()
    ]
    assert untold == []
    assert sum(row["has_solution"] for row in real) == 346


def test_prompts_hold_no_lean_and_balanced_mathematics(data_folder: Path) -> None:
    answers = {
        row["id"]: from_row(row).informal.removeprefix(row["informal_statement"].strip())
        for row in rows(data_folder)
    }
    odd = [i for i, text in answers.items() if text.replace("\\$", "").count("$") % 2]
    assert odd == []
    leaky = [i for i, text in answers.items() if re.search(r"_solution|:=|\bfun\b|ℝ|ℕ|None", text)]
    assert leaky == []


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("putnam_1974_b1", "regular pentagon"),
        ("putnam_1996_b5", r"2^{\lfloor (n+2)/2 \rfloor} + 2^{\lfloor (n+1)/2 \rfloor} - 2"),
        ("putnam_1999_b5", "1 - n^2/4"),
        ("putnam_2001_b4", "the intersection is empty"),
        ("putnam_2007_b3", r"\alpha^{4017} + \alpha^{-4017}"),
        ("putnam_2013_b3", "must exist"),
        ("putnam_2018_b3", r"2^{16}, 2^{256}"),
        ("putnam_2022_a4", "2e^{1/2} - 3"),
        ("putnam_2024_b1", "n = 2l + 1"),
        ("putnam_2025_b1", "must have the same color"),
    ],
)
def test_known_traps(data_folder: Path, name: str, told: str) -> None:
    """Upstream's informal solution is missing for these, or disagrees with its Lean answer."""
    (row,) = (row for row in rows(data_folder) if row["id"] == name)
    assert told in from_row(row).informal.split("\n\n")[-1]
