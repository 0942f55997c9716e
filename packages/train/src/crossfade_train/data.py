"""Rows in: from a path or a hub id to the data sets that TRL's trainers take.

Made by anyone: a folder of crossfade-splits with one of its configurations, a JSONL or Parquet
file, a data set of the hub. Columns are checked before a model is loaded, and the first row that
breaks a rule is named. Out of scope: overlap, duplicates, contamination (`crossfade-splits audit`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import DataError
from leaneval.errors import LeanevalError
from leaneval.extract import parse_reference
from leaneval.types import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from datasets import Dataset

_FILES = {".jsonl": "json", ".json": "json", ".parquet": "parquet"}
_SFT_FORMATS = (("prompt", "completion"), ("messages",), ("text",))
_INFORMAL = ("problem", "informal")


@dataclass(frozen=True, slots=True)
class DataRef:
    """Where rows are.

    Attributes:
        path_or_hub_id: A folder, a `.jsonl`, `.json` or `.parquet` file, or a hub id.
        configuration: Of a folder or hub data set with several, such as `sft` or `overlap_30`.
    """

    path_or_hub_id: str
    configuration: str | None = None

    def __str__(self) -> str:
        if self.configuration is None:
            return self.path_or_hub_id
        return f"{self.path_or_hub_id} ({self.configuration})"


def sft_data(ref: DataRef, *, chat_template_kwargs: Mapping[str, Any] | None = None) -> Dataset:
    """Rows for SFT: `prompt` and `completion`, or `messages`, or `text`; other columns go.

    Args:
        ref: Where they are.
        chat_template_kwargs: Given to the chat template of every row (`enable_thinking`), which
            TRL takes as a column.

    Raises:
        DataError: The data cannot be read, has no rows or none of these formats.
    """
    rows = _rows(ref)
    found = next((f for f in _SFT_FORMATS if set(f) <= set(rows.column_names)), None)
    if found is None:
        raise DataError(
            f"{ref}: SFT needs the columns `prompt` and `completion`, or `messages`, or `text`, "
            f"got {sorted(rows.column_names)}; rename columns, or name the SFT configuration."
        )
    for column in found:
        _check(ref, rows, column, _says_something, "text or a list of messages that are not empty")
    rows = rows.select_columns(list(found))
    if chat_template_kwargs:
        rows = rows.add_column("chat_template_kwargs", [dict(chat_template_kwargs)] * len(rows))
    return rows


def grpo_data(ref: DataRef) -> Dataset:
    """Rows for GRPO: `prompt`, and what the reward reads; other columns go.

    The reward needs `reference`, the problem's Lean theorem; `id`, `problem` (or `informal`),
    `header` and `references` are used where they are.

    Raises:
        DataError: The data cannot be read, has no rows, or a row has no prompt or no reference
            that declares a theorem.
    """
    rows = _rows(ref)
    missing = [name for name in ("prompt", "reference") if name not in rows.column_names]
    if missing:
        raise DataError(
            f"{ref}: GRPO needs the columns `prompt` and `reference`, got "
            f"{sorted(rows.column_names)} without {missing}; rename columns, or name one of the "
            "GRPO configurations."
        )
    _check(ref, rows, "prompt", _says_something, "text or a list of messages that are not empty")
    _check(ref, rows, "reference", _says_something, "a Lean theorem")
    known = ("prompt", "reference", "id", *_INFORMAL, "header", "references")
    rows = rows.select_columns([name for name in known if name in rows.column_names])
    _check_references(ref, rows)
    return rows


def problem_from(row: Mapping[str, Any]) -> Problem:
    """The problem of a row that `grpo_data` let pass; further keys are passed over."""
    informal = next((row[name] for name in _INFORMAL if row.get(name)), "")
    return Problem(
        id=str(row.get("id") or ""),
        informal=informal,
        reference=row["reference"],
        header=row.get("header") or "",
        references=tuple(row.get("references") or ()),
    )


def completion_text(completion: Any) -> str:
    """The text of a completion as TRL hands it on: a string, or messages whose last one counts."""
    if isinstance(completion, str):
        return completion
    content = completion[-1].get("content") if completion else ""
    if isinstance(content, str):
        return content
    return "".join(part.get("text") or "" for part in content or ())


def _rows(ref: DataRef) -> Dataset:
    from datasets import load_dataset

    path = Path(ref.path_or_hub_id)
    kind = _FILES.get(path.suffix)
    if not path.exists() and (kind or ref.path_or_hub_id.startswith((".", "/", "~"))):
        raise DataError(f"Data must exist: {ref} does not. Check the path.")
    try:
        if path.is_file() and kind:
            rows = load_dataset(kind, data_files=str(path), split="train")
        else:
            rows = load_dataset(ref.path_or_hub_id, ref.configuration, split="train")
    except Exception as error:  # the library raises what its readers raise
        said = f"{type(error).__name__}: {error}"
        raise DataError(
            f"{ref}: data must be a folder, a JSONL or Parquet file, or a hub id, with a `train` "
            f"split and the named configuration; reading it gave {said[:400]}"
        ) from error
    if not len(rows):
        raise DataError(f"{ref}: data must have rows, got none.")
    return rows


def _check(
    ref: DataRef, rows: Dataset, column: str, holds: Callable[[Any], bool], what: str
) -> None:
    values: Sequence[Any] = rows[column]
    for number, value in enumerate(values):
        if not holds(value):
            raise DataError(
                f"{ref}: `{column}` must be {what}; row {number} has {value!r:.80}. "
                "Mend or leave out the row."
            )


def _says_something(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value) and all(isinstance(m, Mapping) and m.get("role") for m in value)


def _check_references(ref: DataRef, rows: Dataset) -> None:
    columns = [name for name in rows.column_names if name != "prompt"]
    for number, row in enumerate(rows.select_columns(columns)):
        problem = problem_from(row)
        try:
            for text in (problem.reference, *problem.references):
                parse_reference(text, problem.header)
        except LeanevalError as error:
            raise DataError(f"{ref}: row {number} ({problem.id or 'no id'}): {error}") from error
