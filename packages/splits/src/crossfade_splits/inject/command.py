"""`crossfade-splits inject`: answer injection as a command.

Invariant: the exit status is 0 where the file was written, 2 where the input is at fault; nothing
is half-written.
"""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from crossfade_splits.errors import SplitsError
from crossfade_splits.inject._file import InjectionSummary, inject_file
from crossfade_splits.inject._inject import REASONS


def inject_command(
    source: Annotated[Path, typer.Argument(help="Rows as JSONL (.gz is understood).")],
    out: Annotated[Path, typer.Option(help="The JSONL file to write.")],
    prompt_column: Annotated[str, typer.Option(help="The column with the problem's text.")],
    target_column: Annotated[str, typer.Option(help="The column with the Lean target.")],
    force: Annotated[bool, typer.Option(help="Replace OUT if it exists.")] = False,
) -> None:
    """Append the answer found in each Lean target to its find-type problem."""
    try:
        summary = inject_file(
            source,
            out,
            prompt_column=prompt_column,
            target_column=target_column,
            force=force,
        )
    except (SplitsError, OSError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from error
    _print(summary)


def _print(summary: InjectionSummary) -> None:
    console = Console()
    console.print(f"{summary.injected} of {summary.rows} rows carry their answer now")
    for title, counts in (("pattern", summary.patterns), ("reason", summary.reasons)):
        table = Table(title, "rows", *(["meaning"] if title == "reason" else []))
        for name, count in counts.most_common():
            table.add_row(name, str(count), *([REASONS[name]] if title == "reason" else []))
        console.print(table)
