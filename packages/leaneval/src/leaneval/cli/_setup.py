"""`leaneval setup`: Lean with Mathlib, ready for the checker `mathlib[:VERSION]`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from leaneval.checkers.repl import MATHLIB_VERSION, mathlib_folder, set_up
from leaneval.cli import _options as options
from leaneval.store import lasting_folder


def setup(
    mathlib: Annotated[
        str, typer.Option(help="Release of Mathlib; that of Lean is the same.")
    ] = MATHLIB_VERSION,
    into: Annotated[
        Path | None, typer.Option(help="Folder of the project; default: in the cache.")
    ] = None,
    cache: options.Cache = None,
) -> None:
    """Fetch Mathlib and build what checks over it. Exit 0: ready; 2: not, with the reason."""
    from leaneval.checkers._spec import built_repl, world_of

    settings = options.settings_of({"cache": cache})
    usual = mathlib_folder(mathlib, settings.cache)
    console = Console(stderr=True)
    project = set_up(
        into.expanduser().absolute() if into else usual,
        mathlib,
        world_of(settings),
        repl=built_repl(settings),
        home=lasting_folder(settings.cache),
        say=lambda text: console.print(text, highlight=False, markup=False),
    )
    default = mathlib == MATHLIB_VERSION
    spec = f"project:{project.path}" if into else "mathlib" if default else f"mathlib:{mathlib}"
    Console().print(f"leaneval doctor --checker {spec}", highlight=False, markup=False)
