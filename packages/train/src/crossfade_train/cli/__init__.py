"""The `crossfade` command.

Exit status: 0 done; 1 a stage failed, or training was ended by the stop-loss; 2 the request cannot
be met (a wrong recipe, data, no checker, no disk, a run folder in use), found before anything
expensive where that is possible; 130 interrupted, 143 terminated. Whatever the status, what was
finished stays, and the same command goes on from there.
"""

from __future__ import annotations

import errno
import signal
import sys
from contextlib import nullcontext
from pathlib import Path  # noqa: TC003 - typer reads annotations at run time
from typing import Annotated, Optional

import typer

from crossfade_train.cli import _show
from crossfade_train.cli._ablate import ablate
from crossfade_train.cli._arguments import spread
from crossfade_train.cli._single import grpo, sft
from crossfade_train.errors import CrossfadeError, StageError, StopLossError
from leaneval.flags import NoText, version_of
from leaneval.interrupts import obeyed

__all__ = ["app", "main"]

_ENDED = (128 + signal.SIGINT, 128 + signal.SIGTERM)
_FULL = (errno.ENOSPC, errno.EDQUOT)
_ON = (
    "interrupted; the same command goes on: stages that are done stay done, a training goes on "
    "from its last checkpoint, if it has one."
)

app = typer.Typer(
    name="crossfade",
    help="SFT -> GRPO at a controlled data overlap, measured twice: compiles, and means it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root(_: Annotated[bool, version_of("crossfade-train")] = False) -> None:
    """The options of no command."""


app.command()(ablate)
app.command()(sft)
app.command()(grpo)


@app.command()
def report(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run folder.")],
    out: Annotated[
        Optional[Path],  # noqa: UP045 - typer reads annotations at run time
        typer.Option(metavar="FILE", help="Write the page here too: .html or .md."),
    ] = None,
    no_text: NoText = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print all numbers as JSON.")] = False,
) -> None:
    """Write a run's report.html, report.md, results.json and runs.json, and print the tables.

    The run need not be finished.
    """
    if not as_json:
        _show.report(run, to=out, texts=not no_text)
        return
    from crossfade_train.report import summarise

    _show.out.print(
        _show.as_json(summarise(run).to_json()), markup=False, highlight=False, soft_wrap=True
    )


@app.command()
def recipes() -> None:
    """List the recipes that come with the package."""
    _show.recipes()


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; a foreseen error is one message and an exit status."""
    # where arguments are given the process, and so its signals, are the caller's
    signals = obeyed() if arguments is None else nullcontext()
    words = spread(sys.argv[1:] if arguments is None else arguments)
    with signals:
        try:
            app(words)
        except CrossfadeError as error:
            _show.failure(str(error))
            sys.exit(1 if isinstance(error, StageError | StopLossError) else 2)
        except OSError as error:
            if error.filename is None and error.errno not in _FULL:
                raise
            _show.failure(_told(error))
            sys.exit(2)
        except SystemExit as end:
            if end.code in _ENDED:
                _show.failure(_ON if _resumes(words) else "interrupted.")
            raise


def _resumes(words: list[str]) -> bool:
    return words[:1] in (["ablate"], ["sft"], ["grpo"]) and "--dry-run" not in words


def _told(error: OSError) -> str:
    """What the system refused; it does not say whether that was reading or writing."""
    if error.errno in _FULL:
        where = f" to {error.filename}" if error.filename else ""
        return (
            f"The disk must take what is written{where}: {error.strerror}. Free space, then give "
            "the same command again."
        )
    return (
        f"Every file and folder of a command must be what it is taken for, and permitted: "
        f"{error.filename}: {error.strerror}. See to it, then give the same command again."
    )
