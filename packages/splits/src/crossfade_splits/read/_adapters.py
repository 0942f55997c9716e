"""Published Lean corpora by their columns.

A column may be followed by a JSON path (`rl_data$.win_rate`). Lean files keep their header in the
target; it is split off when rows are written.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Adapter:
    """How one published corpus names its columns."""

    name: str
    """Value of `source` for its rows."""
    license: str
    columns: dict[str, str]
    """Field of the pool to column of the corpus."""


ADAPTERS = {
    "numinamath-lean": Adapter(
        name="numinamath-lean",
        license="Apache-2.0",
        columns={
            "id": "uuid",
            "prompt": "problem",
            "target": "formal_statement",
            "topic": "problem_type",
            "difficulty": "rl_data$.win_rate",
        },
    ),
    "leanabell": Adapter(
        name="leanabell-prover",
        license="MIT",
        columns={"prompt": "informal_statement", "target": "formal_statement"},
    ),
    "herald": Adapter(
        name="herald",
        license="Apache-2.0",
        columns={"id": "id", "prompt": "informal_statement", "target": "formal_statement"},
    ),
    "lean-workbook": Adapter(
        name="lean-workbook",
        license="Apache-2.0",
        columns={
            "id": "id",
            "prompt": "natural_language_statement",
            "target": "formal_statement",
        },
    ),
}
