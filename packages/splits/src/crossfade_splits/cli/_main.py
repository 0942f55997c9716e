"""The commands. Each parses, calls one function of the package, and prints."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Optional

import typer

from crossfade_splits.cli import _show
from crossfade_splits.cli._arguments import spread
from crossfade_splits.cli._request import build
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


@app.command()
def make(
    pool: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Argument(
            help="JSONL, gzip, Parquet, folder, hub id, or ADAPTER=PATH.", metavar="POOL..."
        ),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder to create.")] = Path("splits"),
    recipe: Annotated[Optional[Path], typer.Option(help="TOML file; flags win.")] = None,  # noqa: UP045
    sft: Annotated[Optional[list[int]], typer.Option(help="SFT sizes.")] = None,  # noqa: UP045
    rl: Annotated[Optional[list[int]], typer.Option(help="RL sizes.")] = None,  # noqa: UP045
    overlap: Annotated[Optional[list[float]], typer.Option(help="Shares in [0, 1].")] = None,  # noqa: UP045
    prompt_column: Annotated[Text, typer.Option(help="Default: prompt.")] = None,
    target_column: Annotated[Text, typer.Option(help="What SFT learns; default: target.")] = None,
    id_column: Annotated[Text, typer.Option(help="Default: id, else made of the content.")] = None,
    source_column: Annotated[Text, typer.Option(help="Default: source.")] = None,
    license_column: Annotated[Text, typer.Option(help="Default: license.")] = None,
    topic_column: Annotated[Text, typer.Option(help="Default: topic.")] = None,
    difficulty_column: Annotated[
        Text, typer.Option(help="A number, best the pass rate of the base model.")
    ] = None,
    cluster_column: Annotated[Text, typer.Option(help="Clusters computed elsewhere.")] = None,
    stratify: Annotated[
        Several, typer.Option(help="Columns to match on, most important first.")
    ] = None,
    mixture: Annotated[Several, typer.Option(help="SOURCE=SHARE for each source.")] = None,
    benchmark: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(help="gaokao-formal, putnambench, FILE or FILE:COLUMN."),
    ] = None,
    hold: Annotated[Text, typer.Option(help="sft or distinct.")] = None,
    draws: Annotated[Optional[int], typer.Option(help="Independent data draws.")] = None,  # noqa: UP045
    seed: Annotated[Optional[int], typer.Option(help="Of the first draw.")] = None,  # noqa: UP045
    threshold: Annotated[Optional[float], typer.Option(help="Near-duplicate Jaccard.")] = None,  # noqa: UP045
    verdicts: Annotated[
        Text, typer.Option(help="Verdict file; only rows that compile stay.")
    ] = None,
    inject: Annotated[
        bool, typer.Option("--inject", help="Append answers to find-type prompts.")
    ] = False,
    system: Annotated[Text, typer.Option(help="System message of every prompt.")] = None,
    prompt_template: Annotated[Text, typer.Option(help="With {prompt}.")] = None,
    completion_template: Annotated[Text, typer.Option(help="With {target}.")] = None,
) -> None:
    """Build the SFT set and one RL set per overlap from a pool."""
    from crossfade_splits.make import make as run

    columns = {
        "prompt": prompt_column,
        "target": target_column,
        "id": id_column,
        "source": source_column,
        "license": license_column,
        "topic": topic_column,
        "difficulty": difficulty_column,
        "cluster": cluster_column,
    }
    values = {
        **{f"columns.{name}": value for name, value in columns.items()},
        "sft": sft,
        "rl": rl,
        "overlap": overlap,
        "stratify": stratify,
        "decontaminate.benchmarks": benchmark,
        "hold": hold,
        "draws": draws,
        "seed": seed,
        "near.threshold": threshold,
        "quality.verdicts": verdicts,
        "inject": inject or None,
        "format.system": system,
        "format.prompt": prompt_template,
        "format.completion": completion_template,
    }
    request = build(recipe, pool or [], mixture or [], values, ADAPTERS)
    manifest = run(request, out)
    _show.made(manifest)
    _show.out.print(f"\nwritten to {out}; check with: crossfade-splits verify {out}", markup=False)


@app.command()
def verify(
    folder: Path,
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
    a: str,
    b: str,
    prompt_column: Annotated[Text, typer.Option(help="In both, where they differ use A:B.")] = None,
    target_column: Text = None,
    threshold: Annotated[float, typer.Option(help="Near-duplicate Jaccard.")] = 0.7,
    max_overlap: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(help="Exit 1 if a larger share of B's rows overlaps A."),
    ] = None,
    pairs: Annotated[int, typer.Option(help="Closest pairs to print.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
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
    source: Path,
    prompt_column: Annotated[str, typer.Option()],
    target_column: Annotated[str, typer.Option()],
    out: Annotated[Path, typer.Option(help="File to write.")],
) -> None:
    """Append the answer of find-type problems to their prompts."""
    from crossfade_splits.inject import inject_file

    try:
        found = inject_file(source, out, prompt_column=prompt_column, target_column=target_column)
    except (ValueError, OSError) as error:
        raise UsageError(str(error)) from None
    _show.out.print(f"{found.injected:,} of {found.rows:,} rows injected")
    for name, counts in (("pattern", found.patterns), ("reason", found.reasons)):
        for key, count in counts.most_common():
            _show.out.print(f"  {name} {key}: {count:,}", markup=False)


@app.command()
def push(
    folder: Path,
    repository: Annotated[str, typer.Argument(help="owner/name on the hub.")],
    public: Annotated[bool, typer.Option("--public", help="Make a new repository public.")] = False,
) -> None:
    """Upload a data set that verifies."""
    from crossfade_splits.push import push as run

    _show.out.print(run(folder, repository, private=not public), markup=False)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; wrong requests and broken files end with exit status 2."""
    try:
        app(spread(sys.argv[1:] if arguments is None else arguments))
    except SplitsError as error:
        _show.err.print(f"error: {error}", markup=False)
        sys.exit(2)
