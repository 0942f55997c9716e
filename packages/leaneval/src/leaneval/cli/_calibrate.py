"""`leaneval calibrate`: a judge against people, and S@k corrected for the judge's error."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leaneval.cli import _options as options
from leaneval.errors import UsageError
from leaneval.profile import profile_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leaneval.calibration import Judged, Labels, Study
    from leaneval.results import Condition
    from leaneval.settings import Settings


def _column(what: str, usual: str, *names: str) -> Any:
    return typer.Option(*names, metavar="NAME", help=f"Column of {what} (usually {usual}).")


def calibrate(
    labels: Annotated[
        Path,
        typer.Argument(help="JSON lines: id, informal, candidate, people's label (0 or 1), ..."),
    ],
    judge: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SPEC",
            help="Judge to measure: llm:MODEL, beq, defeq, ...; again "
            "for more. Without one, the file's own scores are judged.",
        ),
    ] = None,
    stored: Annotated[
        bool, typer.Option("--stored", help="Judge the file's own scores beside the judges.")
    ] = False,
    correct: Annotated[
        list[str] | None,
        typer.Option(
            metavar="RUN",
            help="Correct this run's S@k: [NAME=]PATH[,PATH], as in compare; again for more.",
        ),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(
            min=0.0,
            max=1.0,
            help="Least score that passes (the run's, else 0.7; stored answers: the file's own).",
        ),
    ] = None,
    task: Annotated[
        str | None, typer.Option(help="Benchmark that holds the references, by the problems' ids.")
    ] = None,
    no_reference: Annotated[
        bool,
        typer.Option(
            "--no-reference",
            help="Let a model judge by the problem's text alone, where rows have no reference.",
        ),
    ] = False,
    checker: options.Checker = None,
    profile: options.ProfileName = None,
    protocol: Annotated[str | None, typer.Option(help="strict or study.")] = None,
    id_column: Annotated[str | None, _column("ids", "id", "--id-column")] = None,
    informal_column: Annotated[
        str | None, _column("the problem in words", "informal", "--informal-column")
    ] = None,
    candidate_column: Annotated[
        str | None, _column("the labelled statement", "candidate", "--candidate-column")
    ] = None,
    label_column: Annotated[
        str | None, _column("people's label", "human_label or label", "--label-column")
    ] = None,
    reference_column: Annotated[
        str | None, _column("the reference", "reference", "--reference-column")
    ] = None,
    score_column: Annotated[
        str | None, _column("stored scores", "score or the one in _score", "--score-column")
    ] = None,
    pass_column: Annotated[str | None, _column("stored answers", "pass", "--pass-column")] = None,
    problem_column: Annotated[
        str | None, _column("problems' ids", "problem", "--problem-column")
    ] = None,
    resamples: Annotated[int, typer.Option(min=100, help="Of the bootstrap.")] = 10_000,
    seed: Annotated[int, typer.Option(min=0, help="Of the bootstrap.")] = 20_260_413,
    time_limit: options.TimeLimit = None,
    workers: options.Workers = None,
    cache: options.Cache = None,
    cage: options.Caged = None,
    out: Annotated[
        Path | None, typer.Option(help="Write report.html, with plots, or report.md.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of tables.")] = False,
    as_markdown: Annotated[
        bool, typer.Option("--markdown", help="Markdown instead of tables.")
    ] = False,
) -> None:
    """Measure judges against people's labels; correct a run's S@k for its judge's error."""
    # what measures is dear to import, and the other commands do without it
    from leaneval.calibration import Columns, read_labels, study

    _check_out(out)
    columns = Columns(
        id_column, informal_column, candidate_column, label_column, reference_column, score_column,
        pass_column, problem_column,
    )  # fmt: skip
    read = read_labels(_existing(labels), columns, _problems(task))
    conditions = _conditions(correct or [])
    flags = {
        "checker": checker, "protocol": protocol, "threshold": threshold, "time_limit": time_limit,
        "workers": workers, "cache": cache, "cage": cage,
    }  # fmt: skip
    settings = options.settings_of(flags, _defaults(conditions, threshold, protocol))
    if threshold is None and conditions:
        threshold = settings.threshold
    answers = _answers(
        read, judge or [], settings, threshold,
        beside=stored, checked=checker is not None, profile=profile, bare=no_reference,
        progress=not as_json,
    )  # fmt: skip
    found = study(read, answers, conditions, resamples=resamples, seed=seed)
    _show(found, as_json=as_json, as_markdown=as_markdown)
    if out is not None:
        from leaneval.calibration import page
        from leaneval.page import write

        write(page(found, plotted=out.suffix.lower() in (".html", ".htm")), out)
        typer.echo(str(out), err=True)


