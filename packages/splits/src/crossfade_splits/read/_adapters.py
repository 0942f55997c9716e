"""Published Lean corpora by their columns.

A column may be followed by a JSON path (`rl_data$.win_rate`); `a|b` is the first of several that
is there. Columns named on the command line go before an adapter's. Lean files keep their header
in the target; it is split off when rows are written.

Herald_statements is mapped after its card; NuminaMath-LEAN and Lean-Workbook after data sets
derived from them. Of Leanabell-Prover-Formal-Statement no card could be read when this was
written: its entry tries the names usual in its family.
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
        columns={
            "id": "id|name|problem_id",
            "prompt": "informal_statement|natural_language|informal_prefix|problem",
            "target": "formal_statement|statement|lean4_code",
        },
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
