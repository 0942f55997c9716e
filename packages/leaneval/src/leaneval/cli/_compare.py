"""`leaneval compare`: finished runs side by side."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from leaneval._files import whole
from leaneval.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.comparison import Comparison
    from leaneval.results import Condition, Shared

_SHOWN = 20
_Runs = Annotated[
    list[str],
    typer.Argument(
        metavar="RUN",
        help="[NAME=]PATH[,PATH...]: samples file or folder; several paths are several seeds.",
    ),
]
_Markdown = Annotated[
    bool, typer.Option("--markdown", help="Markdown instead of tables, every change.")
]
_Out = Annotated[Path | None, typer.Option(help="Write all of it here too: FILE.json or FILE.md.")]
_AT_K = re.compile(r"[CS](?:_\w+)?@(\d+)")


def compare(
    runs: _Runs,
    task: Annotated[
        str | None, typer.Option(help="Which, where a folder holds several tasks.")
    ] = None,
    baseline: Annotated[
        str | None, typer.Option(help="Compare each with this condition, not all pairs.")
    ] = None,
    metric: Annotated[
        list[str] | None, typer.Option(help="Such as S@8 or best@8; may be given several times.")
    ] = None,
    k: Annotated[str | None, typer.Option(help="The k of C@k and S@k, such as 1,8.")] = None,
    threshold: Annotated[
        float | None, typer.Option(min=0, max=1, help="Least score that passes, for all runs.")
    ] = None,
    resamples: Annotated[
        int | None,
        typer.Option(min=100, help="Of bootstrap and permutation test (default 10,000)."),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Of bootstrap and permutation test.")] = None,
    as_markdown: _Markdown = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="JSON instead of tables, every number.")
    ] = False,
    out: _Out = None,
) -> None:
    """Compare runs: C@k, S@k and gap with intervals, paired differences, problems changed."""
    from leaneval.comparison import compare as compared
    from leaneval.results import read_conditions
    from leaneval.statistics import RESAMPLES, SEED

    _require_one_form(as_markdown=as_markdown, as_json=as_json, out=out)
    conditions = read_conditions(runs, task=task)
    if len(conditions) < 2:
        raise UsageError(
            f"compare needs at least two conditions, got {conditions[0].name!r} alone. Several "
            "paths with commas between them are seeds of one condition; give conditions apart."
        )
    shared = _shared(conditions, k, threshold, metric or [])
    found = compared(
        conditions, shared, metrics=metric, baseline=baseline, resamples=resamples or RESAMPLES,
        seed=SEED if seed is None else seed,
    )  # fmt: skip
    _warn(shared)
    if out is not None:
        _write(out, found)
    _show(found, as_markdown=as_markdown, as_json=as_json)


def _require_one_form(*, as_markdown: bool, as_json: bool, out: Path | None) -> None:
    if as_markdown and as_json:
        raise UsageError("one of --markdown and --json, got both. --out FILE.json writes a second.")
    if out is not None and (out.suffix not in (".json", ".md") or not out.parent.is_dir()):
        raise UsageError(f"--out must be FILE.json or FILE.md in a folder that exists, got {out}.")


def _shared(
    conditions: Sequence[Condition], k: str | None, threshold: float | None, metrics: Sequence[str]
) -> Shared:
    """What the conditions share; a k that a metric names is added to those measured for."""
    from leaneval.results import common

    if k is not None:
        return common(conditions, k=_ks(k), threshold=threshold)
    shared = common(conditions, threshold=threshold)
    named = {int(found[1]) for name in metrics if (found := _AT_K.fullmatch(name))}
    if named <= set(shared.k):
        return shared
    return common(conditions, k=sorted({*shared.k, *named}), threshold=threshold)


def _ks(text: str) -> tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.replace(",", " ").split())
    except ValueError as error:
        raise UsageError(f"--k must be whole numbers such as 1,8, got {text!r}.") from error


def _warn(shared: Shared) -> None:
    from rich.console import Console

    from leaneval.tables import visible

    console = Console(stderr=True)
    for warning in shared.warnings:
        console.print(
            f"leaneval: {visible(warning)}", style="yellow", markup=False, highlight=False
        )


def _show(found: Comparison, *, as_markdown: bool, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(_json(found))
    elif as_markdown:
        sys.stdout.write(_markdown(found))
    else:
        from rich.console import Console

        from leaneval.comparison import changes_table, conditions_table, differences_table
        from leaneval.tables import put

        console = Console()
        tables = [conditions_table(found), differences_table(found)]
        if len(found.pairs) == 1:
            tables.append(changes_table(found.pairs[0], most=_SHOWN))
        for number, table in enumerate(tables):
            if number:
                console.print()
            put(table, console)


def _json(found: Comparison) -> str:
    return json.dumps(found.to_json(), indent=2) + "\n"


def _markdown(found: Comparison) -> str:
    from leaneval.comparison import changes_table, conditions_table, differences_table
    from leaneval.tables import markdown

    tables = [conditions_table(found), differences_table(found), *map(changes_table, found.pairs)]
    return "\n".join(map(markdown, tables))


def _write(out: Path, found: Comparison) -> None:
    text = _json(found) if out.suffix == ".json" else _markdown(found)
    try:
        with whole(out) as file:
            file.write(text)
    except OSError as error:
        raise UsageError(f"{out} must be a file that can be written, got {error}.") from error
