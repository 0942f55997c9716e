"""The plots that only a run of the study has: the overlap gradient and the training's dynamics.

Drawn with leaneval's helpers, so that they look like the page's others. Shares are in percent.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from leaneval.report.charts import (
    BAND,
    Rows,
    colour,
    dash,
    library,
    percent_axis,
    plot,
    pointed,
    row,
    shape,
    short,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crossfade_train.report._collect import Collected, Evaluated, Group
    from crossfade_train.report._summary import Row, TaskSummary
    from leaneval.page import Plot

_POINTS = 240
"""Most that a line of the dynamics is drawn with."""
_GRPO = {
    "reward": ("reward", 1.0),
    "compile_rate": ("compiles, percent", 100.0),
    "semantic_mean": ("mean score, percent", 100.0),
    "zero_spread_share": ("groups without spread, percent", 100.0),
    "entropy": ("entropy, nats a token", 1.0),
    "kl": ("KL to the start, nats a token", 1.0),
    "share_unavailable": ("rewards unavailable, percent", 100.0),
}
_SFT = {"loss": ("loss", 1.0)}
_TICKS = 5
_STAGES = ("SFT then GRPO", "SFT alone")


def gradient(task: TaskSummary, found: Collected) -> Plot | None:
    """C@1, C@n, S@1 and S@n against overlap, with the SFT's line; a panel row a size or arm.

    None where fewer than two overlaps are evaluated.
    """
    rows = list(_gradient_rows(task, found))
    overlaps = sorted({r["overlap"] for r in rows if r["condition"] == _STAGES[0]})
    if len(overlaps) < 2:  # a line needs two points
        return None
    alt = library()
    ticks = alt.Axis(values=overlaps) if len(overlaps) <= _TICKS else alt.Axis(tickCount=5)
    base = alt.Chart().encode(
        x=alt.X("overlap:Q", title="overlap, percent", axis=ticks),
        color=colour(_STAGES, "trained by"),
    )
    band = base.mark_area(opacity=BAND).encode(y=percent_axis("low", "percent"), y2="high:Q")
    dashes = alt.Scale(domain=list(_STAGES), range=[[1, 0], [6, 4]])
    stages = alt.StrokeDash("condition:N", title="trained by", scale=dashes)
    line = pointed(base.mark_line()).encode(y="value:Q", strokeDash=stages)
    dots = pointed(base.mark_point()).encode(
        y="value:Q", shape=shape(_STAGES, "trained by"), description=alt.Description("told:N")
    )
    metrics = list(dict.fromkeys(r["metric"] for r in rows))
    panels = list(dict.fromkeys(r["panel"] for r in rows))
    named = alt.Header(labels=len(panels) > 1)
    layers = alt.layer(band, line, dots).properties(width=165, height=190)
    chart = layers.properties(data=alt.Data(values=rows)).facet(
        column=alt.Column("metric:N", title=None, sort=metrics),
        row=alt.Row("panel:N", title=None, sort=panels, header=named),
    )
    return plot(
        "the overlap gradient, percent, with 95 % intervals", chart,
        "Each metric against the share of GRPO prompts that are in the SFT set, and the level of "
        f"the SFT model that GRPO started from. {_told(rows, metrics[-1])}",
    )  # fmt: skip


def _gradient_rows(task: TaskSummary, found: Collected) -> Iterator[dict[str, Any]]:
    trained = [r for r in task.rows if r.group.kind == "sft+grpo"]
    for own in trained:
        panel = _panel(own.group, found)
        assert own.group.overlap is not None
        at = 100 * own.group.overlap
        for start in task.rows:
            if start.group.kind == "sft" and _starts(start.group, own.group):
                yield from _rows_of(_STAGES[1], start, task, at, panel)
        yield from _rows_of(_STAGES[0], own, task, at, panel)


def _starts(sft: Group, own: Group) -> bool:
    same = (sft.sft_size, sft.arm) == (own.sft_size, own.arm)
    return same and sft.overlap in (None, own.overlap)


def _panel(group: Group, found: Collected) -> str:
    assert group.sft_size is not None
    arm = f", {group.arm}" if len(found.recipe.arms) > 1 else ""
    return f"SFT {group.sft_size:,}{arm}"


def _rows_of(
    stage: str, of: Row, task: TaskSummary, at: float, panel: str
) -> Iterator[dict[str, Any]]:
    point = task.numbers.measured[of.name].has_point
    for metric in (metric for metric in task.metrics if "@" in metric):
        yield row(
            of.estimates[metric], f"{stage}, overlap {at:g} %, {metric}", point=point,
            condition=stage, metric=metric, overlap=at, panel=panel,
        )  # fmt: skip


def _told(rows: Rows, metric: str) -> str:
    """One metric's line in words, by panel."""
    by_panel: dict[str, list[str]] = defaultdict(list)
    for r in sorted(rows, key=lambda r: float(r["overlap"])):
        if r["metric"] == metric and r["condition"] == _STAGES[0]:
            by_panel[r["panel"]].append(f"{short(r)} at {r['overlap']:g} %")
    lines = "; ".join(f"{panel}: {', '.join(points)}" for panel, points in by_panel.items())
    return f"{metric} by {lines}."


