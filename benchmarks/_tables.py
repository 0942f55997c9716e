"""A record as tables: what was found against what was asked, arms, other values, growth."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from benchmarks._figures import Spread, figure, verdict
from benchmarks._growth import Growth, growth
from benchmarks._measurement import Measurement, Sample
from benchmarks._run import MEASURED, Record
from leaneval.tables import Table

_FIGURES = ("wall, s", "processor, s", "{unit} a second", "memory added, MB")


def tables(measurement: Measurement, record: Record) -> list[Table]:
    """All tables of a record: asked, arms, growth; those that have rows."""
    made = [
        Table(
            "Asked",
            ("figure", "found", "turns", "asked", "met"),
            tuple(asked(measurement, record)),
            words=2,
        ),
        arms(measurement, record),
        others(measurement, record),
        grown(measurement, record),
    ]
    return [table for table in made if table.rows]


def asked(measurement: Measurement, record: Record) -> Iterable[tuple[str, ...]]:
    """A row for every figure: what it is, median and range, the bound, whether it was met."""
    for ask in measurement.asks:
        found = figure(ask, record.samples)
        if found is None:
            yield (ask.title, absent(record, ask.of, ask.to), "", ask.asked, "")
        else:
            met = "" if record.quick else verdict(ask, found)
            yield (ask.title, str(found), str(found.turns), ask.asked, met)


def absent(record: Record, *wanted: str) -> str:
    """Why a figure is not there."""
    if record.state != MEASURED:
        return f"{record.state}: {record.why}" if record.why else record.state
    missing = [record.missing[arm] for arm in wanted if arm in record.missing]
    return f"not yet measured: {missing[0]}" if missing else "not yet measured at this size"


def arms(measurement: Measurement, record: Record) -> Table:
    """A row for every arm and size: medians and ranges of its time and memory."""
    head, found = ["", "turns", *(name.format(unit=measurement.unit) for name in _FIGURES)], []
    for named, chosen in _groups(measurement, record):
        cells = (_cell(chosen, name) for name in ("wall", "processor", "rate", "memory"))
        found.append((named, str(len(chosen)), *cells))
    if not any(row[-1] for row in found):
        head, found = head[:-1], [row[:-1] for row in found]
    return Table("Arms", tuple(head), tuple(found))


def others(measurement: Measurement, record: Record) -> Table:
    """A row for whatever else was found of an arm at a size."""
    rows = [
        (named, name, _cell(chosen, name))
        for named, chosen in _groups(measurement, record)
        for name in dict.fromkeys(name for sample in chosen for name in sample.values)
    ]
    return Table("Also found", ("", "figure", "found"), tuple(rows), words=2)


def _groups(measurement: Measurement, record: Record) -> Iterable[tuple[str, list[Sample]]]:
    """Samples by arm and size, each with a name."""
    for arm in measurement.arms:
        of_arm = [sample for sample in record.samples if sample.arm == arm.name]
        for size in sorted({sample.size for sample in of_arm}):
            named = f"{arm.name}, n = {size:,}" if size else arm.name
            yield named, [sample for sample in of_arm if sample.size == size]


def _cell(samples: Sequence[Sample], name: str) -> str:
    values = [value for sample in samples if (value := sample.value(name)) is not None]
    return str(Spread.of(values)) if values else ""


def grown(measurement: Measurement, record: Record) -> Table:
    """A row for every arm and figure of a sweep."""
    found = [
        one
        for arm, name in measurement.growth
        if (one := growth(record.samples, arm, name)) is not None
    ]
    head = ("", "n", "exponent of the fit", "of the last step", "n log n there", "within n log n")
    quick = record.quick
    return Table("Growth", head, tuple(_growth_row(one, quick=quick) for one in found), words=2)


def _growth_row(one: Growth, *, quick: bool) -> tuple[str, ...]:
    margin = "" if math.isnan(one.margin) else f" ± {one.margin:.2f}"
    return (
        f"{one.arm}: {one.figure}",
        f"{one.sizes[0]:,} to {one.sizes[-1]:,}",
        f"{one.exponent:.2f}{margin}",
        f"{one.last.median:.2f} ({one.last.low:.2f} to {one.last.high:.2f})",
        f"{one.allowed:.2f}",
        "" if quick else one.verdict,
    )
