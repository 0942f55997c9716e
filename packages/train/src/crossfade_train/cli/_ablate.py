"""`crossfade ablate`: all conditions of a recipe, evaluated, compared."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Optional

import typer

from crossfade_train.cli import _options as options
from crossfade_train.cli import _show
from crossfade_train.errors import UsageError
from crossfade_train.run import look, plan, run


def ablate(
    recipe: options.RecipeName,
    overlaps: options.Overlaps = None,
    seeds: options.Seeds = None,
    sft_sizes: options.Sizes = None,
    only: Annotated[
        Optional[list[str]],  # noqa: UP045 - typer reads annotations at run time
        typer.Option(metavar="CONDITION", help="base, sft, grpo, sft+grpo, or sft+grpo@0.3."),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Refuse to begin anew: the run folder must exist.")
    ] = False,
    dry_run: options.DryRun = False,
    out: options.Out = None,
    changes: options.Set = None,
    ray: options.OnRay = False,
    keep_code: options.KeepCode = False,
    quiet: options.Quiet = False,
) -> None:
    """Run the study: splits, SFT, GRPO at each overlap, evaluation, report.

    What was done before is skipped; a run that was killed goes on where it was.
    """
    chosen = options.recipe_from(recipe, changes, overlaps=overlaps, seeds=seeds, sizes=sft_sizes)
    folder = out or Path("runs") / chosen.name
    if resume and not (folder / "launches.jsonl").exists():
        raise UsageError(
            f"--resume needs an earlier run: {folder} is none. Leave --resume out to begin one."
        )
    asked = plan(chosen)
    if dry_run:
        _show.outlook(look(chosen, asked, folder, only=only or (), keep_code=keep_code), folder)
        return
    run(
        chosen, asked, folder,
        only=only or (), command=sys.argv[1:], ray=ray, keep_code=keep_code, quiet=quiet,
    )  # fmt: skip
    _show.report(folder)
