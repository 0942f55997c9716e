"""The `leaneval` command: check statements, score rollouts, read results, say what works here.

Exit status: 0 done (for `check`: all compile), 1 some statements do not compile (`doctor`: the
checker does not work), 2 bad request or something could not be checked, 130 interrupted, 143
terminated: what was checked by then is in the cache, and the same command goes on from there.
Results go to standard output, everything else to standard error.
"""

from __future__ import annotations

import errno
import io
import sys
from typing import Annotated

import typer

from leaneval.cli._calibrate import calibrate
from leaneval.cli._check import check
from leaneval.cli._compare import compare
from leaneval.cli._doctor import doctor
from leaneval.cli._report import report
from leaneval.cli._score import score
from leaneval.cli._setup import setup
from leaneval.errors import LeanevalError
from leaneval.flags import version_of
from leaneval.interrupts import obeyed
from leaneval.tables import visible

__all__ = ["app", "main"]

app = typer.Typer(
    name="leaneval",
    help="Compile and semantic pass@k for Lean 4 autoformalisation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.callback()
def root(_: Annotated[bool, version_of("leaneval")] = False) -> None:
    """The options of no command."""


app.command()(check)
app.command()(score)
app.command()(compare)
app.command()(calibrate)
app.command()(report)
app.command()(doctor)
app.command()(setup)


def main() -> None:
    """Run the command; a foreseen error is one message and exit status 2."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # a lone surrogate in a model's text is no reason to lose the verdicts
        sys.stdout.reconfigure(errors="backslashreplace")
    with obeyed():
        try:
            app()
        except LeanevalError as error:
            _complain(str(error))
        except OSError as error:
            if error.filename is None and error.errno not in (errno.ENOSPC, errno.EDQUOT):
                raise
            _complain(
                f"{error.filename or 'standard output'} must be a file or folder that can be used, "
                f"got {error.strerror}: see to its permissions and its disk, or name another"
            )


def _complain(message: str) -> None:
    """The message on standard error, nothing in it unseen, and exit status 2."""
    from rich.console import Console

    console = Console(stderr=True)
    console.print(f"leaneval: {visible(message)}", style="red", markup=False, highlight=False)
    sys.exit(2)
