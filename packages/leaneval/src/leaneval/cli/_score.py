"""`leaneval score`: stored generations to numbers, without a model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leaneval.cli import _options as options
from leaneval.cli._inputs import existing, problems_of
from leaneval.cli._references import plan_and_problems
from leaneval.errors import UsageError
from leaneval.measure import measure
from leaneval.preflight import preflight
from leaneval.profile import profile_of
from leaneval.report import put_run
from leaneval.results import beside, write_run
from leaneval.samples import Samples, read_samples
from leaneval.summary import summarise

if TYPE_CHECKING:
    from leaneval.measure import Measurement
    from leaneval.profile import Profile
    from leaneval.settings import Settings
    from leaneval.tasks._plan import Plan
    from leaneval.types import Problem

_SAMPLES = (
    "a samples file (lm_eval writes samples_<task>_<date>.jsonl with --log_samples "
    "--output_path DIR)"
)


def score(
    samples: Annotated[
        Path,
        typer.Argument(metavar="SAMPLES", help="An lm-eval samples file, or rows {id, rollouts}."),
    ],
    task: Annotated[
        str | None,
        typer.Option(
            help="What the ids belong to: a benchmark, such as gaokao_formal, a .jsonl file of "
            "problems, or a task's .yaml file, whose settings then hold too."
        ),
    ] = None,
    checker: options.Checker = None,
    judge: options.Judge = None,
    profile: options.ProfileName = None,
    protocol: options.Protocol = None,
    k: Annotated[str | None, typer.Option(help="The k of C@k and S@k, such as 1,2,4,8.")] = None,
    threshold: Annotated[float | None, typer.Option(help="Least score that passes.")] = None,
    time_limit: options.TimeLimit = None,
    workers: options.Workers = None,
    cache: options.Cache = None,
    cage: options.Caged = None,
    out: Annotated[Path | None, typer.Option(help="Write every rollout's dual score here.")] = None,
    as_json: options.Json = False,
) -> None:
    """Score stored generations as their run would have. Exit 0: done; 2: not, with the reason."""
    existing(samples, _SAMPLES)
    plan, problems = _asked(task)
    stored = read_samples(samples, problems)
    flags = {
        "checker": checker, "judge": judge, "protocol": protocol, "k": k, "threshold": threshold,
        "time_limit": time_limit, "workers": workers, "cache": cache, "repeats": stored.repeats,
        "cage": cage,
    }  # fmt: skip
    settings = options.settings_of(flags, _defaults(samples, stored, plan))
    world = profile_of(profile) if profile else _world(stored, plan, settings)
    if out is not None and not out.parent.is_dir():
        raise UsageError(f"--out must be in a folder that exists, got {out}: make {out.parent}.")
    preflight(settings, world)
    measured = measure(stored.work, settings, profile=world, progress=not as_json)
    # the figures first: a disk that is full under `out` must not cost them
    found = summarise(measured.scores, settings)
    if as_json:
        results = {name: estimate._asdict() for name, estimate in found.items()}
        sys.stdout.write(json.dumps({"results": results, "info": measured.info}, indent=2) + "\n")
    else:
        put_run(samples.name, len(measured.scores), found, measured.info)
    if out is not None:
        _write(out, samples, plan.task if plan else task, stored, measured, world)


def _asked(task: str | None) -> tuple[Plan | None, dict[str, Problem] | None]:
    """The plan of a task's YAML file, and the problems by id; None for what is not said."""
    if task is None or not task.endswith(".yaml"):
        return None, problems_of(task)
    plan, problems = plan_and_problems(task)
    return plan, {problem.id: problem for problem in problems}


def _defaults(path: Path, stored: Samples, plan: Plan | None) -> dict[str, Any]:
    """The settings of the task's file, else those of the run that wrote the samples, if known."""
    if plan is not None:
        return plan.settings.model_dump()
    if told := beside(path).info.get("settings"):
        return dict(told)
    peano = stored.profile is None or stored.profile.name == "peano"
    return {"checker": "embedded", "judge": "defeq"} if peano else {"checker": "mathlib"}


def _world(stored: Samples, plan: Plan | None, settings: Settings) -> Profile:
    told = plan.profile if plan else stored.profile
    return told or options.profile_for(settings.checker, settings.preamble)


def _write(
    out: Path,
    samples: Path,
    task: str | None,
    stored: Samples,
    measured: Measurement,
    world: Profile,
) -> None:
    known = beside(samples)
    try:
        write_run(out, stored.work, measured, world, task=task or known.task, model=known.model)
    except OSError as error:
        raise UsageError(
            f"{out} must be a file that can be written, got {error}. Free space or name another "
            "and run again: the verdicts and scores come from the cache."
        ) from error
