"""`leaneval score`: stored generations to numbers, without a model."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leaneval.cli import _options as options
from leaneval.errors import UsageError
from leaneval.measure import measure
from leaneval.preflight import preflight
from leaneval.profile import profile_of
from leaneval.report import put_run
from leaneval.samples import Samples, read_samples
from leaneval.summary import summarise

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leaneval.measure import Measurement
    from leaneval.pipeline import Work
    from leaneval.profile import Profile
    from leaneval.settings import Settings


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
    protocol: Annotated[str | None, typer.Option(help="strict or study.")] = None,
    k: Annotated[str | None, typer.Option(help="The k of C@k and S@k, such as 1,2,4,8.")] = None,
    threshold: Annotated[float | None, typer.Option(help="Least score that passes.")] = None,
    time_limit: options.TimeLimit = None,
    workers: options.Workers = None,
    cache: options.Cache = None,
    cage: options.Caged = None,
    out: Annotated[Path | None, typer.Option(help="Write every rollout's dual score here.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of a table.")] = False,
) -> None:
    """Score stored generations; the numbers are those of the run that generated them."""
    stored = read_samples(_existing(samples), _problems(task))
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
        _write(out, stored.work, measured)


def _existing(path: Path) -> Path:
    if not path.is_file():
        raise UsageError(
            f"{path} must be a samples file (lm_eval writes samples_<task>_<date>.jsonl with "
            "--log_samples --output_path DIR); there is no such file."
        )
    return path


def _problems(task: str | None) -> Mapping[str, Any] | None:
    from leaneval.data import benchmark

    return {problem.id: problem for problem in benchmark(task)} if task else None


def _defaults(path: Path, stored: Samples) -> dict[str, Any]:
    """The settings of the run that wrote the samples, where its results lie beside them."""
    found = _settings_beside(path)
    if found:
        return found
    peano = stored.profile is None or stored.profile.name == "peano"
    return {"checker": "embedded", "judge": "defeq"} if peano else {"checker": "mathlib"}


def _settings_beside(path: Path) -> dict[str, Any]:
    task, _, date = path.stem.removeprefix("samples_").rpartition("_")
    results = path.with_name(f"results_{date}.json")
    if not results.is_file():
        return {}
    config = json.loads(results.read_text(encoding="utf-8"))["configs"].get(task, {})
    settings: dict[str, Any] = config.get("metadata", {}).get("leaneval", {}).get("settings", {})
    return settings


def _world(name: str | None, stored: Samples, settings: Settings) -> Profile:
    if name:
        return profile_of(name)
    return stored.profile or options.profile_for(settings.checker, settings.preamble)


def _write(out: Path, work: Sequence[Work], measured: Measurement) -> None:
    """One line a problem, put in place at once or not at all."""
    partial = out.with_name(out.name + ".partial")
    try:
        with partial.open("w", encoding="utf-8", errors="surrogatepass") as lines:
            for (problem, _), duals in zip(work, measured.scores, strict=True):
                row = {"id": problem.id, "dual": [dual.to_dict() for dual in duals]}
                lines.write(json.dumps(row) + os.linesep)
        partial.replace(out)
    except OSError as error:
        raise UsageError(
            f"{out} must be a file that can be written, got {error}. Free space or name another "
            "and run again: the verdicts and scores come from the cache."
        ) from error
    finally:
        partial.unlink(missing_ok=True)
