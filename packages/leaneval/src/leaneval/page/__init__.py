"""Reports: one page as HTML, Markdown and terminal tables."""

from __future__ import annotations

from leaneval.page._blocks import Block, Explorer, Page, Plot, Prose, Section

__all__ = ["Block", "Explorer", "Page", "Plot", "Prose", "Section"]
