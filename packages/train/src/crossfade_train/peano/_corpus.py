"""The miniature's data: what the base model reads, and the pool that splits are drawn from.

Invariant: the base's statements, the pool's and the held-out splits' have none in common up to
names, order of hypotheses and sides of equations, whatever the seeds. Out of scope: which row goes
into which set (crossfade-splits).
"""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, NamedTuple

from crossfade_train.peano._dialect import dialect
from crossfade_train.run._files import write_text
from leaneval.peano import generate, prompt

if TYPE_CHECKING:
    from pathlib import Path

    from leaneval.types import Problem

BASE_PART = (0.0, 0.4)
POOL_PART = (0.4, 1.0)


class Pair(NamedTuple):
    """The user's message and the answer."""

    prompt: str
    answer: str


def base_pairs(count: int, *, target_share: float, seed: int) -> list[Pair]:
    """What the base is trained on: this share of the answers in Lean, the rest in the dialect."""
    problems = generate(count, seed=seed, part=BASE_PART)
    rng = random.Random(f"peano base {seed}")
    foreign = set(rng.sample(range(count), round((1 - target_share) * count)))
    return [
        Pair(prompt(p), dialect(p.reference) if i in foreign else p.reference)
        for i, p in enumerate(problems)
    ]


def make_pool(*, out: Path, count: int, seed: int) -> Path:
    """Write a pool for crossfade-splits: `id`, `prompt`, `target`, `topic`, `references`.

    Args:
        out: The JSON lines file to write; it appears complete or not at all.
        count: Problems, shared by the four depths as evenly as they allow; at most 21,376.
        seed: Decides which problems, in what words and names.

    Raises:
        UsageError: There are fewer than `count` problems (leaneval's, a `ValueError`).
    """
    lines = (json.dumps(_row(p), ensure_ascii=False) + "\n"
             for p in generate(count, seed=seed, part=POOL_PART))  # fmt: skip
    out.parent.mkdir(parents=True, exist_ok=True)
    write_text(out, "".join(lines))
    return out


def _row(problem: Problem) -> dict[str, object]:
    depth, subject = problem.tags
    return {
        "id": problem.id,
        "prompt": problem.informal,
        "target": problem.reference,
        "source": "peano",
        "license": "Apache-2.0",
        "topic": depth,
        "subject": subject,
        "references": list(problem.references),
    }
