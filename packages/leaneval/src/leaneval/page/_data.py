"""What the explorer shows, packed for the page.

Every part is JSON, compressed and written in base64: the page's script unpacks it and puts it on
the page as text, so no model's word is ever read as HTML, and 56,000 rollouts stay a small file.

1. The head: columns of small numbers, one entry a rollout, ordered by problem, then run. It is all
   that the list and most filters need, and comes first in the file.
2. Problems' texts, and rollouts' searchable texts (candidate, diagnostics, reasons), by chunk.
3. Whole rollouts, chunk by chunk with the same rows; where the candidate stands in the rollout word
   for word it is left out of it, and put back by the reader.

Out of scope: what counts as passing; that is `leaneval.metrics`.
"""

from __future__ import annotations

import base64
import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leaneval.page._columns import columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leaneval.page._blocks import Explorer
    from leaneval.page._columns import Row
    from leaneval.types import DualScore, Problem, Score

_CHUNK = 512 * 1024
"""Characters of text after which a chunk ends, at the next problem."""

_BUDGET = 60_000_000
"""Characters that all rollouts may have together before long ones lose their middles."""


@dataclass(frozen=True, slots=True)
class Data:
    """The packed parts, base64; without texts, the last three are empty."""

    head: str
    rollouts: int
    problems: str = ""
    texts: tuple[str, ...] = ()
    raw: tuple[str, ...] = ()


def data(explorer: Explorer) -> Data:
    """Pack everything that an explorer shows."""
    table = columns(explorer.conditions)
    if not explorer.texts:
        return Data(_pack(table.head | {"texts": False, "chunks": []}), len(table.rows))
    starts, texts, raw = [], [], []
    most = _most(table.rows)
    for start, rows in _chunks(table.rows):
        starts.append(start)
        texts.append(_pack([_texts(row) for row in rows]))
        raw.append(_pack([_rollout(row, most) for row in rows]))
    return Data(
        head=_pack(table.head | {"texts": True, "chunks": starts}),
        rollouts=len(table.rows),
        problems=_pack([_problem(problem) for problem in table.problems]),
        texts=tuple(texts),
        raw=tuple(raw),
    )


def _chunks(rows: Sequence[Row]) -> Iterator[tuple[int, Sequence[Row]]]:
    start = size = 0
    for at, row in enumerate(rows):
        if size >= _CHUNK and row.problem != rows[at - 1].problem:
            yield start, rows[start:at]
            start, size = at, 0
        size += len(row.text) + sum(len(d.message) for d in row.verdict.diagnostics) + 100
    if rows:
        yield start, rows[start:]


# Rows of the page are tuples: the garbage collector forgets a tuple of texts at its first look, and
# would follow as many lists through every full collection.
def _problem(problem: Problem) -> tuple[Any, ...]:
    return problem.informal, problem.header, problem.reference, problem.references


def _texts(row: Row) -> tuple[Any, ...]:
    messages = tuple((d.severity, d.line, d.column, d.message) for d in row.verdict.diagnostics)
    return candidate(row.dual), messages, _reason(row.dual.score), _reason(row.dual.second)


def _reason(score: Score | None) -> tuple[str, ...]:
    return (score.judge, score.reason) if score else ()


def candidate(dual: DualScore) -> str:
    """The statement as the model wrote it; as it was understood, where that was not kept."""
    statement = dual.statement
    if statement is None:
        return ""
    if statement.source:
        return statement.source
    universes = f".{{{', '.join(statement.universes)}}}" if statement.universes else ""
    theorem = f"theorem {statement.name}{universes} {statement.signature}"
    return f"{statement.header}\n\n{theorem}" if statement.header else theorem


def _most(rows: Sequence[Row]) -> int | None:
    """Characters that one rollout may have, where all together are too many for a page."""
    total = sum(len(row.text) for row in rows)
    return None if total <= _BUDGET else max(500, _BUDGET // len(rows))


def _rollout(row: Row, most: int | None) -> tuple[str, ...]:
    """The text before and after the candidate, or the whole text alone."""
    written = candidate(row.dual)
    before, found, after = row.text.partition(written) if written else ("", "", "")
    parts = (before, after) if found else (row.text,)
    return parts if most is None else tuple(_shortened(part, most) for part in parts)


def _shortened(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    half = most // 2
    left = f"[{len(text) - 2 * half:,} characters are left out of this page]"
    return f"{text[:half]}\n{left}\n{text[-half:]}"


def _pack(value: object) -> str:
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    except UnicodeEncodeError:  # a lone surrogate, which JSON can only spell out
        text = json.dumps(value, separators=(",", ":")).encode()
    return base64.b64encode(gzip.compress(text, 6, mtime=0)).decode("ascii")
