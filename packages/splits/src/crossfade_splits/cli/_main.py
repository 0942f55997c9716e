"""The commands. Each parses, calls one function of the package, and prints."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, NoReturn, Optional

import typer

from crossfade_splits.cli import _show
from crossfade_splits.cli._arguments import spread
from crossfade_splits.cli._request import KEYS, build
from crossfade_splits.errors import SplitsError, UsageError
from crossfade_splits.read import ADAPTERS

app = typer.Typer(
    help="SFT and RL data sets at a requested overlap, with a manifest that proves it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Text = Optional[str]  # noqa: UP045 - typer reads annotations at run time
Several = Optional[list[str]]  # noqa: UP045


Whole = Optional[int]  # noqa: UP045
Sizes = Optional[list[int]]  # noqa: UP045
Share = Optional[float]  # noqa: UP045
Shares = Optional[list[float]]  # noqa: UP045
File = Optional[Path]  # noqa: UP045


def _version(asked: bool) -> None:
    if asked:
        typer.echo(f"crossfade-splits {version('crossfade-splits')}")
        raise typer.Exit


_POOL = typer.Argument(
    help="JSONL, gzip, Parquet, folder, hub id, or ADAPTER=PATH.", metavar="POOL"
)
Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="A data set that `make` wrote.")]
_DIFFICULTY = typer.Option(help="A number, best the pass rate of the base model.")
_STRATIFY = typer.Option(help="Columns to match on, most important first.")
_BENCHMARK = typer.Option(help="gaokao-formal, putnambench, FILE or FILE:COLUMN.")
_VERDICTS = typer.Option(help="Verdict file; only rows that compile stay.")
_INJECT = typer.Option("--inject", help="Append answers to find-type prompts.")


@app.callback()
def root(
    _: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """The options of no command."""


@app.command()
def make(
    pool: Annotated[Several, _POOL] = None,
    out: Annotated[Path, typer.Option(help="Folder to create.")] = Path("splits"),
    recipe: Annotated[File, typer.Option(help="TOML file; flags win.")] = None,
    sft: Annotated[Sizes, typer.Option(help="SFT sizes.")] = None,
    rl: Annotated[Sizes, typer.Option(help="RL sizes.")] = None,
    overlap: Annotated[Shares, typer.Option(help="Shares in [0, 1].")] = None,
    prompt_column: Annotated[Text, typer.Option(help="Default: prompt.")] = None,
    target_column: Annotated[Text, typer.Option(help="What SFT learns; default: target.")] = None,
    id_column: Annotated[Text, typer.Option(help="Default: id, else made of the content.")] = None,
    source_column: Annotated[Text, typer.Option(help="Default: source.")] = None,
    license_column: Annotated[Text, typer.Option(help="Default: license.")] = None,
    topic_column: Annotated[Text, typer.Option(help="Default: topic.")] = None,
    difficulty_column: Annotated[Text, _DIFFICULTY] = None,
    cluster_column: Annotated[Text, typer.Option(help="Clusters computed elsewhere.")] = None,
    stratify: Annotated[Several, _STRATIFY] = None,
    mixture: Annotated[Several, typer.Option(help="SOURCE=SHARE for each source.")] = None,
    benchmark: Annotated[Several, _BENCHMARK] = None,
    hold: Annotated[Text, typer.Option(help="sft or distinct.")] = None,
    draws: Annotated[Whole, typer.Option(help="Independent data draws.")] = None,
    seed: Annotated[Whole, typer.Option(help="Of the first draw.")] = None,
    threshold: Annotated[Share, typer.Option(help="Near-duplicate Jaccard.")] = None,
    verdicts: Annotated[Text, _VERDICTS] = None,
    inject: Annotated[bool, _INJECT] = False,
    system: Annotated[Text, typer.Option(help="System message of every prompt.")] = None,
    prompt_template: Annotated[Text, typer.Option(help="With {prompt}.")] = None,
    completion_template: Annotated[Text, typer.Option(help="With {target}.")] = None,
) -> None:
    """Build the SFT set and one RL set per overlap from a pool."""
    flags = locals()
    from crossfade_splits.make import make as run

    # A flag that was not given, --inject among them, leaves the recipe as it is.
    values = {key: None if flags[flag] is False else flags[flag] for key, flag in KEYS.items()}
    manifest = run(build(recipe, pool or [], mixture or [], values, ADAPTERS), out)
    _show.made(manifest)
    _show.out.print(f"\nwritten to {out}; check with: crossfade-splits verify {out}", markup=False)


@app.command()
def verify(
    folder: Folder,
    quiet: Annotated[bool, typer.Option("--quiet", help="Print only what fails.")] = False,
) -> None:
    """Recompute every claim of a data set's manifest; exit 1 naming the first that fails."""
    from crossfade_splits.proof import verify as run

    for check in run(folder):
        if not check.holds:
            _show.err.print(f"FAILS {check.name}: {check.problem}", markup=False)
            raise typer.Exit(1)
        if not quiet:
            _show.out.print(f"holds {check.name}", markup=False)
    if not quiet:
        _show.out.print(f"{folder}: every claim holds", markup=False)


