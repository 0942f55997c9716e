"""Flags of the `leaneval` command that the commands of other packages share.

Imports typer alone: what a command imports at its start, its user waits for.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

__all__ = ["NoText", "version_of"]

NoText = Annotated[
    bool,
    typer.Option(
        "--no-text",
        help="Leave out problems, references and rollouts, for benchmarks whose licence does "
        "not allow them to be published again.",
    ),
]


def version_of(distribution: str) -> Any:
    """The flag `--version` of a command: prints the distribution's version and ends."""

    def tell(asked: bool) -> None:
        if asked:
            from importlib.metadata import version

            typer.echo(f"{distribution} {version(distribution)}")
            raise typer.Exit

    return typer.Option("--version", callback=tell, is_eager=True, help="Print the version.")
