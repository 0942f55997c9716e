"""What plots of a report have in common, for those who add their own to it.

Invariant: a condition has one colour and one mark throughout a page, in the page's order. Beyond
`leaneval.page.COLOURS` of them colours begin again, with the next mark and the next dash, so that
no two of the first 64 look alike. Colours of the page itself, light and dark, are the renderer's.
All shares are in percent. A row's `told` is what its mark says of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leaneval.comparison import spelt
from leaneval.errors import UsageError
from leaneval.page import COLOURS, Plot

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import altair

    from leaneval.statistics import Estimate

Rows = list[dict[str, Any]]
BAND = 0.14
"""Opacity of an interval's band."""
_MARKS = (
    "circle", "square", "triangle-up", "cross", "diamond", "triangle-right", "triangle-down",
    "triangle-left",
)  # fmt: skip
_DASHES = ([1, 0], [6, 3], [2, 2], [9, 3, 2, 3], [12, 4], [4, 2, 1, 2], [1, 3], [8, 2, 4, 2])


def row(estimate: Estimate, told: str, *, point: bool = True, **fields: Any) -> dict[str, Any]:
    """An estimate as a row of a plot: value, low, high in percent, and what it says of itself.

    Args:
        estimate: As shares.
        told: What it is an estimate of.
        point: Whether so little is missing that its value may be told; where it may not, marks of
            values leave the row out (`pointed`).
        fields: Further columns.
    """
    rounded = {name: round(100 * number, 3) for name, number in estimate._asdict().items()}
    said = f"{told}: {spelt(estimate, point=point)}"
    return {**fields, **rounded, "point": point, "told": said}


def pointed(chart: Any) -> Any:
    """A chart of those rows alone whose values may be told."""
    return chart.transform_filter("datum.point")


def short(row: Mapping[str, Any]) -> str:
    """`46.9`, or `36.2 to 58.1` where too much is missing for a value."""
    value, low, high = (f"{row[name]:.1f}" for name in ("value", "low", "high"))
    return value if row["point"] else f"{low} to {high}"


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
    marks = [_MARKS[(n + n // COLOURS) % len(_MARKS)] for n in range(len(names))]
    alt = library()
    scale = alt.Scale(domain=list(names), range=marks)
    return alt.Shape("condition:N", title=title, scale=scale, sort=None)


def dash(names: Sequence[str], title: str = "condition", shown: Sequence[str] | None = None) -> Any:
    """The dashes of conditions' lines, where there are more of them than colours.

    Args:
        names: All conditions of the page.
        title: Of the legend, the same as the colours'.
        shown: Those that the plot has; None: all.
    """
    alt = library()
    if len(names) <= COLOURS:
        return alt.Undefined
    dashes = [_DASHES[n // COLOURS % len(_DASHES)] for n in range(len(names))]
    own = alt.Undefined if shown is None else list(shown)
    scale = alt.Scale(domain=list(names), range=dashes)
    legend = alt.Legend(symbolOpacity=1, values=own)
    return alt.StrokeDash("condition:N", title=title, scale=scale, sort=None, legend=legend)


def percent_axis(field: str, title: str, channel: str = "Y", **scale: Any) -> Any:
    """An axis of percents that need not start at 0."""
    alt = library()
    return getattr(alt, channel)(
        f"{field}:Q", title=title, scale=alt.Scale(zero=False, **scale), axis=alt.Axis(tickCount=6)
    )
