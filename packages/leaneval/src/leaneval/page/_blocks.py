"""What a report is made of, before anything is rendered.

The same `Page` becomes one HTML file, Markdown for a pull request, and tables on a terminal; a
rendering leaves out the blocks that it cannot show (plots and the explorer, outside HTML) and says
so. Nothing here knows of HTML, and no string is markup: renderers escape everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leaneval.results import Condition
    from leaneval.tables import Table


@dataclass(frozen=True, slots=True)
class Prose:
    """A paragraph of plain text."""

    text: str


@dataclass(frozen=True, slots=True)
class Plot:
    """A Vega-Lite plot.

    Attributes:
        title: What it shows, units included; also its accessible name.
        spec: The Vega-Lite specification with its data inside, without title, colours of the page
            or `config` (the renderer gives light and dark ones).
        description: What a reader who does not see it should know: axes, and the finding in words.
    """

    title: str
    spec: Mapping[str, Any]
    description: str


@dataclass(frozen=True, slots=True)
class Explorer:
    """Every problem and rollout, to be searched.

    Attributes:
        conditions: What to show; all runs of one task.
        texts: Whether problems' informal and formal texts may be shown (`--no-text`: false; ids,
            verdicts, scores and tags stay).
    """

    conditions: tuple[Condition, ...]
    texts: bool = True


Block: TypeAlias = "Prose | Table | Plot | Explorer"


@dataclass(frozen=True, slots=True)
class Section:
    """A titled part of a page."""

    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """A whole report.

    Attributes:
        title: The document's title.
        lead: What was measured, when and with what, in a sentence or two.
        sections: In order.
    """

    title: str
    lead: str
    sections: tuple[Section, ...]
