"""The plots of a report, by altair: rows in percent in, Vega-Lite specifications out.

Invariant: a plot shows nothing that is not in a table's numbers or reckoned by the same functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.page import COLOURS, MUTED, Plot
from leaneval.report.charts import (
    BAND,
    Rows,
    colour,
    library,
    percent_axis,
    plot,
    pointed,
    shape,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

_WIDE, _PANEL, _HEIGHT = 620, 290, 240


def pass_curves(rows: Rows, names: Sequence[str]) -> Plot:
    """pass@k against k: one panel for compiling, one for meaning the problem.

    A row of panels holds no more conditions than there are colours.

    Args:
        rows: condition, metric (panel title), k, value, low, high.
        names: Conditions in order.
    """
    alt = library()
    base = alt.Chart().encode(
        x=alt.X("k:Q", title="k", axis=alt.Axis(tickMinStep=1, format="d")),
        color=colour(names),
    )
    band = base.mark_area(opacity=BAND).encode(y=percent_axis("low", "percent"), y2="high:Q")
    line = pointed(base.mark_line()).encode(y="value:Q")
    dots = pointed(base.mark_point()).encode(
        y="value:Q", shape=shape(names), description=alt.Description("told:N")
    )
    layers = alt.layer(band, line, dots).properties(width=_PANEL, height=_HEIGHT)
    panels = list(dict.fromkeys(row["metric"] for row in rows))
    split = _rows_of_panels(names)
    rows = [row | {"part": split[row["condition"]]} for row in rows]
    parts = alt.Row("part:N", title=None, sort=list(dict.fromkeys(split.values())))
    chart = layers.properties(data=alt.Data(values=rows)).facet(
        column=alt.Column("metric:N", title=None, sort=panels),
        row=parts if len(names) > COLOURS else alt.Undefined,
    )
    return plot(
        "pass@k, percent, with 95 % intervals", chart,
        "Share of problems solved by at least one of k rollouts, against k, a line a condition "
        f"with its interval as a band. {_ends(rows)}",
    )  # fmt: skip


def _rows_of_panels(names: Sequence[str]) -> dict[str, str]:
    """Condition to its row of panels, so that no panel has two lines of one colour."""
    many = range(0, len(names), COLOURS)
    titles = [f"conditions {n + 1} to {min(n + COLOURS, len(names))}" for n in many]
    return {name: titles[n // COLOURS] for n, name in enumerate(names)}


def _ends(rows: Rows) -> str:
    """The right ends of the last panel's lines, in words."""
    most, panel = max(row["k"] for row in rows), rows[-1]["metric"]
    last = [row for row in rows if (row["k"], row["metric"]) == (most, panel)]
    told = "; ".join(f"{row['condition']} {short(row)}" for row in last)
    return f"At k = {most}, {panel}: {told}."


def best_histogram(rows: Rows, names: Sequence[str], n: int) -> Plot:
    """How the best score of a problem's n rollouts is spread, one panel a condition.

    Args:
        rows: condition, band (of scores), problems (percent of them).
        names: Conditions in order.
        n: Rollouts a problem.
    """
    alt = library()
    bands = list(dict.fromkeys(row["band"] for row in rows))
    bars = (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            x=alt.X("band:N", title=f"best score of {n}", sort=bands, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("problems:Q", title="percent of problems"),
            description=alt.Description("told:N"),
        )
        .properties(width=200, height=120)
    )
    columns = 2 if len(names) in (2, 4) else 3
    facet = alt.Facet("condition:N", title=None, sort=list(names))
    chart = bars.facet(facet=facet, columns=columns)
    zero = {row["condition"]: row["problems"] for row in rows if row["band"] == bands[0]}
    told = ", ".join(f"{name} {zero.get(name, 0):.0f}" for name in names)
    return plot(
        f"best score of {n} rollouts, percent of problems", chart,
        f"Problems by the best score among their {n} rollouts, one panel a condition. Percent "
        f"where none is above 0: {told}.",
    )  # fmt: skip


def gap_against_compiling(rows: Rows, study: Rows, names: Sequence[str], source: str) -> Plot:
    """The gap C@1 - S@1 against C@1, one point a condition, the study's in grey.

    Args:
        rows: condition; value, low, high of C@1; gap, gap_low, gap_high; the middle of the two
            intervals where there is no point, which bears no mark then.
        study: condition, benchmark, value, gap.
        names: Conditions in order.
        source: Where the grey points come from.
    """
    alt = library()
    x = percent_axis("value", "C@1: compiles, percent", "X", padding=12)
    y = percent_axis("gap", "gap C@1 - S@1, points", padding=12)
    grey = (
        alt.Chart(alt.Data(values=study))
        .mark_point(color=MUTED, shape="cross", opacity=0.6)
        .encode(x=x, y=y, description=alt.Description("told:N"))
    )
    base = alt.Chart(alt.Data(values=rows)).encode(color=colour(names))
    across = base.mark_rule(opacity=0.6).encode(x="low:Q", x2="high:Q", y="gap:Q")
    upright = base.mark_rule(opacity=0.6).encode(x="value:Q", y="gap_low:Q", y2="gap_high:Q")
    dots = pointed(base.mark_point(size=90)).encode(
        x=x, y=y, shape=shape(names), description=alt.Description("told:N")
    )
    chart = (grey + across + upright + dots).properties(width=_WIDE, height=300)
    told = "; ".join(
        f"{r['condition']} {r['value']:.1f}, {r['gap']:.1f}" if r["point"] else r["told"]
        for r in rows
    )
    return plot(
        "gap against compile rate", chart,
        "The part of the compile rate that does not mean the problem, against the compile rate, "
        f"with 95 % intervals. Grey crosses: the study's published points ({source}), another "
        f"instrument. C@1 and gap: {told}.",
    )  # fmt: skip


def by_tag(rows: Rows, names: Sequence[str]) -> Plot:
    """S@1 by the problems' tags.

    Args:
        rows: condition, tag (with its number of problems), value, low, high.
        names: Conditions in order.
    """
    alt = library()
    tags = list(dict.fromkeys(row["tag"] for row in rows))
    base = alt.Chart(alt.Data(values=rows)).encode(
        y=alt.Y("tag:N", title=None, sort=tags),
        yOffset=alt.YOffset("condition:N", sort=list(names), scale=alt.Scale(paddingOuter=0.4)),
        color=colour(names),
    )
    rules = base.mark_rule(opacity=0.6).encode(
        x=percent_axis("low", "S@1: compiles and means it, percent", "X"), x2="high:Q"
    )
    dots = pointed(base.mark_point()).encode(
        x="value:Q", shape=shape(names), description=alt.Description("told:N")
    )
    step = alt.Step(max(26, 9 * len(names)), **{"for": "position"})
    chart = (rules + dots).properties(width=_WIDE - 120, height=step)
    return plot(
        "S@1 by tag, percent, with 95 % intervals", chart,
        "Share of rollouts that compile and mean the problem, by the problems' tags: a row a tag, "
        f"a point a condition. Tags: {', '.join(tags)}. One problem may bear several.",
    )  # fmt: skip
