"""One samples file as a run.

Two forms, told apart by their rows: lm-eval's (`doc`, `resps`, `filtered_resps`), and what
`leaneval score --out` writes (`id`, `dual`, `doc`, `rollouts`; the first row also has `info`).
Every complaint names file and line. Out of scope: which file is meant (`read_conditions`).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from leaneval.documents import problem_of
from leaneval.errors import DataError, UsageError
from leaneval.results._beside import beside
from leaneval.results._duals import dual_of
from leaneval.results._types import Run, Sample
from leaneval.samples import rows_of
from leaneval.settings import Settings
from leaneval.types import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_KS = (1, 2, 4, 8)
UNKNOWN = "unknown"
"""Checker and judge of a run whose conditions are not told."""


def read_run(path: Path, *, seed: int | None = None) -> Run:
    """Read a finished run.

    Args:
        path: A samples file of lm-eval (the results file beside it gives the conditions), or a file
            that `leaneval score --out` wrote.
        seed: Of the training or the data draw, where the caller knows it.

    Raises:
        UsageError: There is no such file.
        DataError: A line is not what it should be, a problem stands twice, the file is empty or
            cut off, or it holds no dual scores.
    """
    if not path.is_file():
        raise UsageError(
            f"{path} must be a samples file (of `lm_eval --log_samples`, or of `leaneval score "
            "--out`), or a folder that holds one; there is no such file."
        )
    samples, info = _samples(path)
    known = beside(path)
    info = info or known.info
    _require_whole(path, samples, info)
    task = str(info.get("task") or known.task or path.stem)
    model = str(info.get("model") or known.model)
    return Run(path, task, samples, _settings(path, samples, info), info, model, seed)


def _samples(path: Path) -> tuple[dict[str, Sample], dict[str, Any]]:
    found: dict[str, Sample] = {}
    lines: dict[str, int] = {}
    info: dict[str, Any] = {}
    for number, row in rows_of(path):
        try:
            sample = _of_harness(row) if "filtered_resps" in row else _of_score(row)
            info = row.get("info") or info
        except _UnscoredError as error:
            raise DataError(
                f"{path}:{number}: rollouts must be scored, got {error} (as --predict_only "
                "leaves them). Score them: leaneval score SAMPLES --out SCORED.jsonl"
            ) from error
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise DataError(
                f"{path}:{number}: a row is a sample of lm-eval or of `leaneval score --out`, "
                f"with one dual score a rollout: {error!r}. Write the file again."
            ) from error
        first = lines.setdefault(sample.problem.id, number)
        if first != number:
            raise DataError(
                f"{path}:{number}: problem {sample.problem.id!r} stands in line {first} too."
            )
        found[sample.problem.id] = sample
    if not found:
        raise DataError(f"{path}:1: a run must hold at least one sample, got an empty file.")
    return found, info


class _UnscoredError(Exception):
    """A row holds texts and no dual scores."""


def _of_harness(row: Mapping[str, Any]) -> Sample:
    given = row["filtered_resps"][0]
    texts = [given] if isinstance(given, str) else given
    if not all(isinstance(text, str) and text.startswith('{"statement"') for text in texts):
        raise _UnscoredError(f"{texts[0]!r:.60}")
    duals = tuple(dual_of(json.loads(text)) for text in texts)
    return _sample(problem_of(row["doc"]), duals, row["resps"][0][: len(duals)])


def _of_score(row: Mapping[str, Any]) -> Sample:
    if "dual" not in row:
        raise _UnscoredError(f"a row of {', '.join(row) or 'nothing'}")
    problem = problem_of(row["doc"]) if "doc" in row else Problem(row["id"], "", "")
    return _sample(problem, tuple(map(dual_of, row["dual"])), row.get("rollouts", ()))


def _sample(problem: Problem, duals: tuple[Any, ...], rollouts: Iterable[str]) -> Sample:
    if not isinstance(problem.id, str) or not duals:
        raise ValueError("a sample needs an id and at least one dual score")
    texts = tuple(rollouts)
    if texts and len(texts) != len(duals):
        raise ValueError(f"{len(texts)} rollouts and {len(duals)} dual scores")
    return Sample(problem, duals, texts)


def _require_whole(path: Path, samples: Mapping[str, Sample], info: Mapping[str, Any]) -> None:
    """A file that was cut between two lines looks whole; the run's own count tells."""
    held, told = sum(len(sample.duals) for sample in samples.values()), info.get("rollouts", 0)
    if held < told:
        raise DataError(
            f"{path}:{len(samples) + 1}: the file ends here with {held} rollouts, its run had "
            f"{told}: it was cut off. Copy or write it again."
        )


def _settings(path: Path, samples: Mapping[str, Sample], info: Mapping[str, Any]) -> Settings:
    """The run's settings; where they are not told, what the scores themselves tell."""
    repeats = min(len(sample.duals) for sample in samples.values())
    told = info.get("settings")
    if told is None:
        ks = tuple(k for k in _KS if k <= repeats)
        return Settings(checker=UNKNOWN, judge=_judge(samples), repeats=repeats, k=ks)
    fields = {key: value for key, value in told.items() if key in Settings.model_fields}
    try:
        return Settings(**fields | {"repeats": repeats})
    except ValidationError as error:
        raise DataError(f"{path}: its conditions are no settings of leaneval: {error}") from error


def _judge(samples: Mapping[str, Sample]) -> str:
    duals = [dual for sample in samples.values() for dual in sample.duals if dual.score]
    if not duals:
        return "none"
    name = next((d.score.judge for d in duals if d.score and d.score.judge), UNKNOWN)
    return f"both:{name}" if any(dual.second for dual in duals) else name
