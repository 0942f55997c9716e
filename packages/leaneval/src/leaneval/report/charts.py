"""What plots of a report have in common, for those who add their own to it.

Invariant: a condition has one colour and one mark throughout a page, in the page's order. Colours
of the page itself, light and dark, are the renderer's. All shares are in percent. A row's `told`
is what its mark says of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leaneval.comparison import spelt
from leaneval.errors import UsageError
from leaneval.page import Plot

if TYPE_CHECKING:
    from collections.abc import Sequence

    import altair

    from leaneval.statistics import Estimate

Rows = list[dict[str, Any]]
BAND = 0.14
"""Opacity of an interval's band."""


def row(estimate: Estimate, told: str, *, point: bool = True, **fields: Any) -> dict[str, Any]:
    """An estimate as a row of a plot: value, low, high in percent, and what it says of itself.

    Args:
        estimate: As shares.
        told: What it is an estimate of.
        point: Whether so little is missing that its value may be told.
        fields: Further columns.
    """
    rounded = {name: round(100 * number, 3) for name, number in estimate._asdict().items()}
    return {**fields, **rounded, "told": f"{told}: {spelt(estimate, point=point)}"}


def library() -> Any:
    """The plotting library.

    Raises:
        UsageError: It is not installed.
    """
    try:
        import altair
    except ImportError as error:
        raise UsageError(
            "A report's plots need altair, which is not installed: pip install 'leaneval[report]'."
        ) from error
    return altair


def plot(title: str, chart: altair.TopLevelMixin, description: str) -> Plot:
    """A chart as a block of a page."""
    spec = chart.to_dict()
    spec.pop("config", None)
    return Plot(title, spec, description)


def colour(
    names: Sequence[str], title: str = "condition", shown: Sequence[str] | None = None
) -> Any:
    """The colours of conditions, in the page's order.

    Args:
        names: All conditions of the page.
        title: Of the legend.
        shown: Those that the plot has; None: all.
    """
    alt = library()
    own = alt.Undefined if shown is None else list(shown)
    legend = alt.Legend(symbolOpacity=1, values=own)  # of the marks, not of the bands
    scale = alt.Scale(domain=list(names))
    return alt.Color("condition:N", title=title, scale=scale, sort=None, legend=legend)


def shape(names: Sequence[str], title: str = "condition") -> Any:
    """The marks of conditions, for those who do not tell the colours apart."""
    alt = library()
    scale = alt.Scale(domain=list(names))
    return alt.Shape("condition:N", title=title, scale=scale, sort=None)


def percent_axis(field: str, title: str, channel: str = "Y", **scale: Any) -> Any:
    """An axis of percents that need not start at 0."""
    alt = library()
    return getattr(alt, channel)(
        f"{field}:Q", title=title, scale=alt.Scale(zero=False, **scale), axis=alt.Axis(tickCount=6)
    )