@app.command()
def audit(
    a: Annotated[str, typer.Argument(metavar="A", help="A file, folder or hub id.")],
    b: Annotated[str, typer.Argument(metavar="B", help="Another, looked up in A.")],
    prompt_column: Annotated[Text, typer.Option(help="Of both, where they differ A:B.")] = None,
    target_column: Annotated[Text, typer.Option(help="Likewise; there need be none.")] = None,
    threshold: Annotated[float, typer.Option(help="Near-duplicate Jaccard.")] = 0.7,
    max_overlap: Annotated[
        Share,
        typer.Option(help="Exit 1 if a larger share of B's rows overlaps A."),
    ] = None,
    pairs: Annotated[int, typer.Option(help="Closest pairs to print.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
) -> None:
    """Measure how many rows of B are problems of A."""
    from crossfade_splits.audit import audit as run
    from crossfade_splits.audit import load_side
    from crossfade_splits.recipe import Near

    if max_overlap is not None and not 0 <= max_overlap <= 1:
        raise UsageError(f"--max-overlap must lie in [0, 1], got {max_overlap}.")
    if not 0.3 < threshold <= 1:
        raise UsageError(f"--threshold must lie in (0.3, 1], got {threshold}.")
    prompts, targets = _each(prompt_column), _each(target_column)
    sides = [load_side(path, prompts[i], targets[i]) for i, path in enumerate((a, b))]
    found = run(sides[0], sides[1], Near(threshold=threshold), pairs)
    if as_json:
        _show.out.print(json.dumps({**asdict(found), "overlap": found.overlap}), markup=False)
    else:
        _show.audited(found, a, b)
    if max_overlap is not None and found.overlap > max_overlap:
        _show.err.print(f"overlap {found.overlap:.4%} exceeds {max_overlap:.4%}")
        raise typer.Exit(1)


def _each(column: str | None) -> tuple[str | None, str | None]:
    """One column for both sides, or A:B."""
    if column is None:
        return None, None
    first, colon, second = column.partition(":")
    return (first, second) if colon else (column, column)


@app.command()
def inject(
    source: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL, also .gz.")],
    prompt_column: Annotated[str, typer.Option(help="The problem's text.")],
    target_column: Annotated[str, typer.Option(help="Its Lean statement.")],
    out: Annotated[Path, typer.Option(help="File to write.")],
) -> None:
    """Append the answer of find-type problems to their prompts."""
    from crossfade_splits.inject import inject_file

    found = inject_file(source, out, prompt_column=prompt_column, target_column=target_column)
    _show.out.print(f"{found.injected:,} of {found.rows:,} rows injected")
    for name, counts in (("pattern", found.patterns), ("reason", found.reasons)):
        for key, count in counts.most_common():
            _show.out.print(f"  {name} {key}: {count:,}", markup=False)


@app.command()
def push(
    folder: Folder,
    repository: Annotated[str, typer.Argument(metavar="REPOSITORY", help="owner/name on the hub.")],
    public: Annotated[bool, typer.Option("--public", help="Make a new repository public.")] = False,
) -> None:
    """Upload a data set that verifies."""
    from crossfade_splits.push import push as run

    _show.out.print(run(folder, repository, private=not public), markup=False)


_ENDS = (signal.SIGINT, signal.SIGTERM)


def _end(sent: int, _: object) -> NoReturn:
    """End in good order; signals after the first must not cut the clearing up short."""
    for number in _ENDS:
        signal.signal(number, signal.SIG_IGN)
    sys.exit(128 + sent)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; wrong requests and broken files end with exit status 2."""
    if arguments is None:  # else the process, and so its signals, are the caller's
        for number in _ENDS:
            signal.signal(number, _end)
    try:
        app(spread(sys.argv[1:] if arguments is None else arguments))
    except SplitsError as error:
        _show.err.print(f"crossfade-splits: {error}", markup=False)
        sys.exit(2)
    except OSError as error:
        _show.err.print(
            f"crossfade-splits: A file must be readable and writable: {error}.", markup=False
        )
        sys.exit(2)
