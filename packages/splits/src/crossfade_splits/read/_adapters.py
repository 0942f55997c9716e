"""Published Lean corpora by their columns.

A column may be followed by a JSON path (`rl_data$.win_rate`) or by `~` and a pattern whose group is
wanted (`formal_statement~/--(.*)-/`); `a|b` is the first of several that is there. Columns named on
the command line go before an adapter's. Lean files keep their header in the target; it is split off
when rows are written.

NuminaMath-LEAN and Herald_statements are mapped after their cards. Lean-Workbook has no card with
columns: it is mapped after the fields of `lean_workbook.json`, its 140,214 problems; the other file
beside it (`wkbk_1009.parquet`) holds the steps of proofs and repeats ids. Of
Leanabell-Prover-Formal-Statement neither card nor rows could be read when this was written: its
entry tries the names usual in its family and, failing those, the doc comment of the statement.
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
    file: str | None = None
    """The one file of the corpus that holds its problems, where there are others."""


_COMMENT = r"(?s)/--\s*(.*?)\s*-/"


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
            "id": "id|uuid|name|problem_id",
            "prompt": "informal_statement|natural_language|natural_language_statement|problem"
            f"|informal_prefix~{_COMMENT}|formal_statement~{_COMMENT}|statement~{_COMMENT}",
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
            "prompt": "natural_language_statement",
            "target": "formal_statement",
            "topic": "tags",
        },
        file="lean_workbook.json",
    ),
}
