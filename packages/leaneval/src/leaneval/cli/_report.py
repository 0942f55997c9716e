"""`leaneval report`: finished runs as one page, Markdown, or tables on the terminal."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leaneval.flags import NoText


def report(
    runs: Annotated[
        list[str],
        typer.Argument(
            metavar="RUN",
            help="[NAME=]PATH[,PATH]: samples files or folders of runs; several paths of one name "
            "are its seeds.",
        ),
    ],
    task: Annotated[
        str | None, typer.Option(help="Which, where a folder holds several tasks.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write report.html or .md; without it, tables are printed.")
    ] = None,
    title: Annotated[str | None, typer.Option(help="Title of the page.")] = None,
    no_text: NoText = False,
) -> None:
    """Report finished runs: metrics with intervals, differences, plots, every rollout."""
    from leaneval.page import require_writable, show, write
    from leaneval.report import report as page_of
    from leaneval.results import read_conditions

    if out is not None:
        require_writable(out)
    conditions = read_conditions(runs, task=task)
    page = page_of(conditions, title or _title(runs), texts=not no_text, plotted=out is not None)
    if out is None:
        from rich.console import Console

        show(page, Console())
        return
    write(page, out)
    typer.echo(str(out))


def _title(runs: list[str]) -> str:
    return "Report of " + ", ".join(Path(run.split("=")[-1].split(",")[0]).stem for run in runs)
