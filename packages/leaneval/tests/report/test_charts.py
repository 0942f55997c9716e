"""Plots of many conditions, and of conditions of which too much is missing for a point."""

from __future__ import annotations

from typing import Any

import pytest

from leaneval.page import COLOURS, Page, Section, html
from leaneval.report import charts
from leaneval.report._plots import by_tag, gap_against_compiling, pass_curves
from leaneval.statistics import Estimate

PANELS = ("compiles (C@k)", "means it (S@k)")
SOME = Estimate(0.5, 0.4, 0.6)


def names(count: int) -> list[str]:
    return [f"sft+grpo@{n}" for n in range(count)]


def curves(conditions: list[str], unknown: str = "") -> list[dict[str, Any]]:
    return [
        charts.row(SOME, f"{name} {k}", point=name != unknown, condition=name, metric=panel, k=k)
        for name in conditions
        for panel in PANELS
        for k in (1, 2)
    ]


@pytest.mark.parametrize("count", [COLOURS, COLOURS + 1, 24, 64])
def test_no_two_conditions_look_alike(count: int):
    marks = charts.shape(names(count)).to_dict()["scale"]["range"]
    assert len(marks) == count
    assert len({(n % COLOURS, mark) for n, mark in enumerate(marks)}) == count
    dashes = charts.dash(names(count))
    if count > COLOURS:
        drawn = dashes.to_dict()["scale"]["range"]
        assert len({(n % COLOURS, *dash) for n, dash in enumerate(drawn)}) == count
    else:
        assert dashes is charts.library().Undefined


@pytest.mark.parametrize(("count", "parts"), [(2, 1), (COLOURS, 1), (COLOURS + 1, 2), (20, 3)])
def test_no_panel_has_two_lines_of_one_colour(count: int, parts: int):
    spec = pass_curves(curves(names(count)), names(count)).spec
    held: dict[str, set[str]] = {}
    for row in spec["data"]["values"]:
        held.setdefault(row["part"], set()).add(row["condition"])
    assert len(held) == parts
    assert max(map(len, held.values())) <= COLOURS
    assert ("row" in spec["facet"]) == (parts > 1)


def test_what_has_no_point_has_no_mark():
    known, unknown = conditions = names(2)
    gaps = [
        charts.row(SOME, f"{name} C@1", point=name == known, condition=name)
        | {"gap": 20, "gap_low": 10, "gap_high": 30}
        for name in conditions
    ]
    tags = [
        charts.row(SOME, f"{name} even", point=name == known, condition=name, tag="even (9)")
        for name in conditions
    ]
    plots = (
        pass_curves(curves(conditions, unknown), conditions),
        gap_against_compiling(gaps, [], conditions, "the study"),
        by_tag(tags, conditions),
    )
    for plot in plots:
        drawn = html(Page("t", "", (Section("s", (plot,)),)))
        assert f'data-tip="{known}' in drawn, plot.title
        assert f'data-tip="{unknown}' not in drawn, plot.title
    assert f"{known} 50.0; {unknown} 40.0 to 60.0" in plots[0].description
