"""Stored generations: an lm-eval samples file, or JSON lines with an id and rollouts.

An lm-eval samples file carries whole documents, so it needs nothing else. Plain rows
`{"id", "rollouts"}` either carry the problem's fields themselves or name problems of a task.
Every complaint names file and line, a cut-off last line included.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from leaneval.documents import problem_of, profile_named_by
from leaneval.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from leaneval.pipeline import Work
    from leaneval.profile import Profile
    from leaneval.types import Problem


@dataclass(frozen=True, slots=True)
class Samples:
    """What a samples file holds.

    Attributes:
        work: Problems with their rollouts, in the file's order.
        profile: The Lean world that the documents name, if they do.
    """

    work: list[Work]
    profile: Profile | None

    @property
    def repeats(self) -> int:
        """Rollouts that every problem has."""
        return min(len(rollouts) for _, rollouts in self.work)


def read_samples(path: Path, problems: Mapping[str, Problem] | None = None) -> Samples:
    """Read a samples file of either form.

    In a harness' file all problems have the same number of rollouts, but a data-parallel run pads
    the last one of a rank; the padding is cut.

    Args:
        path: JSON lines.
        problems: By id, for rows that carry no problem of their own.

    Raises:
        DataError: A line is not what it should be, or a problem stands twice.
    """
    work: list[Work] = []
    seen: dict[str, int] = {}
    profile, harness = None, False
    for number, row in rows_of(path):
        problem, rollouts = _work(path, number, row, problems)
        harness = "resps" in row
        profile = profile or profile_named_by(row["doc"] if harness else row)
        first = seen.setdefault(problem.id, number)
        if first != number:
            raise DataError(
                f"{path}:{number}: problem {problem.id!r} stands in line {first} too: put all its "
                "rollouts into one row."
            )
        work.append((problem, rollouts))
    if not work:
        raise DataError(f"{path} must hold at least one sample, got an empty file.")
    samples = Samples(work, profile)
    if harness:
        cut = [(problem, rollouts[: samples.repeats]) for problem, rollouts in work]
        samples = Samples(cut, profile)
    return samples


def rows_of(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON lines file, each with its line's number from 1; blank lines have none.

    Raises:
        DataError: A line is no JSON object; file and line are named.
    """
    with path.open(encoding="utf-8-sig", errors="surrogateescape") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except json.JSONDecodeError as error:
                raise DataError(
                    f"{path}:{number}: a line must be a JSON object, got {line[:60]!r} "
                    f"({error.msg}); a file that was cut off must be written again."
                ) from error
            if not isinstance(row, dict):
                raise DataError(f"{path}:{number}: a line must be a JSON object, got {row!r:.60}.")
            yield number, row


def _work(
    path: Path, number: int, row: dict[str, Any], problems: Mapping[str, Problem] | None
) -> Work:
    try:
        if "resps" in row:
            return problem_of(row["doc"]), _strings(row["resps"][0])
        if problems is not None:
            return problems[row["id"]], _strings(row["rollouts"])
        return problem_of(row), _strings(row["rollouts"])
    except (KeyError, IndexError, TypeError, ValueError) as error:
        raise DataError(
            f"{path}:{number}: a sample is lm-eval's (doc, resps) or has id, rollouts and the "
            f"problem's informal and reference (or --task names where they are): {error!r}."
        ) from error


def _strings(value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError("rollouts must be a list of strings")
    if not value:
        raise ValueError("rollouts must not be empty")
    return value
