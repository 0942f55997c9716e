"""What conditions have in common: only that is compared, and what differs is named.

Invariant: a number of one condition stands beside another's only where both are of the same
protocol, problems and k. Every other difference of the instruments is a warning with both values.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaneval.errors import UsageError
from leaneval.metrics import usable_k
from leaneval.results._differing import by_value, differing, instruments, some

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leaneval.results._differing import Named
    from leaneval.results._types import Condition, Run, Sample


@dataclass(frozen=True, slots=True)
class Shared:
    """What all runs of a comparison share.

    Attributes:
        task: The task; the first, where they differ in name and not in problems.
        problems: Ids, in the first run's order.
        k: For C@k and S@k, ascending.
        repeats: Rollouts a problem that every run has; best-of-n is over these.
        threshold: Least score that passes, where one is set for all; None: each run's own.
        warnings: What differs, a sentence each; empty where nothing does.
    """

    task: str
    problems: tuple[str, ...]
    k: tuple[int, ...]
    repeats: int
    threshold: float | None
    warnings: tuple[str, ...]


def common(
    conditions: Sequence[Condition],
    *,
    k: Sequence[int] | None = None,
    threshold: float | None = None,
) -> Shared:
    """What the conditions share, at least one of them.

    Args:
        conditions: To be compared.
        k: The k wanted; None: those that all runs were measured for.
        threshold: Least score that passes, for all; None: each run's own.

    Raises:
        UsageError: Two conditions have one name, protocols are mixed, no problem or k is shared,
            or a k is more than some run has rollouts.
    """
    _require_distinct([condition.name for condition in conditions])
    runs = [
        (c.name if len(c.runs) == 1 else f"{c.name}, {_seed(number, run)}", run)
        for c in conditions
        for number, run in enumerate(c.runs, 1)
    ]
    if not runs:
        raise UsageError("at least one run is needed, got none.")
    _require_one_protocol({name: run.settings.protocol for name, run in runs})
    problems, warnings = _problems(runs)
    repeats = min(run.settings.repeats for _, run in runs)
    ks, more = _ks(runs, k, repeats)
    if threshold is None:
        more += differing("threshold", {n: run.settings.threshold for n, run in runs})
    tasks = _tasks(runs)
    warnings += [*differing("task", tasks), *more, *instruments(runs)]
    task = next(iter(tasks.values()), runs[0][1].task)
    return Shared(task, problems, ks, repeats, threshold, tuple(warnings))


def _seed(number: int, run: Run) -> str:
    return f"run {number}" if run.seed is None else f"seed {run.seed}"


def _require_distinct(names: Sequence[str]) -> None:
    if twice := [name for name, count in Counter(names).items() if count > 1]:
        raise UsageError(
            f"conditions must have names of their own, got {twice[0]!r} more than once. Name them: "
            "NAME=PATH; where folders hold several tasks' runs, choose by --task."
        )


def _require_one_protocol(values: Mapping[str, str]) -> None:
    if len(set(values.values())) > 1:
        raise UsageError(
            f"all runs must be of one protocol, got {by_value(values)}. Tables never mix "
            "protocols: score the rollouts again under one (leaneval score --protocol)."
        )


def _tasks(runs: Named) -> dict[str, str]:
    """The tasks that are told; a file's stem is none, and the problems decide."""
    return {name: run.task for name, run in runs if run.task != run.path.stem}


def _problems(runs: Named) -> tuple[tuple[str, ...], list[str]]:
    """Ids that all runs hold with the same text, and what is left out."""
    first = runs[0][1].samples
    held = [p for p in first if all(p in run.samples for _, run in runs)]
    alike = tuple(p for p in held if _alike([run.samples[p] for _, run in runs]))
    if not alike:
        raise UsageError(
            "runs must share problems, got none that all of them hold: "
            f"{'; '.join(f'{n} ({run.task}) has {some(run.samples)}' for n, run in runs)}. "
            "Where folders hold several tasks' runs, choose by --task."
        )
    found = []
    counts = {name: len(run.samples) for name, run in runs}
    if any(len(run.samples) > len(held) for _, run in runs):
        found.append(f"problems differ: compared on the {len(held)} that all runs hold "
                     f"(of {by_value(counts)}).")  # fmt: skip
    kept = set(alike)
    if other := [p for p in held if p not in kept]:
        found.append(f"problems differ: {len(other)} of one id and different texts are left out "
                     f"({some(other)}).")  # fmt: skip
    return alike, found


def _alike(samples: Sequence[Sample]) -> bool:
    """Whether all that know the problem's text have the same."""
    texts = {(s.problem.informal, s.problem.reference) for s in samples if s.problem.reference}
    return len(texts) <= 1


def _ks(
    runs: Named, asked: Sequence[int] | None, repeats: int
) -> tuple[tuple[int, ...], list[str]]:
    found = differing(
        "rollouts a problem", {name: run.settings.repeats for name, run in runs},
        f"k goes up to {repeats}, best-of-n is over the first {repeats}",
    )  # fmt: skip
    if asked is not None:
        if not asked or not all(1 <= k <= repeats for k in asked):
            raise UsageError(
                f"k must be from 1 to the {repeats} rollouts that every run has, got "
                f"{', '.join(map(str, asked)) or 'none'}."
            )
        return tuple(sorted(set(asked))), found
    own = {name: usable_k(run.settings.k, run.settings.repeats) for name, run in runs}
    shared = usable_k(sorted(set.intersection(*map(set, own.values()))), repeats)
    if not shared:
        raise UsageError(
            f"runs must share a k, got {by_value(_words(own))}. Choose by --k, up to {repeats}."
        )
    used = ", ".join(map(str, shared))
    return shared, found + differing("k", _words(own), f"compared at {used}")


def _words(values: Mapping[str, Sequence[int]]) -> dict[str, str]:
    return {name: ", ".join(map(str, ks)) for name, ks in values.items()}