def _check_out(out: Path | None) -> None:
    """Refused before a judge is paid."""
    if out is None:
        return
    if not out.parent.is_dir():
        raise UsageError(f"--out must be in a folder that exists, got {out}: make {out.parent}.")
    if out.suffix.lower() not in (".html", ".htm", ".md", ".markdown"):
        raise UsageError(f"--out must end in .html or .md, got {out.name!r}: name it so.")


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(
            f"{path} must be a file of labelled statements, one JSON object a line (id, informal, "
            "candidate, human_label); there is no such file."
        )
    return path


def _problems(task: str | None) -> Mapping[str, Any] | None:
    from leaneval.data import benchmark

    return {problem.id: problem for problem in benchmark(task)} if task else None


def _conditions(arguments: Sequence[str]) -> list[Condition]:
    from leaneval.results import read_conditions

    return read_conditions(arguments) if arguments else []


def _defaults(
    conditions: Sequence[Condition], threshold: float | None, protocol: str | None
) -> dict[str, Any]:
    """The threshold and protocol of the runs to be corrected: error is measured as it was made."""
    kinds = {(c.runs[0].settings.threshold, c.runs[0].settings.protocol) for c in conditions}
    if len(kinds) > 1 and None in (threshold, protocol):
        raise UsageError(
            f"runs to correct must share threshold and protocol, got {sorted(kinds)}: correct them "
            "one by one, or set --threshold and --protocol."
        )
    return dict(zip(("threshold", "protocol"), min(kinds), strict=True)) if kinds else {}


def _answers(
    labels: Labels,
    judges: Sequence[str],
    settings: Settings,
    threshold: float | None,
    *,
    beside: bool,
    checked: bool,
    profile: str | None,
    bare: bool,
    progress: bool,
) -> list[Judged]:
    """What every judge says, the file's own last."""
    from leaneval.calibration import ask, asks_lean, fitting
    from leaneval.calibration import stored as stored_answers

    has_own = labels.columns.score is not None or labels.columns.passed is not None
    if not judges and not has_own:
        raise UsageError(
            f"{labels.path} holds no judge's scores: ask a judge by --judge SPEC, or name the "
            "column of scores by --score-column."
        )
    own = [stored_answers(labels, threshold, settings.threshold)] if beside or not judges else []
    found = []
    for spec in judges:
        used = settings.model_copy(update={"judge": spec})
        if profile:
            world = profile_of(profile)
        elif checked or asks_lean(spec):
            world = options.profile_for(settings.checker, settings.preamble)
        else:
            world = fitting(labels)
        found += ask(
            labels, used, world, checked=checked, without_reference=bare, progress=progress
        )
    return [*found, *own]


def _show(found: Study, *, as_json: bool, as_markdown: bool) -> None:
    from leaneval.calibration import page, to_json
    from leaneval.page import markdown, show

    if as_json:
        sys.stdout.write(json.dumps(to_json(found), ensure_ascii=False, indent=2) + "\n")
    elif as_markdown:
        sys.stdout.write(markdown(page(found, plotted=False)))
    else:
        from rich.console import Console

        show(page(found, plotted=False, full=False), Console())
        _warn(found)


def _warn(found: Study) -> None:
    for correction in found.corrections:
        for warning in correction.warnings:
            typer.echo(f"leaneval: warning: {warning}", err=True)
