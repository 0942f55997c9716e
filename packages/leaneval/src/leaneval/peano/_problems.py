"""The splits and the generator.

Invariant: the test and development splits are the same for ever (their digest is pinned by a
test); no training problem shares a statement, up to names, order of hypotheses and sides of an
equation, or an English text with either. Everything follows from the seed alone, in every process
and Python version. Out of scope: sentences (`_families`) and their wording (`_english`).
"""

from __future__ import annotations

import random
from functools import cache
from typing import TYPE_CHECKING

from leaneval.errors import UsageError
from leaneval.peano._english import wording
from leaneval.peano._families import DEPTHS, sketches
from leaneval.types import Problem

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leaneval.peano._sketch import Sketch

_HELD_OUT = {"test": 50, "dev": 50}
"""Problems of each depth in each held-out split."""


@cache
def test_problems() -> tuple[Problem, ...]:
    """The 200 problems to report on, 50 of each depth."""
    return _held_out("test", 0)


@cache
def development_problems() -> tuple[Problem, ...]:
    """The 200 problems to try things on, 50 of each depth."""
    return _held_out("dev", 1)


def generate(
    count: int, *, seed: int, depths: Collection[int] | None = None
) -> tuple[Problem, ...]:
    """Training problems: distinct, and in neither held-out split.

    Args:
        count: How many. The depths share it as evenly as their sizes allow.
        seed: Decides which problems, in what words and names.
        depths: Some of 0 to 3; None for all.

    Raises:
        UsageError: A depth does not exist, or there are fewer than `count` problems.
    """
    wanted = sorted(set(DEPTHS if depths is None else depths))
    if not wanted or not set(wanted) <= set(DEPTHS):
        raise UsageError(
            f"depths must be some of {list(DEPTHS)}, got {depths}; leave it out for all"
        )
    rng = random.Random(f"peano {seed}")
    pools = [list(_training(depth)) for depth in wanted]
    total = sum(map(len, pools))
    if not 0 <= count <= total:
        raise UsageError(
            f"count must be from 0 to {total}, the distinct training problems of depths {wanted}, "
            f"got {count}; ask for fewer or for more depths"
        )
    chosen = [item for pool, n in zip(pools, _shares(count, pools), strict=True)
              for item in rng.sample(pool, n)]  # fmt: skip
    rng.shuffle(chosen)
    taken = {p.informal for p in (*test_problems(), *development_problems())}
    return tuple(
        _problem(f"peano-train-{seed}-{i:05d}", sketch, rng, taken)
        for i, sketch in enumerate(chosen, 1)
    )


def _shares(count: int, pools: Sequence[Sequence[Sketch]]) -> list[int]:
    """As even as the pools' sizes allow."""
    shares = [0] * len(pools)
    while (left := count - sum(shares)) > 0:
        open_pools = [i for i, pool in enumerate(pools) if shares[i] < len(pool)]
        for turn, i in enumerate(open_pools):
            part = left // len(open_pools) + (turn < left % len(open_pools))
            shares[i] += min(part, len(pools[i]) - shares[i])
    return shares


@cache
def _training(depth: int) -> tuple[Sketch, ...]:
    reserved = sum(_HELD_OUT.values())
    return tuple(sketch for _, sketch in sketches()[depth][reserved:])


def _held_out(split: str, position: int) -> tuple[Problem, ...]:
    rng = random.Random(f"peano {split}")
    size = _HELD_OUT[split]
    pools = [sketches()[depth][position * size : (position + 1) * size] for depth in DEPTHS]
    # the depths take turns, so that the first N problems are a fair sample (`--limit N`)
    chosen = [sketch for turn in zip(*pools, strict=True) for _, sketch in turn]
    return tuple(
        _problem(f"peano-{split}-{i:04d}", sketch, rng, set()) for i, sketch in enumerate(chosen, 1)
    )


def _problem(name: str, sketch: Sketch, rng: random.Random, taken: Collection[str]) -> Problem:
    text, ordered, names = wording(sketch, rng)
    while text in taken:
        text, ordered, names = wording(sketch, rng)
    tags = (f"depth-{sketch.depth}", sketch.goal.topic)
    references = ordered.alternatives(names)
    return Problem(name, text, ordered.reference(names), "", tags, references)
