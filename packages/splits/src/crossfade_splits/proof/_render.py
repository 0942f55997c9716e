"""Checks of row contents: messages follow from the columns beside them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from crossfade_splits.output import KEPT, rl_rows, sft_rows

if TYPE_CHECKING:
    from crossfade_splits.proof._data import Data


def count_values(values: pl.Series) -> dict[str, int]:
    """How often each value occurs, by value; nulls do not count."""
    return dict(sorted(values.drop_nulls().value_counts().iter_rows()))


def same_content(data: Data) -> str | None:
    """A row with one id reads the same in every set."""
    rows = pl.concat([frame.select(KEPT) for frame in data.frames.values()])
    odd = rows.unique().filter(pl.col("id").is_duplicated())["id"]
    return f"rows named {odd.sort()[0]!r} differ between sets" if len(odd) else None


def messages(data: Data) -> str | None:
    """Prompts and completions are what the recipe makes of the problem and its reference."""
    rules = data.recipe.format
    target = pl.concat_str("header", "reference").alias("target")
    sft = {condition["sft"] for condition in data.conditions}
    for name, frame in data.frames.items():
        rows = frame.drop("answer").with_columns(target)
        rows = rows.join(data.asked, on="id", how="left", maintain_order="left")
        expected = sft_rows(rows, rules) if name in sft else rl_rows(rows, rules)
        if expected.columns != frame.columns:
            return f"{name}: columns must be {expected.columns}, found {frame.columns}"
        for column in ("prompt", "completion", "answer"):
            if column in frame.columns and not frame[column].equals(expected[column]):
                same = frame[column].eq_missing(expected[column])
                at = frame.filter(~same)["id"][0]
                return f"{name}: {column} of {at!r} does not follow from its problem"
    return None


def injection(data: Data) -> dict[str, Any]:
    """Counts of injected patterns and reasons to skip, over distinct problems."""
    if not data.recipe.inject:
        return {"injected": {}, "skipped": {}}
    found = data.asked
    skipped = found.filter(pl.col("answer").is_null())["reason"]
    return {"injected": count_values(found["pattern"]), "skipped": count_values(skipped)}
