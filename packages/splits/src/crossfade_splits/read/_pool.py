"""The pool as one stream of rows with fixed columns, whatever the inputs call theirs.

Columns of every block: `id, prompt, target, source, license, topic, difficulty, cluster` and those
that the recipe stratifies by. A row without an id gets one made of its content, so that the order
of the rows does not matter. A conversation of one exchange counts for what the user asks (prompt)
or the assistant answers (target); its system message is not kept.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from crossfade_splits.errors import DataError
from crossfade_splits.read._adapters import ADAPTERS, Adapter
from crossfade_splits.read._blocks import files_of, raw_blocks
from crossfade_splits.read._columns import first_columns
from crossfade_splits.read._ids import ContentIds
from crossfade_splits.read._nested import Records
from crossfade_splits.read._talk import said

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crossfade_splits.recipe import Recipe, Source

FIELDS = ("id", "prompt", "target", "source", "license", "topic", "difficulty", "cluster")
_BUILT_IN = {*FIELDS, "length"}


def _mapping(recipe: Recipe, source: Source) -> tuple[dict[str, str], set[str], Adapter | None]:
    """Field to column for one input, and which of these the user named."""
    adapter = ADAPTERS[source.adapter] if source.adapter else None
    columns = recipe.columns
    extra = {name: name for name in recipe.stratify if name not in _BUILT_IN}
    if adapter:
        mine = {f: c for f in columns.model_fields_set if (c := getattr(columns, f)) is not None}
        return {**adapter.columns, **mine, **extra}, {"prompt", *extra}, adapter
    mapping = {f: c for f in FIELDS if (c := getattr(columns, f)) is not None}
    named = {f for f in columns.model_fields_set if f in mapping} | {"prompt"}
    return mapping | extra, named | set(extra), None


def _number(frame: pl.DataFrame, source: Source, column: str) -> pl.DataFrame:
    """Read difficulty as a number."""
    text = frame["difficulty"].str.strip_chars()
    value = text.cast(pl.Float64, strict=False)
    bad = text.is_not_null() & (value.is_null() | ~value.is_finite().fill_null(True))
    if bad.any():
        shown = text.filter(bad)[0]
        raise DataError(
            f"{source.path}: column {column!r} must hold finite numbers or nothing, got {shown!r}; "
            "mend it or name another --difficulty-column."
        )
    return frame.with_columns(value.alias("difficulty"))


def _names(column: str) -> list[str]:
    """The columns of the file that a mapping's entry reads."""
    return [re.split(r"[$~]", part, maxsplit=1)[0] for part in column.split("|")]


def _part(part: str) -> pl.Expr:
    """A column, what a JSON path finds in it, or what the group of a pattern matches in it."""
    found = re.fullmatch(r"(?s)([^$~]*)([$~])(.*)", part)
    if not found:
        return pl.col(part)
    column, how, what = pl.col(found[1]), found[2], found[3]
    return column.str.json_path_match("$" + what) if how == "$" else column.str.extract(what)


def _value(column: str) -> pl.Expr:
    """The first of several that is there."""
    return pl.coalesce(_part(part) for part in column.split("|"))


def _canonical(
    raw: pl.DataFrame,
    mapping: dict[str, str],
    fields: list[str],
    source: Source,
    adapter: Adapter | None,
) -> pl.DataFrame:
    """The rows with exactly these fields, in this order whatever the input."""
    frame = raw.select(
        _value(mapping[f]).alias(f) if f in mapping else pl.lit(None, pl.String).alias(f)
        for f in fields
    )
    name = source.name or (adapter.name if adapter else None)
    licence = source.license or (adapter.license if adapter else None)
    frame = _number(frame, source, mapping.get("difficulty", "difficulty"))
    return frame.with_columns(
        pl.col("source").fill_null(pl.lit(name, pl.String)),
        pl.col("license").fill_null(pl.lit(licence, pl.String)),
        said(frame["prompt"], "user", source.path),
        said(frame["target"], "assistant", source.path),
    )


def _check_columns(
    source: Source, mapping: dict[str, str], named: set[str], seen: set[str], rows: int
) -> None:
    if not rows:
        raise DataError(f"{source.path}: a pool must hold rows, it is empty; name another.")
    for field in sorted(named & set(mapping)):
        if field not in seen:
            only = ADAPTERS[source.adapter].file if source.adapter else None
            first = first_columns(files_of(source.path, only))
            there = ", ".join(first[:20])
            empty = mapping[field] in first
            raise DataError(
                f"{source.path}: no row has {'a value in' if empty else 'the column'} "
                f"{mapping[field]!r} ({field}){there and f', the first has {there}'}; "
                f"name another with {f'--{field}-column' if field in FIELDS else '--stratify'}."
            )


def pool_blocks(recipe: Recipe) -> Iterator[tuple[int, pl.DataFrame]]:
    """Yield the pool block by block, each with the index of its input.

    Raises:
        DataError: an input is empty, broken, or lacks a column that was asked for.
    """
    made = ContentIds()
    fields = [*FIELDS, *(name for name in recipe.stratify if name not in _BUILT_IN)]
    for index, source in enumerate(recipe.pool):
        mapping, named, adapter = _mapping(recipe, source)
        seen: set[str] = set()
        records = Records()
        rows = 0
        columns = list(dict.fromkeys(name for c in mapping.values() for name in _names(c)))
        for raw in raw_blocks(source.path, columns, adapter.file if adapter else None):
            rows += len(raw)
            there = {name for name in columns if raw[name].null_count() < len(raw)}
            seen |= {f for f, c in mapping.items() if there & set(_names(c))}
            block = _canonical(raw, mapping, fields, source, adapter)
            records.see(block["prompt"])
            yield index, made.fill(block)
        _check_columns(source, mapping, named, seen, rows)
        records.refuse(source.path)
