"""The options that several commands share, and what they make of a recipe."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Optional

import typer

from crossfade_train.recipe import Recipe, load_recipe, parse_overrides

if TYPE_CHECKING:
    from collections.abc import Sequence

RecipeName = Annotated[
    str, typer.Argument(metavar="RECIPE", help="A shipped recipe (`crossfade recipes`) or a file.")
]
Overlaps = Annotated[
    Optional[list[float]],  # noqa: UP045 - typer reads annotations at run time
    typer.Option(help="Shares of the GRPO prompts that are in the SFT set, e.g. 0 0.3 1."),
]
Seeds = Annotated[
    Optional[list[int]],  # noqa: UP045
    typer.Option(help="Each is a draw of the data and a seed of the training."),
]
Sizes = Annotated[
    Optional[list[int]],  # noqa: UP045
    typer.Option(help="SFT problems."),
]
Out = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(help="Run folder; default runs/NAME. An earlier run in it is resumed."),
]
Set = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--set", metavar="KEY=VALUE", help="Change the recipe: grpo.learning_rate=1e-4."),
]
DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Print stages, what is done, and an estimate; run nothing."),
]
OnRay = Annotated[
    bool, typer.Option("--ray", help="Stages as Ray tasks, side by side as resources allow.")
]
KeepCode = Annotated[
    bool,
    typer.Option("--keep-code", help="Keep stages of which only the code has changed since."),
]
Quiet = Annotated[bool, typer.Option("--quiet", help="Print no progress.")]


def recipe_from(
    name: str,
    given: Sequence[str] | None,
    *,
    overlaps: Sequence[float] | None = None,
    seeds: Sequence[int] | None = None,
    sizes: Sequence[int] | None = None,
    **fixed: Any,
) -> Recipe:
    """A recipe with the command line's changes; later ones win.

    Raises:
        UsageError: The recipe or a change is not valid.
    """
    changes = parse_overrides(given or ())
    for key, values in (("overlaps", overlaps), ("seeds", seeds), ("sft_sizes", sizes)):
        if values:
            changes[key] = list(values)
    return load_recipe(name, changes | fixed)
