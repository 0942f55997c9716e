"""`leaneval check`: a verdict for each statement of a file."""

from __future__ import annotations

import asyncio
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leaneval._tasks import started
from leaneval.candidate import read
from leaneval.cli import _options as options
from leaneval.cli._inputs import Named, read_statements
from leaneval.cli._references import Health, health, plan_and_problems
from leaneval.errors import UsageError
from leaneval.instruments import instruments
from leaneval.profile import profile_of
from leaneval.tables import visible
from leaneval.types import StatementClaim, Verdict, VerdictKind
from leaneval.vacuity import Vacuity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.profile import Profile
    from leaneval.protocols import Checker
    from leaneval.settings import Settings
    from leaneval.types import Problem

_STYLES = {"compiles": "green", "unavailable": "magenta"}


def check(
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="A .lean file, JSONL rows {id, statement}, or -."),
    ] = None,
    references: Annotated[
        str | None,
        typer.Option(metavar="TASK", help="Check a task's references instead of a file."),
    ] = None,
    checker: options.Checker = None,
    profile: options.ProfileName = None,
    time_limit: options.TimeLimit = None,
    workers: options.Workers = None,
    cache: options.Cache = None,
    cage: options.Caged = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSONL rows instead of a table.")] = False,
) -> None:
    """Give a verdict for each statement. Exit 0: all compile, 1: some do not, 2: not checked."""
    flags = {
        "checker": checker, "time_limit": time_limit, "workers": workers, "cache": cache,
        "cage": cage,
    }  # fmt: skip
    if references is not None and file is None:
        plan, problems = plan_and_problems(references)
        settings = options.settings_of(flags, plan.settings.model_dump())
        world = profile_of(profile) if profile else plan.profile
        kinds = asyncio.run(_health_of(problems, settings, world, as_json))
    elif file is not None and references is None:
        settings = options.settings_of(flags)
        world = (
            profile_of(profile)
            if profile
            else options.profile_for(settings.checker, settings.preamble)
        )
        kinds = asyncio.run(_check(read_statements(file), settings, world, as_json))
    else:
        given = "both" if file else "neither"
        raise UsageError(f"check takes a FILE or --references TASK, got {given}: give one of them")
    if VerdictKind.UNAVAILABLE in kinds:
        raise typer.Exit(2)
    raise typer.Exit(0 if all(kind is VerdictKind.COMPILES for kind in kinds) else 1)


async def _check(
    statements: Sequence[Named], settings: Settings, profile: Profile, as_json: bool
) -> list[VerdictKind]:
    """Verdicts are shown in the order of the input, each as soon as those before it are in."""
    kinds: list[VerdictKind] = []
    table = None if as_json else _table()
    only = settings.model_copy(update={"judge": "none"})
    async with instruments(only, profile) as (lean, _):
        vacuity = await Vacuity.start_if_able(lean) if settings.vacuity else None
        works = (_verdict(item.text, lean, profile, vacuity) for item in statements)
        async with started(works) as tasks:
            for item, task in zip(statements, tasks, strict=True):
                verdict, flags = await task
                kinds.append(verdict.kind)
                if table is None:
                    shown = row(item.id, verdict) | {"flags": flags}
                    sys.stdout.write(json.dumps(shown) + "\n")
                else:
                    table.add_row(*_cells(item.id, verdict, flags or ()))
        where = f"checker {lean.spec} ({lean.toolchain.key}; cage: {lean.cage})"
    if table is not None:
        _show(table, kinds, where)
    return kinds


async def _health_of(
    problems: Sequence[Problem], settings: Settings, profile: Profile, as_json: bool
) -> list[VerdictKind]:
    """Rows for all references; the table holds those that do not compile, and the counts."""
    table = _table()

    def show(found: Health) -> None:
        if as_json:
            more = {"migrated": found.migrated, "as_published": str(found.published.kind)}
            line = json.dumps(row(found.id, found.verdict) | more)
            sys.stdout.write(line + "\n")
        elif not found.verdict.compiles:
            table.add_row(*_cells(found.id, found.verdict))

    async with instruments(settings.model_copy(update={"judge": "none"}), profile) as (lean, _):
        found = await health(problems, lean, profile, show)
        where = f"checker {lean.spec} ({lean.toolchain.key}; cage: {lean.cage})"
        mismatch = profile.mismatch(lean.toolchain)
    kinds = [item.verdict.kind for item in found]
    if not as_json:
        compiling = sum(item.published.compiles for item in found)
        _show(table if table.row_count else "", kinds, where, "references")
        Console().print(f"as published, not migrated: {compiling} compile", highlight=False)
    if mismatch:
        Console(stderr=True).print(
            f"warning: {mismatch}", style="yellow", markup=False, highlight=False
        )
    return kinds


async def _verdict(
    text: str, lean: Checker, profile: Profile, vacuity: Vacuity | None
) -> tuple[Verdict, tuple[str, ...] | None]:
    """The verdict, and the flags of what compiles."""
    # a statement is Lean from its first character on; a rollout says where its Lean begins
    rollout = text if "```" in text else f"```lean4\n{text}\n```"
    request = read(rollout, profile).strict
    if not isinstance(request, StatementClaim):
        assert isinstance(request, Verdict), "strict asks about statements alone"
        return request, None
    verdict = await lean.check(request)
    if vacuity is None or not verdict.compiles:
        return verdict, None
    return verdict, await vacuity.flags(request.statement)


def row(name: str, verdict: Verdict) -> dict[str, Any]:
    """The JSON row of one verdict."""
    return {
        "id": name,
        "verdict": str(verdict.kind),
        "rule": verdict.rule,
        "diagnostics": [asdict(diagnostic) for diagnostic in verdict.diagnostics],
        "seconds": round(verdict.seconds, 4),
    }


def _table() -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False)
    table.add_column("id", overflow="fold")
    table.add_column("verdict")
    table.add_column("rule")
    table.add_column("why", ratio=1, overflow="fold")
    return table


def _cells(name: str, verdict: Verdict, flags: Sequence[str] = ()) -> tuple[Text, ...]:
    style = _STYLES.get(verdict.kind, "yellow" if verdict.rule else "red")
    first = next((d for d in verdict.diagnostics if d.severity == "error"), None)
    at = f"{first.line}:{first.column} " if first and first.line else ""
    why = ", ".join(flags) if verdict.compiles or first is None else at + first.message
    cells = (Text(str(verdict.kind), style), Text(verdict.rule or ""), Text(visible(why)))
    return Text(visible(name)), *cells


def _show(
    table: Table | str, kinds: Sequence[VerdictKind], where: str, what: str = "statements"
) -> None:
    console = Console()
    console.print(table)
    counts = ", ".join(f"{kinds.count(kind)} {kind}" for kind in VerdictKind if kind in kinds)
    console.print(f"\n{len(kinds)} {what}: {counts}", highlight=False)
    console.print(visible(where), style="dim", markup=False, highlight=False)
