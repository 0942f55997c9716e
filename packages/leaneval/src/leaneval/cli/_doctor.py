"""`leaneval doctor`: one screen of what works here, why not where not, and what to type."""

from __future__ import annotations

import platform
import sys
from dataclasses import dataclass, replace
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leaneval.cli import _options as options
from leaneval.errors import LeanevalError, UnavailableError
from leaneval.tables import visible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leaneval.settings import Settings


@dataclass(frozen=True, slots=True)
class Finding:
    """One line: a part, whether it works (None: not tried), and what there is to say."""

    part: str
    works: bool | None
    says: str


def doctor(
    checker: options.Checker = None,
    judge: options.Judge = None,
    cache: options.Cache = None,
    cage: options.Caged = None,
) -> None:
    """Try checkers, judges, data sets and lm-eval. Exit 0: the checker asked for works."""
    flags = {"checker": checker, "judge": judge, "cache": cache, "cage": cage}
    settings = options.settings_of(flags)
    console = Console()
    system = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    console.print(f"leaneval {version('leaneval')} on {system}", style="bold", highlight=False)
    console.print(visible(_cage()), markup=False, highlight=False)
    chosen = None
    for title, findings in (
        ("checkers (--checker)", _checkers(settings)),
        ("judges (--judge)", _judges(settings)),
        ("data sets", _data()),
        ("lm-eval", _harness()),
    ):
        table = Table(box=None, show_header=False, pad_edge=False)
        for finding in findings:
            table.add_row(*_cells(finding))
            chosen = finding.works if finding.part == settings.checker else chosen
        console.print(f"\n{title}", style="bold")
        console.print(table)
    raise typer.Exit(0 if chosen else 1)


def _cells(finding: Finding) -> tuple[Text, Text, Text]:
    marks = {True: Text("works", "green"), False: Text("no", "red"), None: Text("not tried", "dim")}
    return marks[finding.works], Text(visible(finding.part)), Text(visible(finding.says))


def _attempt(part: str, work: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, work())
    except LeanevalError as error:
        return Finding(part, False, str(error))


def _cage() -> str:
    """The isolation that this system grants a child, and what stays open at that level."""
    from leaneval.cage import Cage

    cage = Cage.detect()
    return "cage: " + "; ".join(
        (f"{cage.level} ({', '.join(cage.fences) or 'no fence'})", *cage.reasons)
    )


def _checkers(settings: Settings) -> Iterator[Finding]:
    from leaneval.checkers import CHECKERS

    asked = settings.checker.partition(":")[0]
    others = [name for name in CHECKERS if name not in (settings.checker, asked)]
    for spec in (settings.checker, *others):
        if CHECKERS.get(spec) and not _is_complete(CHECKERS[spec].usage):
            yield Finding(CHECKERS[spec].usage, None, CHECKERS[spec].summary)
            continue
        finding = _attempt(spec, partial(_try_checker, settings, spec))
        if finding.works or spec not in CHECKERS:
            yield finding
        else:
            yield replace(finding, says=f"{CHECKERS[spec].summary}. Not here: {finding.says}")


def _is_complete(usage: str) -> bool:
    """Whether a spec makes sense without an argument."""
    return ":" not in usage.partition("[")[0]


def _try_checker(settings: Settings, spec: str) -> str:
    import asyncio

    from leaneval.instruments import instruments
    from leaneval.preflight import preflight

    profile = options.profile_for(spec, settings.preamble)
    only = settings.model_copy(update={"checker": spec, "judge": "none"})
    preflight(only, profile)

    async def look() -> str:
        async with instruments(only, profile) as (lean, _):
            usage: dict[str, float] = getattr(lean, "usage", dict)()
            cost = f"; imports in {usage['import_seconds']:.1f} s" if usage.get("imports") else ""
            return f"{lean.toolchain.key}; cage: {lean.cage}; for {profile.name} statements{cost}"

    return asyncio.run(look())


def _judges(settings: Settings) -> Iterator[Finding]:
    from leaneval.judges import JUDGES

    for spec, what in JUDGES.items():
        kind, is_model, _ = spec.partition("llm:")
        if spec == "none":
            continue
        if not is_model:
            yield _attempt(spec, partial(_try_judge, settings, spec))
        elif settings.judge.startswith(f"{kind}llm:"):
            yield _attempt(settings.judge, partial(_try_judge, settings, settings.judge))
        else:
            yield Finding(spec, None, what)


def _try_judge(settings: Settings, judge: str) -> str:
    from leaneval.preflight import preflight

    profile = options.profile_for(settings.checker, settings.preamble)
    tells = preflight(settings.model_copy(update={"judge": judge}), profile)
    return (
        "tells a statement from a tautology"
        if tells
        else "scores, but does not tell a statement from a tautology"
    )


def _data() -> Iterator[Finding]:
    from leaneval.data import FOLDER, benchmarks

    for name, is_here in benchmarks().items():
        if is_here:
            yield _attempt(name, partial(_count, name))
        else:
            yield Finding(name, None, f"fetched on first use, or read from {FOLDER}")


def _count(name: str) -> str:
    from leaneval.data import benchmark

    return f"{len(benchmark(name))} problems"


def _harness() -> Iterator[Finding]:
    yield _attempt("tasks", _find_tasks)


def _find_tasks() -> str:
    from leaneval._harness_hook import Finder
    from leaneval.tasks import FOLDER
    from leaneval.tasks._wrap import discovers_tasks

    if Finder not in sys.meta_path and not discovers_tasks():
        raise UnavailableError(
            "lm_eval does not find our tasks by itself in this interpreter (python -S or -I, "
            f"pip --target, or LEANEVAL_NO_HOOK is set): add --include_path {FOLDER}"
        )
    return f"lm_eval {version('lm_eval')} finds them: lm_eval --tasks peano_dual"
