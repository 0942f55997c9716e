"""docs/faults.md promises nothing that no test makes happen."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
TABLE = Path(__file__).parents[4] / "docs" / "faults.md"


def rows() -> list[list[str]]:
    lines = [line for line in TABLE.read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[1:]]


def test_there_is_a_row_for_every_test_that_injects_a_fault() -> None:
    named = {row[-1].strip(" `") for row in rows()}
    for path in sorted(Path(__file__).parent.glob("test_*.py")):
        for test in re.findall(r"^(?:async )?def (test_\w+)", path.read_text(), re.MULTILINE):
            if path.name != Path(__file__).name:
                assert f"faults/{path.name}::{test}" in named


@pytest.mark.parametrize("row", rows(), ids=lambda row: row[0][:40])
def test_every_row_names_a_test_that_exists(row: list[str]) -> None:
    assert len(row) == 3, "fault, what happens, test"
    file, _, test = row[-1].strip(" `").partition("::")
    text = (TESTS / file).read_text()
    assert re.search(rf"^(?:async )?def {test}\(", text, re.MULTILINE), row[-1]
