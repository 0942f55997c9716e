"""`leaneval score`: stored generations to numbers, without a model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leaneval.cli import _options as options
from leaneval.cli._inputs import existing, problems_of
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

_SAMPLES = (
    "a samples file (lm_eval writes samples_<task>_<date>.jsonl with --log_samples "
    "--output_path DIR)"
)


def score(
    samples: Annotated[
        Path, typer.Argument(help="An lm-eval samples file, or rows {id, rollouts}.")
    ],
    task: Annotated[
        str | None, typer.Option(help="Benchmark that the ids belong to, such as gaokao_formal.")
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
    """Score stored generations; the numbers are those of the run that generated them."""
    stored = read_samples(existing(samples, _SAMPLES), problems_of(task))
    flags = {
        "checker": checker, "judge": judge, "protocol": protocol, "k": k, "threshold": threshold,
        "time_limit": time_limit, "workers": workers, "cache": cache, "repeats": stored.repeats,
        "cage": cage,
    }  # fmt: skip
    settings = options.settings_of(flags, _defaults(samples, stored))
    world = _world(profile, stored, settings)
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
        _write(out, samples, task, stored, measured, world)


def _defaults(path: Path, stored: Samples) -> dict[str, Any]:
    """The settings of the run that wrote the samples, where its results lie beside them."""
    if told := beside(path).info.get("settings"):
        return dict(told)
    peano = stored.profile is None or stored.profile.name == "peano"
    return {"checker": "embedded", "judge": "defeq"} if peano else {"checker": "mathlib"}


def _world(name: str | None, stored: Samples, settings: Settings) -> Profile:
    if name:
        return profile_of(name)
    return stored.profile or options.profile_for(settings.checker, settings.preamble)


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
