"""`crossfade sft` and `crossfade grpo`: one stage of training, on anyone's model and data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from crossfade_train.cli import _options as options
from crossfade_train.cli import _show
from crossfade_train.run import check_checkpoint, external, look, plan, run

if TYPE_CHECKING:
    from crossfade_train.recipe import Kind, Recipe
    from crossfade_train.run import Artefact

Model = Annotated[
    Optional[str],  # noqa: UP045 - typer reads annotations at run time
    typer.Option(help="Start here instead: a folder or a hub id."),
]
Data = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(metavar="DATA", help="Train on this: FILE, FOLDER:CONFIGURATION or a hub id."),
]


def sft(
    recipe: options.RecipeName,
    model: Model = None,
    data: Data = None,
    seeds: options.Seeds = None,
    sft_sizes: options.Sizes = None,
    dry_run: options.DryRun = False,
    out: options.Out = None,
    changes: options.Set = None,
    ray: options.OnRay = False,
    quiet: options.Quiet = False,
) -> None:
    """Fine-tune by the recipe's sft table. Without --data: on the recipe's own SFT set."""
    chosen = options.recipe_from(recipe, changes, seeds=seeds, sizes=sft_sizes, conditions=["sft"])
    _train("sft", chosen, model, data, out, dry_run=dry_run, ray=ray, quiet=quiet)


def grpo(
    recipe: options.RecipeName,
    model: Model = None,
    data: Data = None,
    overlaps: options.Overlaps = None,
    seeds: options.Seeds = None,
    dry_run: options.DryRun = False,
    out: options.Out = None,
    changes: options.Set = None,
    ray: options.OnRay = False,
    quiet: options.Quiet = False,
) -> None:
    """Train by the recipe's grpo table, from its base or from --model.

    Without --data: on the recipe's GRPO set at the smallest overlap.
    """
    chosen = options.recipe_from(
        recipe, changes, overlaps=overlaps, seeds=seeds, conditions=["grpo"]
    )
    _train("grpo", chosen, model, data, out, dry_run=dry_run, ray=ray, quiet=quiet)


def _train(
    kind: Kind,
    recipe: Recipe,
    model: str | None,
    data: str | None,
    out: Path | None,
    *,
    dry_run: bool,
    ray: bool,
    quiet: bool,
) -> None:
    if data is not None:  # the recipe's sizes and arms say nothing of other data
        narrow = {"sft_sizes": recipe.sft_sizes[:1], "arms": recipe.arms[:1]}
        recipe = recipe.model_copy(update=narrow)
    if model is not None and Path(model).is_dir():
        check_checkpoint(Path(model))
    rows = external(data, configured=True) if data else None
    start = external(model) if model else None
    asked = plan(recipe, model=start, data=rows, evaluate=False)
    folder = out or Path("runs") / f"{recipe.name}-{kind}"
    if dry_run:
        _show.outlook(look(recipe, asked, folder), folder)
        return
    if rows is not None:
        _read(kind, rows)
    ended = run(recipe, asked, folder, command=sys.argv[1:], ray=ray, quiet=quiet)
    for name in dict.fromkeys(asked.trainings.values()):
        _show.out.print(ended[name]["model"].path, markup=False, highlight=False, soft_wrap=True)


def _read(kind: Kind, rows: Artefact) -> None:
    """Refuse rows that cannot be trained on, before anything is fetched or made for them."""
    from datasets import disable_progress_bars

    from crossfade_train.data import DataRef, grpo_data, sft_data

    disable_progress_bars()
    (sft_data if kind == "sft" else grpo_data)(DataRef(rows.path, rows.configuration))
