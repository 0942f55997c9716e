"""A page as Markdown and on a terminal.

Both show prose and tables. A plot is told in words (its description) and the explorer is named, so
that a reader knows what the HTML page has beside.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval import tables
from leaneval.page._blocks import Explorer, Page, Plot, Prose

if TYPE_CHECKING:
    from rich.console import Console

    from leaneval.page._blocks import Block


def markdown(page: Page) -> str:
    """The page in GitHub's Markdown; no text of a run is read as markup."""
    parts = [f"# {tables.escaped(page.title)}", tables.escaped(page.lead)]
    for section in page.sections:
        parts.append(f"## {tables.escaped(section.title)}")
        parts += [_markdown(block).strip("\n") for block in section.blocks]
    return "\n\n".join(part for part in parts if part) + "\n"


def show(page: Page, console: Console) -> None:
    """Print the page to a terminal; nothing is read as rich's markup."""
    from rich.text import Text

    console.print(Text(tables.visible(page.title), "bold"))
    if page.lead:
        console.print(Text(tables.visible(page.lead)))
    for section in page.sections:
        console.print()
        console.print(Text(tables.visible(section.title), "bold underline"))
        for block in section.blocks:
            console.print()
            if isinstance(block, tables.Table):
                tables.put(block, console)
            else:
                console.print(Text(tables.visible(_words(block))))


def _markdown(block: Block) -> str:
    if isinstance(block, tables.Table):
        return tables.markdown(block)
    if isinstance(block, Prose):
        return tables.escaped(block.text)
    return f"*{tables.escaped(_words(block))}*"


def _words(block: Prose | Plot | Explorer) -> str:
    if isinstance(block, Prose):
        return block.text
    if isinstance(block, Plot):
        return f"Plot, drawn in the HTML page: {block.title}. {block.description}".strip()
    rollouts = sum(
        len(sample.duals)
        for condition in block.conditions
        for run in condition.runs
        for sample in run.samples.values()
    )
    return f"The explorer of all {rollouts:,} rollouts is in the HTML page."
