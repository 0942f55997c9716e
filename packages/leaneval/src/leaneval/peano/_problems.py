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

_STRETCHES = {"test": ((0, 50), (100, 300)), "dev": ((50, 100), (300, 350))}
"""Places of each depth's sketches that a held-out split takes: its first 200 problems, the rest."""
_RESERVED = 350
"""Places of each depth that no training problem is drawn from."""
_SHORT = 200


def test_problems(count: int = _SHORT) -> tuple[Problem, ...]:  # noqa: PT028
    """The first `count` of 1,000 problems to report on; any four in a row are of depths 0 to 3.

    Raises:
        UsageError: There are fewer.
    """
    return _first("test", count)


def development_problems(count: int = _SHORT) -> tuple[Problem, ...]:
    """The first `count` of 400 problems to try things on; otherwise as `test_problems`.

    Raises:
        UsageError: There are fewer.
    """
    return _first("dev", count)


def generate(
    count: int,
    *,
    seed: int,
    depths: Collection[int] | None = None,
    part: tuple[float, float] = (0.0, 1.0),
) -> tuple[Problem, ...]:
    """Training problems: distinct, and in neither held-out split.

    Args:
        count: How many. The depths share it as evenly as their sizes allow.
        seed: Decides which problems, in what words and names.
        depths: Some of 0 to 3; None for all.
        part: The stretch of each depth's statements to draw from, as two fractions. Stretches that
            do not overlap have no statement in common, whatever the seeds.

    Raises:
        UsageError: A depth does not exist, the part is none, or there are fewer than `count`
            problems.
    """
    wanted = _depths(depths)
    start, end = part
    if not 0 <= start < end <= 1:
        raise UsageError(f"part must be two fractions that rise, such as (0, 0.4), got {part}")
    rng = random.Random(f"peano {seed}")
    pools = [_stretch(_training(depth), start, end) for depth in wanted]
    total = sum(map(len, pools))
    if not 0 <= count <= total:
        raise UsageError(
            f"count must be from 0 to {total}, the distinct training problems of depths {wanted}, "
            f"got {count}; ask for fewer or for more depths"
        )
    chosen = [item for pool, n in zip(pools, _shares(count, pools), strict=True)
              for item in rng.sample(pool, n)]  # fmt: skip
    rng.shuffle(chosen)
    taken = {p.informal for split in _STRETCHES for p in _held_out(split)}
    return tuple(
        _problem(f"peano-train-{seed}-{i:05d}", sketch, rng, taken)
        for i, sketch in enumerate(chosen, 1)
    )


def _depths(depths: Collection[int] | None) -> list[int]:
    wanted = sorted(set(DEPTHS if depths is None else depths))
    if not wanted or not set(wanted) <= set(DEPTHS):
        raise UsageError(
            f"depths must be some of {list(DEPTHS)}, got {depths}; leave it out for all"
        )
    return wanted


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
    return tuple(sketch for _, sketch in sketches()[depth][_RESERVED:])


def _stretch(pool: Sequence[Sketch], start: float, end: float) -> list[Sketch]:
    return list(pool[round(start * len(pool)) : round(end * len(pool))])


def _first(split: str, count: int) -> tuple[Problem, ...]:
    most = len(DEPTHS) * sum(end - start for start, end in _STRETCHES[split])
    if not 0 <= count <= most:
        raise UsageError(f"the {split} split holds {most} problems, got count = {count}")
    return (_short(split) if count <= _SHORT else _held_out(split))[:count]


@cache
def _short(split: str) -> tuple[Problem, ...]:
    """The problems of the first stretch, which every split had from the beginning."""
    return _worded(split, *_STRETCHES[split][0], random.Random(f"peano {split}"), set(), 1)


@cache
def _held_out(split: str) -> tuple[Problem, ...]:
    """All problems of a split, no two of any split with one text."""
    first = _short(split)
    taken = {p.informal for name in _STRETCHES for p in _short(name)}
    if split == "dev":
        taken |= {p.informal for p in _held_out("test")}
    rng = random.Random(f"peano {split} more")
    return first + _worded(split, *_STRETCHES[split][1], rng, taken, len(first) + 1)


def _worded(
    split: str, start: int, end: int, rng: random.Random, taken: set[str], number: int
) -> tuple[Problem, ...]:
    pools = [sketches()[depth][start:end] for depth in DEPTHS]
    # the depths take turns, so that the first N problems are a fair sample (`--limit N`)
    chosen = [sketch for turn in zip(*pools, strict=True) for _, sketch in turn]
    return tuple(
        _problem(f"peano-{split}-{i:04d}", sketch, rng, taken)
        for i, sketch in enumerate(chosen, number)
    )


def _problem(name: str, sketch: Sketch, rng: random.Random, taken: Collection[str]) -> Problem:
    text, ordered, names = wording(sketch, rng)
    while text in taken:
        text, ordered, names = wording(sketch, rng)
    tags = (f"depth-{sketch.depth}", sketch.goal.topic)
    references = ordered.alternatives(names)
    return Problem(name, text, ordered.reference(names), "", tags, references)
