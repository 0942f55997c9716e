"""ROC and precision-recall of all judges, and people's view by score."""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Any

from leaneval.calibration._words import decimal, in_percent
from leaneval.page import MUTED, Plot
from leaneval.report import charts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leaneval.calibration._calibration import Calibration, Curve

_SIDE = 320


def plots(found: Sequence[Calibration]) -> list[Plot]:
    """What can be drawn; none where no judge has a curve."""
    drawn = [c for c in found if c.roc is not None]
    return [_roc(drawn), _precision_recall(drawn), _bands(drawn)] if drawn else []


def _roc(found: Sequence[Calibration]) -> Plot:
    alt = charts.library()
    diagonal = (
        alt.Chart(alt.Data(values=[{"x": 0, "y": 0}, {"x": 100, "y": 100}]))
        .mark_line(color=MUTED, strokeDash=[4, 4])
        .encode(x="x:Q", y="y:Q")
    )
    used = ((c, 1 - float(c.counts.specificity), float(c.counts.recall)) for c in found)
    chart = diagonal + _curve(
        _points((c.judged.name, c.roc) for c in found), _rings(used), found,
        "wrong statements passed, percent", "right statements passed, percent", "linear",
    )  # fmt: skip
    areas = "; ".join(f"{c.judged.name} {decimal(c.measures['roc_auc'])}" for c in found)
    return charts.plot(
        "ROC curve", chart,
        "Share of right statements passed against share of wrong ones passed, a point a "
        f"threshold; the ring is the one in use, the dashes a judge that guesses. Area: {areas}.",
    )  # fmt: skip


def _precision_recall(found: Sequence[Calibration]) -> Plot:
    rows = _points((c.judged.name, c.precision_recall) for c in found)
    used = ((c, float(c.counts.recall), float(c.counts.precision)) for c in found)
    chart = _curve(rows, _rings(used), found, "recall, percent", "precision, percent", "step-after")
    areas = "; ".join(f"{c.judged.name} {decimal(c.measures['average_precision'])}" for c in found)
    return charts.plot(
        "precision and recall", chart,
        "Share of passing statements that are right against share of right ones passed, a point "
        f"a threshold; the ring is the one in use. Average precision: {areas}.",
    )  # fmt: skip


def _rings(used: Iterable[tuple[Calibration, float, float]]) -> charts.Rows:
    """Where each judge stands at the threshold in use, over what it answered, as the curves are."""
    return [
        {"condition": c.judged.name, "x": 100 * x, "y": 100 * y,
         "told": f"{c.judged.name} by {c.judged.rule}"}
        for c, x, y in used
        if not isnan(x) and not isnan(y)
    ]  # fmt: skip


def _points(curves: Iterable[tuple[str, Curve | None]]) -> charts.Rows:
    """Every point of every judge's curve; a judge without a curve has none."""
    return [
        {
            "condition": name,
            "x": round(100 * x, 3),
            "y": round(100 * y, 3),
            "order": place,
            "told": f"{name}: {'none passes' if isnan(t) else f'from {t:g}'}",
        }
        for name, curve in curves
        if curve is not None
        for place, (x, y, t) in enumerate(zip(curve.x, curve.y, curve.thresholds, strict=True))
    ]


def _curve(
    rows: charts.Rows,
    used: charts.Rows,
    found: Sequence[Calibration],
    x: str,
    y: str,
    steps: str,
) -> Any:
    """Lines through thresholds, points on them, and a ring at the threshold in use."""
    alt = charts.library()
    colour = charts.colour([c.judged.name for c in found], "judge")
    scale = alt.Scale(domain=[0, 100])
    across, upright = alt.X("x:Q", title=x, scale=scale), alt.Y("y:Q", title=y, scale=scale)
    base = alt.Chart(alt.Data(values=rows)).encode(x=across, y=upright, color=colour)
    line = base.mark_line(interpolate=steps).encode(order="order:Q")
    dots = base.mark_circle(size=26).encode(description=alt.Description("told:N"))
    ring = (
        alt.Chart(alt.Data(values=used))
        .mark_point(size=180, filled=False, strokeWidth=2)
        .encode(x=across, y=upright, color=colour, description=alt.Description("told:N"))
    )
    return (line + dots + ring).properties(width=_SIDE, height=_SIDE)


def _bands(found: Sequence[Calibration]) -> Plot:
    alt = charts.library()
    rows = [
        {
            "condition": c.judged.name, "band": b.name,
            **{name: round(100 * share, 3) for name, share in b.share._asdict().items()},
            "told": f"{c.judged.name}, score {b.name}, {b.statements} statements: "
            f"{in_percent(b.share)}",
        }
        for c in found for b in reversed(c.bands) if b.share
    ]  # fmt: skip
    names = [b.name for b in reversed(found[0].bands)]
    base = alt.Chart(alt.Data(values=rows)).encode(
        x=alt.X("band:N", title="score", sort=names, axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("condition:N", sort=[c.judged.name for c in found]),
        color=charts.colour([c.judged.name for c in found], "judge"),
    )
    scale = alt.Scale(domain=[0, 100])
    rule = base.mark_rule(opacity=0.6).encode(y=alt.Y("low:Q", scale=scale), y2="high:Q")
    dots = base.mark_point(size=80, filled=True).encode(
        y=alt.Y("value:Q", title="people find right, percent", scale=scale),
        description=alt.Description("told:N"),
    )
    told = "; ".join(row["told"] for row in rows)
    return charts.plot(
        "people's view by score", (rule + dots).properties(width=480, height=240),
        f"Share of statements that people find right, by the judge's score. {told}.",
    )  # fmt: skip
