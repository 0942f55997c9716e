"""One table, three renderings: a terminal's, Markdown and HTML (the last by `leaneval.page`).

Invariant: a table is numbers and words already formatted, so that the three never disagree. Cells
may hold hostile text (a problem's id, a judge's reason): each rendering escapes it, and `visible`
spells out what would not be seen.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console
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
    """Text with all that is not seen spelt out, newlines kept.

    That is Unicode's control, format (bidirectional marks, zero-width joiners), surrogate, private
    and unassigned characters, line and paragraph separators, and what fonts draw as nothing.
    """
    if text.isprintable() and not _BLANK.search(text):
        return text
    return "".join(c if c == "\n" or not _unseen(c) else f"\\u{ord(c):04x}" for c in text)


_BLANK = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Default-ignorable characters whose category is a letter's or a mark's."""


def _unseen(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] == "C" or category in ("Zl", "Zp") or bool(_BLANK.match(character))


_UNBROKEN = 24
"""Letters up to which a row's name stays on one line of a terminal, however narrow."""


def put(table: Table, console: Console) -> None:
    """Print a table; title and notes take the console's width, and no cell is read as markup."""
    from rich.text import Text

    console.print(Text(visible(table.title), "bold"))
    console.print(_terminal(table))
    for note in table.notes:
        console.print(Text(visible(note), "dim"))


def _terminal(table: Table) -> RichTable:
    from rich.table import Table as RichTable
    from rich.text import Text

    made = RichTable(box=None, pad_edge=False, header_style="bold")
    for number, title in enumerate(table.head):
        short = number == 0 and max((len(row[0]) for row in table.rows), default=0) <= _UNBROKEN
        made.add_column(
            Text(visible(title)), justify="left" if number < table.words else "right",
            overflow="fold", no_wrap=short,
        )  # fmt: skip
    for number, row in enumerate(table.rows):
        styles = ("bold" if (number, c) in table.strong else "" for c in range(len(row)))
        made.add_row(*(Text(visible(cell), s) for cell, s in zip(row, styles, strict=True)))
    return made


def markdown(table: Table) -> str:
    """The table in GitHub's Markdown, its title above and its notes below."""
    rule = ["---" if c < table.words else "---:" for c in range(len(table.head))]
    lines = [_line(map(escaped, table.head)), _line(rule)]
    for number, row in enumerate(table.rows):
        lines.append(_line(
            f"**{escaped(cell)}**" if (number, c) in table.strong else escaped(cell)
            for c, cell in enumerate(row)
        ))  # fmt: skip
    notes = [f"\n{escaped(note)}" for note in table.notes]
    return "\n".join([f"**{escaped(table.title)}**", "", *lines, *notes]) + "\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


_MARKDOWN = str.maketrans({c: f"\\{c}" for c in "\\`*_[]<>|~#"} | {"\n": " "})


def escaped(text: str) -> str:
    """Text for one line of Markdown: nothing in it is read as markup."""
    return visible(text).translate(_MARKDOWN)
