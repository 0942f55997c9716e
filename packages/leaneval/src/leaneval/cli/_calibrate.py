"""`leaneval calibrate`: a judge against people, and S@k corrected for the judge's error."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leaneval.cli import _options as options
from leaneval.cli._inputs import existing, problems_of
from leaneval.errors import UsageError
from leaneval.profile import profile_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.calibration import Judged, Labels, Study
    from leaneval.results import Condition
    from leaneval.settings import Settings


def _column(what: str, usual: str) -> Any:
    return typer.Option(metavar="NAME", help=f"Column of {what} (usually {usual}).")


_LABELLED = (
    "a file of labelled statements, one JSON object a line (id, informal, candidate, human_label)"
)
_LabelFile = Annotated[
    Path,
    typer.Argument(
        metavar="LABELS", help="JSON lines: id, informal, candidate, people's label (0 or 1), ..."
    ),
]
_Judges = Annotated[
    list[str] | None,
    typer.Option(
        metavar="SPEC",
        help="Judge to measure: llm:MODEL, beq, defeq, ...; again for more. Without one, the "
        "file's own scores are judged.",
    ),
]
_Stored = Annotated[
    bool, typer.Option("--stored", help="Judge the file's own scores beside the judges.")
]
_Correct = Annotated[
    list[str] | None,
    typer.Option(
        metavar="RUN",
        help="Correct this run's S@k: [NAME=]PATH[,PATH], as in compare; again for more.",
    ),
]
_Threshold = Annotated[
    float | None,
    typer.Option(
        min=0.0,
        max=1.0,
        help="Least score that passes (the run's, else 0.7; stored answers: the file's own).",
    ),
]
_Task = Annotated[
    str | None, typer.Option(help="Benchmark that holds the references, by the problems' ids.")
]
_NoReference = Annotated[
    bool,
    typer.Option(
        "--no-reference",
        help="Let a model judge by the problem's text alone, where rows have no reference.",
    ),
]
_IdColumn = Annotated[str | None, _column("ids", "id")]
_InformalColumn = Annotated[str | None, _column("the problem in words", "informal")]
_CandidateColumn = Annotated[str | None, _column("the labelled statement", "candidate")]
_LabelColumn = Annotated[str | None, _column("people's label", "human_label or label")]
_ReferenceColumn = Annotated[str | None, _column("the reference", "reference")]
_ScoreColumn = Annotated[str | None, _column("stored scores", "score or the one in _score")]
_PassColumn = Annotated[str | None, _column("stored answers", "pass")]
_ProblemColumn = Annotated[str | None, _column("problems' ids", "problem")]
_Resamples = Annotated[int, typer.Option(min=100, help="Of the bootstrap.")]
_Seed = Annotated[int, typer.Option(min=0, help="Of the bootstrap.")]
_Out = Annotated[Path | None, typer.Option(help="Write report.html, with plots, or report.md.")]
_Markdown = Annotated[bool, typer.Option("--markdown", help="Markdown instead of tables.")]


def calibrate(
    labels: _LabelFile,
    judge: _Judges = None,
    stored: _Stored = False,
    correct: _Correct = None,
    threshold: _Threshold = None,
    task: _Task = None,
    no_reference: _NoReference = False,
    checker: options.Checker = None,
    profile: options.ProfileName = None,
    protocol: options.Protocol = None,
    id_column: _IdColumn = None,
    informal_column: _InformalColumn = None,
    candidate_column: _CandidateColumn = None,
    label_column: _LabelColumn = None,
    reference_column: _ReferenceColumn = None,
    score_column: _ScoreColumn = None,
    pass_column: _PassColumn = None,
    problem_column: _ProblemColumn = None,
    resamples: _Resamples = 10_000,
    seed: _Seed = 20_260_413,
    time_limit: options.TimeLimit = None,
    workers: options.Workers = None,
    cache: options.Cache = None,
    cage: options.Caged = None,
    out: _Out = None,
    as_json: options.Json = False,
    as_markdown: _Markdown = False,
) -> None:
    """Measure judges against people's labels; correct a run's S@k for its judge's error."""
    from leaneval.calibration import Columns, read_labels, study  # dear to import
    from leaneval.page import require_writable

    if out is not None:  # refused before a judge is paid
        require_writable(out)
    columns = Columns(id_column, informal_column, candidate_column, label_column, reference_column,
                      score_column, pass_column, problem_column)  # fmt: skip
    read = read_labels(existing(labels, _LABELLED), columns, problems_of(task))
    conditions = _conditions(correct or [])
    settings = _settings(
        conditions, checker=checker, protocol=protocol, threshold=threshold,
        time_limit=time_limit, workers=workers, cache=cache, cage=cage,
    )  # fmt: skip
    least = settings.threshold if conditions else threshold
    answers = _answers(
        read, judge or [], settings, least, beside=stored, checked=checker is not None,
        profile=profile, bare=no_reference, progress=not as_json,
    )  # fmt: skip
    found = study(read, answers, conditions, resamples=resamples, seed=seed)
    _show(found, out, as_json=as_json, as_markdown=as_markdown)


def _conditions(arguments: Sequence[str]) -> list[Condition]:
    from leaneval.results import read_conditions

    return read_conditions(arguments) if arguments else []


def _settings(conditions: Sequence[Condition], **flags: Any) -> Settings:
    defaults = _defaults(conditions, flags["threshold"], flags["protocol"])
    return options.settings_of(flags, defaults)


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


def _show(found: Study, out: Path | None, *, as_json: bool, as_markdown: bool) -> None:
    from leaneval.calibration import page, to_json
    from leaneval.page import markdown, show, write

    if as_json:
        sys.stdout.write(json.dumps(to_json(found), indent=2) + "\n")
    elif as_markdown:
        sys.stdout.write(markdown(page(found, plotted=False)))
    else:
        from rich.console import Console

        show(page(found, plotted=False, full=False), Console())
        _warn(found)
    if out is not None:
        write(page(found, plotted=out.suffix.lower() in (".html", ".htm")), out)
        typer.echo(str(out), err=True)


def _warn(found: Study) -> None:
    for correction in found.corrections:
        for warning in correction.warnings:
            typer.echo(f"leaneval: warning: {warning}", err=True)
