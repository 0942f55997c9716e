"""The command line: `python -m benchmarks [NAME ...] [--list] [--quick] ...`.

Exit status 0 where all that could be measured was, 1 where a measurement failed, 2 for a wrong
argument, 130 or 143 when interrupted. What is not yet measured for want of a peer or a GPU is said,
and is no failure.
"""

from __future__ import annotations

import argparse
import difflib
import sys
from pathlib import Path

from rich.console import Console

from benchmarks._files import write
from benchmarks._machine import load
from benchmarks._needs import ROOT
from benchmarks._page import summary_table
from benchmarks._run import FAILED, MEASURED, Record, Wish, run
from benchmarks._tables import tables
from benchmarks.measurements import find, names
from leaneval.interrupts import obeyed
from leaneval.tables import Table, put

INTERRUPTED = (130, 143)


def main(words: list[str] | None = None) -> int:
    parser = _parser()
    given = parser.parse_args(words)
    console = Console()
    if given.list:
        put(_list(), console)
        return 0
    out = given.out or _out(quick=given.quick)
    try:
        out.mkdir(parents=True, exist_ok=True)  # before anything that takes minutes
    except OSError as error:
        parser.error(f"--out must be a folder that can be made, got {out}: {error.strerror}.")
    records = []
    for name in given.names or names():
        records.append(_one(name, given, console))
        # after each, so that what was measured stays whatever comes
        files = write(records, out)
    console.print()
    put(summary_table(records), console)
    for path in files:
        console.print(f"{path} and {path.with_suffix('.md').name}", soft_wrap=True)
    return int(any(record.state == FAILED for record in records))


def _one(name: str, given: argparse.Namespace, console: Console) -> Record:
    measurement = find(name)
    console.print(f"\n{name}", style="bold", end="")
    console.print(f": about {measurement.minutes:g} min; load {load()}")
    record = run(measurement, Wish(given.repeats, given.quick, given.seed, given.most))
    if record.state != MEASURED:
        console.print(f"{record.state}: {record.why}", style="yellow", markup=False)
    for arm, why in record.missing.items():
        console.print(f"{arm}: not yet measured: {why}", style="yellow", markup=False)
    for table in tables(measurement, record):
        put(table, console)
    return record


def _out(*, quick: bool) -> Path:
    return ROOT / "build" / "benchmarks" if quick else ROOT / "benchmarks" / "results"


def _list() -> Table:
    rows = []
    for name in names():
        one = find(name)
        lacks = [f"{arm or 'all'}: {need.what}" for arm, need in one.missing().items()]
        rows.append((name, one.theme, f"{one.minutes:g}", "; ".join(lacks)))
    head = ("measurement", "theme", "minutes", "cannot be measured here for want of")
    return Table("Measurements", head, tuple(rows), words=2)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Measure speed and scale beside the peers."
    )
    parser.add_argument("names", nargs="*", metavar="NAME", type=_name, help="all of them if none")
    parser.add_argument("--list", action="store_true", help="what there is, and stop")
    parser.add_argument("--quick", action="store_true", help="smallest sizes, one turn: no result")
    parser.add_argument("--repeats", type=_positive, metavar="N", help="turns of every arm")
    parser.add_argument(
        "--most", type=_positive, default=0, metavar="N", help="leave out greater sizes of a sweep"
    )
    parser.add_argument("--seed", type=int, default=Wish().seed, help="of what is drawn")
    parser.add_argument(
        "--out", type=Path, help="benchmarks/results, or build/benchmarks for --quick"
    )
    return parser


def _name(word: str) -> str:
    if word in names():
        return word
    near = difflib.get_close_matches(word, names(), 1)
    hint = f"; the nearest is {near[0]}" if near else ""
    raise argparse.ArgumentTypeError(
        f"must be one of the measurements, got {word!r}{hint}. --list shows them."
    )


def _positive(word: str) -> int:
    if word.isdigit() and int(word) > 0:
        return int(word)
    raise argparse.ArgumentTypeError(f"must be a whole number from 1, got {word!r}.")


if __name__ == "__main__":
    with obeyed():
        try:
            sys.exit(main())
        except SystemExit as end:
            if end.code in INTERRUPTED:
                print("interrupted; what was measured before is written.", file=sys.stderr)
            raise
