"""Records as Markdown: a page a theme, and one table of every figure that was asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks._run import Record
from benchmarks._tables import asked, tables
from benchmarks.measurements import find
from leaneval.tables import Table, markdown

_QUICK = "**A quick run: it shows that the measurement works, and is no result.**"
_READING = (
    "Medians, with the range over the turns. Ratios are of paired turns; one that is met was met "
    "in every turn, `not shown` means in some. How each figure is made: `docs/measuring.md`."
)


def page(theme: str, records: Sequence[Record]) -> str:
    """The page of a theme."""
    parts = [f"# {theme.capitalize()}", _READING]
    for record in records:
        parts += _section(record)
    return "\n\n".join(parts) + "\n"


def _section(record: Record) -> Iterable[str]:
    measurement = find(record.name)
    yield f"## {record.name}"
    yield measurement.about
    if record.quick:
        yield _QUICK
    if record.why:
        yield f"{record.state.capitalize()}: {record.why}"
    yield "\n".join(
        f"- {arm.name}: {arm.about}" + _left_out(record, arm.name) for arm in measurement.arms
    )
    for table in tables(measurement, record):
        yield markdown(table).strip()
    yield _facts(record)


def _left_out(record: Record, arm: str) -> str:
    return f" (not yet measured: {record.missing[arm]})" if arm in record.missing else ""


def _facts(record: Record) -> str:
    facts, machine = record.facts, record.facts["machine"]
    gpu = f", {machine['gpu']}" if machine["gpu"] else ""
    started = ", ".join(f"{name} {value}" for name, value in facts["settings"].items())
    packages = ", ".join(f"{name} {number}" for name, number in facts["versions"].items())
    return (
        f"`uv run python -m benchmarks {record.name}`, {facts['date']}, commit {facts['commit']}, "
        f"seed {record.seed}, load {facts['load_before']} before and {facts['load_after']} after, "
        f"processors {100 * facts['busy_before']:.0f} % busy with other work just before; "
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']} GB{gpu}, "
        f"{machine['system']}, Python {machine['python']}; {started}; {packages}."
    )


def summary(records: Sequence[Record]) -> str:
    """One table of all figures with a bound or a peer."""
    parts = ["# Summary", _READING]
    if any(record.quick for record in records):
        parts.append(_QUICK)
    return "\n\n".join([*parts, markdown(summary_table(records)).strip()]) + "\n"


def summary_table(records: Sequence[Record]) -> Table:
    """A row a figure."""
    rows = [(record.name, *row) for record in records for row in asked(find(record.name), record)]
    return Table(
        "All figures",
        ("measurement", "figure", "found", "turns", "asked", "met"),
        tuple(rows),
        words=3,
    )
