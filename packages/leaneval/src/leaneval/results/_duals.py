"""Dual scores from plain data: the inverse of `DualScore.to_dict`.

Files of older versions, which lack `second` and `flags`, are read too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leaneval.types import Diagnostic, DualScore, Score, Statement, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Mapping


def dual_of(row: Mapping[str, Any]) -> DualScore:
    """The dual score that `DualScore.to_dict` made `row` of.

    Raises:
        KeyError: Something that every dual score has is missing.
        TypeError: Something is not of its type.
        ValueError: A verdict's kind is none, or a score's value is not in [0, 1].
    """
    statement, flags = row["statement"], row.get("flags")
    return DualScore(
        None if statement is None else _statement(statement),
        _verdict(row["verdict"]),
        _verdict(row["study"]),
        _score(row.get("score")),
        _score(row.get("second")),
        None if flags is None else tuple(flags),
    )


def _statement(row: Mapping[str, Any]) -> Statement:
    universes = tuple(row.get("universes", ()))
    return Statement(
        row["header"], row["name"], row["signature"], universes,
        row.get("context", ""), row.get("source", ""),
    )  # fmt: skip


def _verdict(row: Mapping[str, Any]) -> Verdict:
    diagnostics = row["diagnostics"]
    return Verdict(
        VerdictKind(row["kind"]),
        row["rule"],
        tuple(Diagnostic(**one) for one in diagnostics) if diagnostics else (),
        row["seconds"],
        row["toolchain"],
    )


def _score(row: Mapping[str, Any] | None) -> Score | None:
    if row is None:
        return None
    value = row["value"]
    if value is not None and (not isinstance(value, int | float) or not 0 <= value <= 1):
        raise ValueError(f"a score must be in [0, 1] or null, got {value!r:.60}")
    return Score(value, row["reason"], row.get("judge", ""), tuple(row.get("flags", ())))
