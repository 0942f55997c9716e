"""The minimum of a report: the condition table with intervals, paired differences, the study's."""

from __future__ import annotations

from crossfade_train.report._bootstrap import Bootstrap, Estimate
from crossfade_train.report._render import markdown, render, write
from crossfade_train.report._summary import Summary, summarise

__all__ = ["Bootstrap", "Estimate", "Summary", "markdown", "render", "summarise", "write"]
