"""Rows as trainers want them.

SFT rows are TRL's prompt-completion format, RL rows its conversational prompt format; both keep the
pool's `id`, the untouched `problem`, the `reference` with its `header`, source, licence, stratum.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from crossfade_splits.text import split_header

if TYPE_CHECKING:
    from crossfade_splits.recipe import Format

KEPT = (
    "id",
    "problem",
    "reference",
    "header",
    "answer",
    "source",
    "license",
    "topic",
    "difficulty",
    "stratum",
)


def _templated(template: str, slot: str, content: str) -> pl.Expr:
    before, after = template.split(slot)
    return pl.concat_str([pl.lit(before), pl.col(content), pl.lit(after)])


def _message(role: str, content: pl.Expr) -> pl.Expr:
    return pl.struct(pl.lit(role).alias("role"), content.alias("content"))


def _prompt(rules: Format) -> pl.Expr:
    messages = [_message("user", _templated(rules.prompt, "{prompt}", "asked"))]
    if rules.system is not None:
        messages.insert(0, _message("system", pl.lit(rules.system)))
    return pl.concat_list(messages).alias("prompt")


def injected(problems: pl.Series, targets: pl.Series) -> pl.DataFrame:
    """Run answer injection over some rows.

    Returns:
        Columns `asked` (the prompt with its answer, where one was injected), `answer`, `pattern`,
        `reason`.
    """
    from crossfade_splits.inject import inject

    rows = [inject(p, t or "") for p, t in zip(problems, targets, strict=True)]
    return pl.DataFrame(
        {
            "asked": [row.prompt for row in rows],
            "answer": [row.answer if row.injected else None for row in rows],
            "pattern": [row.pattern if row.injected else None for row in rows],
            "reason": [row.reason for row in rows],
        },
        schema=dict.fromkeys(("asked", "answer", "pattern", "reason"), pl.String),
    )


def rows_of(taken: pl.DataFrame, inject: bool) -> pl.DataFrame:
    """The columns every set shares, from rows of the pool (with `stratum`), once per problem."""
    if taken["target"].null_count() < len(taken):
        parts = split_header(taken["target"].fill_null("")).rename({"statement": "reference"})
    else:
        parts = pl.DataFrame({"header": [None] * len(taken), "reference": [None] * len(taken)})
        parts = parts.cast(pl.String)
    out = taken.rename({"prompt": "problem"}).hstack(parts)
    if inject:
        return out.hstack(injected(out["problem"], out["target"]))
    empty = [pl.lit(None, pl.String).alias(c) for c in ("answer", "pattern", "reason")]
    return out.with_columns(pl.col("problem").alias("asked"), *empty)


def rl_rows(rows: pl.DataFrame, rules: Format) -> pl.DataFrame:
    """Rows for GRPO: a conversational prompt and what a reward needs."""
    return rows.select(_prompt(rules), *KEPT)


def sft_rows(rows: pl.DataFrame, rules: Format) -> pl.DataFrame:
    """Rows for SFT: prompt and completion; no completion where the pool has no targets."""
    if rows["target"].null_count() == len(rows):
        return rows.select(_prompt(rules), *KEPT)
    answer = _message("assistant", _templated(rules.completion, "{target}", "target"))
    return rows.select(_prompt(rules), pl.concat_list([answer]).alias("completion"), *KEPT)
