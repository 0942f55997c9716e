"""A run written so that `read_run` finds all of it in one file.

Each row is a problem: `id`, `dual` (one dual score a rollout), `doc` (the whole problem) and
`rollouts`; the first row also carries `info`, the conditions, so that no second file can get lost.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from leaneval._files import whole
from leaneval.documents import document

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leaneval.measure import Measurement
    from leaneval.pipeline import Work
    from leaneval.profile import Profile


def write_run(
    out: Path,
    work: Sequence[Work],
    measured: Measurement,
    profile: Profile,
    *,
    task: str = "",
    model: str = "",
) -> None:
    """Write a run, in place at once or not at all.

    Args:
        out: The file.
        work: Problems with their rollouts.
        measured: Of this work.
        profile: The problems' Lean world.
        task: The benchmark's or task's name, where known.
        model: What wrote the rollouts, where known.

    Raises:
        OSError: It cannot be written.
    """
    info = measured.info | {"task": task, "model": model}
    with whole(out) as lines:
        for number, ((problem, rollouts), duals) in enumerate(
            zip(work, measured.scores, strict=True)
        ):
            row = {
                "id": problem.id,
                "dual": [dual.to_dict() for dual in duals],
                "doc": document(problem, profile),
                "rollouts": list(rollouts),
            } | ({"info": info} if number == 0 else {})
            lines.write(json.dumps(row) + "\n")
