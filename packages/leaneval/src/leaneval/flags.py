"""Flags of the `leaneval` command that the commands of other packages share.

Imports typer alone: what a command imports at its start, its user waits for.
"""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["NoText"]

NoText = Annotated[
    bool,
    typer.Option(
        "--no-text",
        help="Leave out problems, references and rollouts, for benchmarks whose licence does "
        "not allow them to be published again.",
    ),
]
