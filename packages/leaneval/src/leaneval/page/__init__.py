"""Reports: one page as HTML, Markdown and terminal tables."""

from __future__ import annotations

from leaneval.page._blocks import Block, Explorer, Page, Plot, Prose, Section
from leaneval.page._colours import ACCENT, MUTED
from leaneval.page._html import html
from leaneval.page._plain import markdown, show
from leaneval.page._write import write

__all__ = [
    "ACCENT",
    "MUTED",
    "Block",
    "Explorer",
    "Page",
    "Plot",
    "Prose",
    "Section",
    "html",
    "markdown",
    "show",
    "write",
]
