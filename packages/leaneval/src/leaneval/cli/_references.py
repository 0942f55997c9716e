"""`leaneval check --references TASK`: which of a benchmark's references compile, on which Lean.

A formal judge can say nothing of a problem whose reference does not compile, so this is the most
that its coverage can be. A reference in notation that Mathlib has dropped is asked about twice: as
published, and migrated (`leaneval.extract.migrate`), which is what formal judges are given.
References are trusted and pass no gate.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from leaneval._tasks import started
from leaneval.errors import DataError, UsageError
from leaneval.extract import migrate, parse_reference
from leaneval.preflight import try_checker
from leaneval.types import StatementClaim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leaneval.profile import Profile
    from leaneval.protocols import Checker
    from leaneval.tasks._plan import Plan
    from leaneval.types import Problem, Verdict


class Health(NamedTuple):
    """One reference's verdicts.

    Attributes:
        id: The problem's; `#1`, `#2` after it for its alternative references.
        verdict: Of the reference as formal judges are given it.
        published: Of the text as published; the same object where nothing was migrated.
    """

    id: str
    verdict: Verdict
    published: Verdict

    @property
    def migrated(self) -> bool:
        """Whether the text had to be migrated."""
        return self.published is not self.verdict


def plan_and_problems(task: str) -> tuple[Plan, tuple[Problem, ...]]:
    """The plan and problems of a task, as lm-eval finds it by name or in a YAML file.

    Raises:
        UsageError: No task of leaneval has that name, or its settings cannot be.
        UnavailableError: The benchmark cannot be fetched.
    """
    from leaneval.data import benchmark
    from leaneval.tasks._plan import plan_of

    plan = plan_of(_of_file(task) if task.endswith(".yaml") else _of_name(task))
    return plan, benchmark(plan.benchmark)


def _of_file(task: str) -> Mapping[str, Any]:
    from lm_eval.tasks._yaml_loader import load_yaml
    from yaml import YAMLError

    if not Path(task).is_file():
        raise UsageError(f"a task's YAML file must exist, got {task}: name one that does")
    try:
        config: Mapping[str, Any] = load_yaml(task, resolve_func=False)
    except (YAMLError, ValueError) as error:
        why = " ".join(str(error).split())
        raise UsageError(f"{task} must be a task in YAML, got {why}: mend that line") from error
    return config


def _of_name(task: str) -> Mapping[str, Any]:
    from lm_eval.tasks import TaskManager

    from leaneval.tasks import FOLDER
    from leaneval.tasks._plan import TABLE

    index = TaskManager(include_path=FOLDER, include_defaults=False).task_index
    ours = sorted(name for name, entry in index.items() if TABLE in _metadata(entry.cfg))
    if task not in ours:
        raise UsageError(
            f"a task is one of leaneval's ({', '.join(ours)}) or the YAML file of one of your own; "
            f"got {task!r}"
        )
    config: Mapping[str, Any] = index[task].cfg
    return config


def _metadata(config: Mapping[str, Any] | None) -> Mapping[str, Any]:
    return (config or {}).get("metadata") or {}


async def health(
    problems: Sequence[Problem],
    checker: Checker,
    profile: Profile,
    show: Callable[[Health], None],
) -> list[Health]:
    """Verdicts on every reference, in order.

    Args:
        problems: The benchmark.
        checker: Entered.
        profile: The benchmark's.
        show: Called with each, in order, as soon as those before it are in.

    Raises:
        UnavailableError: The checker fails the profile's control statements.
        DataError: A reference holds no theorem.
    """
    await try_checker(checker, profile)
    asked = [
        (problem.id if number == 0 else f"{problem.id}#{number}", text, problem.header)
        for problem in problems
        for number, text in enumerate((problem.reference, *problem.references))
    ]
    async with started(_health(checker, *reference) for reference in asked) as tasks:
        for task in tasks:
            show(await task)
    return [task.result() for task in tasks]


async def _health(checker: Checker, name: str, text: str, header: str) -> Health:
    try:
        claim = StatementClaim(parse_reference(text, header))
    except DataError as error:
        raise DataError(f"{name}: {error}") from error
    if migrate(text) == text:
        verdict = await checker.check(claim)
        return Health(name, verdict, verdict)
    as_published = StatementClaim(parse_reference(text, header, migrated=False))
    verdict, published = await asyncio.gather(checker.check(claim), checker.check(as_published))
    return Health(name, verdict, published)
