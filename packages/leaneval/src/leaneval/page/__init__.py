"""Reports: one page as HTML, Markdown and terminal tables."""

from __future__ import annotations

from leaneval.page._blocks import Block, Explorer, Page, Plot, Prose, Section
from leaneval.page._colours import ACCENT, COLOURS, MUTED
from leaneval.page._html import html
from leaneval.page._plain import markdown, show
from leaneval.page._write import require_writable, write

__all__ = [
    "ACCENT",
    "COLOURS",
    "MUTED",
    "Block",
    "Explorer",
    "Page",
    "Plot",
    "Prose",
    "Section",
    "html",
    "markdown",
    "require_writable",
    "show",
    "write",
]
