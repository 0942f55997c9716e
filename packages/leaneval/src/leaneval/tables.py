"""One table, three renderings: a terminal's, Markdown and HTML (the last by `leaneval.page`).

Invariant: a table is numbers and words already formatted, so that the three never disagree. Cells
may hold hostile text (a problem's id, a judge's reason): each rendering escapes it, and `visible`
spells out what would not be seen.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.table import Table as RichTable


@dataclass(frozen=True, slots=True)
class Table:
    """A table to print.

    Attributes:
        title: What it shows, units included.
        head: Column titles.
        rows: Cells, as many a row as there are titles.
        words: How many leading columns hold words; the others hold numbers, set to the right.
        notes: What must be known to read it, a sentence each.
        strong: (row, column) of the cells that stand out.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1
    notes: tuple[str, ...] = ()
    strong: frozenset[tuple[int, int]] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        """Every row is as long as the head."""
        assert all(len(row) == len(self.head) for row in self.rows), self.title


def visible(text: str) -> str:
    """Text with control, format and bidirectional characters spelt out, newlines kept."""
    return "".join(
        c if c == "\n" or unicodedata.category(c)[0] != "C" else f"\\u{ord(c):04x}" for c in text
    )


def terminal(table: Table) -> RichTable:
    """The table for a rich console; cells are never read as markup."""
    from rich.table import Table as RichTable
    from rich.text import Text

    made = RichTable(
        box=None, pad_edge=False, title=Text(table.title, "bold"), title_justify="left",
        caption=Text("\n".join(table.notes), "dim") if table.notes else None,
        caption_justify="left", header_style="bold",
    )  # fmt: skip
    for number, title in enumerate(table.head):
        made.add_column(
            Text(title), justify="left" if number < table.words else "right", overflow="fold"
        )
    for number, row in enumerate(table.rows):
        styles = ("bold" if (number, c) in table.strong else "" for c in range(len(row)))
        made.add_row(*(Text(visible(cell), s) for cell, s in zip(row, styles, strict=True)))
    return made


def markdown(table: Table) -> str:
    """The table in GitHub's Markdown, its title above and its notes below."""
    rule = ["---" if c < table.words else "---:" for c in range(len(table.head))]
    lines = [_line(map(_escaped, table.head)), _line(rule)]
    for number, row in enumerate(table.rows):
        lines.append(_line(
            f"**{_escaped(cell)}**" if (number, c) in table.strong else _escaped(cell)
            for c, cell in enumerate(row)
        ))  # fmt: skip
    notes = [f"\n{_escaped(note)}" for note in table.notes]
    return "\n".join([f"**{_escaped(table.title)}**", "", *lines, *notes]) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|~#"} | {"\n": " "})


def _escaped(text: str) -> str:
    return visible(text).translate(_MARKDOWN)