def dynamics(found: Collected) -> list[Plot]:
    """What training said, step by step: of GRPO, and of SFT; a plot a size or arm."""
    panels: dict[str, list[Group]] = defaultdict(list)
    for group in found.groups:
        many = (
            group.sft_size is not None and len(found.recipe.sft_sizes) * len(found.recipe.arms) > 1
        )
        panels[f", {_panel(group, found)}" if many else ""].append(group)
    asked = (
        ("grpo", _GRPO, "training dynamics of GRPO, by step"),
        ("sft", _SFT, "SFT loss, by step"),
    )
    plots = (
        _dynamics(found, groups, stage, names, title + panel)
        for stage, names, title in asked
        for panel, groups in panels.items()
    )
    return [drawn for drawn in plots if drawn is not None]


def _dynamics(
    found: Collected,
    groups: Sequence[Group],
    stage: str,
    names: Mapping[str, tuple[str, float]],
    title: str,
) -> Plot | None:
    rows = [
        {"condition": found.name(group), "seed": str(one.seed), **point}
        for group in groups
        for one in found.groups[group]
        for point in _points(one, stage, names)
    ]
    if not rows:
        return None
    alt = library()
    shown = list(dict.fromkeys(r["condition"] for r in rows))
    everywhere = [found.name(group) for group in found.groups]
    panels = [label for label, _ in names.values() if any(r["metric"] == label for r in rows)]
    axis = alt.Axis(
        tickMinStep=1, format="d", tickCount=6, labelOverlap="greedy", labelSeparation=4
    )
    lines = (
        alt.Chart(alt.Data(values=rows))
        .mark_line(strokeWidth=1.4)
        .encode(
            x=alt.X("step:Q", title="step", axis=axis),
            y=alt.Y("value:Q", title=None, scale=alt.Scale(zero=False)),
            color=colour(everywhere, shown=shown),
            strokeDash=dash(everywhere, shown=shown),
            detail="seed:N",
        )
        .properties(width=250, height=130)
    )
    facet = alt.Facet("metric:N", title=None, sort=panels)
    chart = lines.facet(facet=facet, columns=2).resolve_scale(x="independent", y="independent")
    return plot(
        title, chart,
        f"A line a condition and seed, each panel with a scale of its own: {'; '.join(panels)}. "
        "Long runs are drawn by the mean of neighbouring steps.",
    )  # fmt: skip


def _points(
    one: Evaluated, stage: str, names: Mapping[str, tuple[str, float]]
) -> Iterator[dict[str, Any]]:
    for name, (label, scale) in names.items():
        series = [
            (step, scale * values[name])
            for (of, step), values in one.steps.items()
            if of == stage and name in values
        ]
        width = -(-len(series) // _POINTS) or 1
        for start in range(0, len(series), width):
            near = series[start : start + width]
            step, value = (sum(column) / len(near) for column in zip(*near, strict=True))
            yield {"metric": label, "step": step, "value": value}
