"""Which rows are fit to be in the pool at all, with the reason for each that is not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from crossfade_splits.errors import DataError
from crossfade_splits.read import raw_blocks

if TYPE_CHECKING:
    from crossfade_splits.recipe import Quality

_NAMES = ("id", "verdict")


def load_verdicts(path: str) -> dict[str, str]:
    """Read verdicts by id: JSONL rows with `id` and `verdict` (as `leaneval check --json` writes).

    Raises:
        DataError: no row has both.
    """
    found: dict[str, str] = {}
    for block in raw_blocks(path, _NAMES):
        for row_id, verdict in block.drop_nulls().iter_rows():
            found[row_id] = verdict
    if not found:
        raise DataError(
            f"{path}: verdict rows must hold `id` and `verdict`, none does; "
            "write the file with `leaneval check --json`."
        )
    return found


def judge(block: pl.DataFrame, rules: Quality, verdicts: dict[str, str] | None) -> pl.Series:
    """Return, for each row of a block, the rule it breaks, or null.

    `block` has the columns `id, prompt, target, normal, lean`, the last two in normal form.
    """
    size = pl.col("prompt").str.len_chars()
    target_size = pl.col("target").str.len_chars()
    rule = (
        pl.when(pl.col("normal") == "")
        .then(pl.lit("no-prompt"))
        .when(size < rules.min_chars)
        .then(pl.lit("prompt-too-short"))
    )
    if rules.max_chars is not None:
        rule = rule.when(size > rules.max_chars).then(pl.lit("prompt-too-long"))
    if rules.max_target_chars is not None:
        rule = rule.when(target_size > rules.max_target_chars).then(pl.lit("target-too-long"))
    if rules.lean_target:
        rule = rule.when(pl.col("lean").is_null()).then(pl.lit("target-not-lean"))
    if verdicts is not None:
        verdict = pl.col("id").replace_strict(verdicts, default=None, return_dtype=pl.String)
        rule = (
            rule.when(verdict.is_null())
            .then(pl.lit("no-verdict"))
            .when(verdict != "compiles")
            .then(pl.lit("verdict-") + verdict)
        )
    return block.select(rule.otherwise(None).alias("reason"))["reason"]
