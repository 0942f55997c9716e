"""From a report's numbers to the rows that its plots are drawn from, in percent."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from typing import TYPE_CHECKING

from leaneval.report import _plots
from leaneval.report._numbers import of_problems
from leaneval.report.charts import row
from leaneval.report.study import SOURCE, published

if TYPE_CHECKING:
    from leaneval.page import Plot
    from leaneval.report._numbers import Numbers

_TAGS, _FEWEST = 10, 5
_BANDS = ("0", "< .3", "< .7", "< 1", "1")
"""The study's: wrong, partly right, harmless differences, identical in meaning; and 0 apart."""
_EDGES = (0.3, 0.7, 1.0)
_UNKNOWN = "?"
_PANELS = {"C": "compiles (C@k)", "S": "compiles and means it (S@k)"}


def plots(numbers: Numbers) -> list[Plot]:
    """The plots of one task, those for which there are data."""
    drawn = [_passes(numbers)] if len(numbers.shared.k) > 1 else []
    if not numbers.judged:
        return drawn
    drawn += [_best(numbers), _gap(numbers)]
    tags = _by_tag(numbers)
    return [*drawn, tags] if tags else drawn


def _passes(numbers: Numbers) -> Plot:
    rows = [
        row(
            one.estimates[metric], f"{one.name}, {metric}", point=one.has_point,
            condition=one.name, metric=panel, k=k,
        )
        for one in numbers.comparison.conditions
        for kind, panel in _PANELS.items()
        for k in numbers.shared.k
        if (metric := f"{kind}@{k}") in one.estimates
    ]  # fmt: skip
    return _plots.pass_curves(rows, list(numbers.measured))


def _best(numbers: Numbers) -> Plot:
    n = numbers.shared.repeats
    rows = []
    for name, one in numbers.measured.items():
        found = one.bounds[f"best@{n}"]
        counts = Counter(
            _UNKNOWN if low != high else _band(low)
            for low, high in zip(found.low.ravel(), found.high.ravel(), strict=True)
        )
        for band in [*_BANDS, _UNKNOWN] if counts[_UNKNOWN] else _BANDS:
            value = 100 * counts[band] / counts.total()
            told = f"{name}, best score {band}: {value:.1f} % of problems"
            rows.append({"condition": name, "band": band, "problems": value, "told": told})
    return _plots.best_histogram(rows, list(numbers.measured), n)


def _band(score: float) -> str:
    return _BANDS[0] if score <= 0 else _BANDS[1 + bisect_right(_EDGES, score)]


def _gap(numbers: Numbers) -> Plot:
    rows = []
    for name, one in numbers.measured.items():
        point = one.has_point
        across = row(one.estimates["C@1"], f"{name}, C@1", point=point, condition=name)
        upright = row(one.estimates["gap"], "gap", point=point)
        renamed = {"gap": upright["value"], "gap_low": upright["low"], "gap_high": upright["high"]}
        rows.append({**across, **renamed, "told": f"{across['told']}, {upright['told']}"})
    study = [
        {"value": values["C@1"], "gap": round(values["C@1"] - values["S@1"], 1),
         "told": f"the study's {condition} on {benchmark}: C@1 {values['C@1']}"}
        for condition, benchmark, values in published(numbers.shared.task)
    ]  # fmt: skip
    names = list(numbers.measured)
    return _plots.gap_against_compiling(rows, study, names, SOURCE.split(":")[0])


def _by_tag(numbers: Numbers) -> Plot | None:
    samples = numbers.conditions[0].runs[0].samples
    tagged: dict[str, list[int]] = {}
    for place, problem in enumerate(numbers.shared.problems):
        for tag in samples[problem].problem.tags:
            tagged.setdefault(tag, []).append(place)
    common = sorted(tagged, key=lambda tag: (-len(tagged[tag]), tag))[:_TAGS]
    rows = [
        row(
            of_problems(one, "S@1", tagged[tag]), f"{name}, {tag}", point=one.has_point,
            condition=name, tag=f"{tag} ({len(tagged[tag])})",
        )
        for tag in sorted(tag for tag in common if len(tagged[tag]) >= _FEWEST)
        for name, one in numbers.measured.items()
    ]  # fmt: skip
    return _plots.by_tag(rows, list(numbers.measured)) if rows else None
