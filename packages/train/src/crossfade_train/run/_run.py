"""A whole run: preflight, schedule, and what is left for the report."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from crossfade_train.run._estimate import Rates
from crossfade_train.run._files import bytes_in
from crossfade_train.run._folder import opened, require_folder
from crossfade_train.run._preflight import preflight
from crossfade_train.run._progress import Progress
from crossfade_train.run._schedule import Here, already, schedule
from crossfade_train.run._store import Store

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from pathlib import Path

    from crossfade_train.recipe import Recipe
    from crossfade_train.run._graph import Plan
    from crossfade_train.run._schedule import Executor
    from crossfade_train.run._stage import Request
    from crossfade_train.run._store import Outputs


@dataclass(frozen=True, slots=True)
class Outlook:
    """What a run would do.

    Attributes:
        plan: All stages of the recipe.
        wanted: Names of the stages asked for, in order.
        done: Outputs of the stages that would be skipped.
        requests: Stages whose inputs are known.
        rates: For estimates.
        store: The run's stage folders.
    """

    plan: Plan
    wanted: Sequence[str]
    done: Mapping[str, Outputs]
    requests: Mapping[str, Request]
    rates: Rates
    store: Store

    @property
    def ended(self) -> dict[str, Request]:
        """Requests of the stages that are done."""
        return {name: self.requests[name] for name in self.done}

    @property
    def pending(self) -> list[str]:
        """Kinds of the stages that would run, one entry a stage."""
        return [self.plan.stages[name].kind for name in self._names]

    @property
    def there(self) -> list[float]:
        """Gigabytes in the folders of the pending stages, left by an attempt that was killed."""
        known = [self.requests.get(name) for name in self._names]
        return [bytes_in(self.store.folder(one)) / 1e9 if one else 0.0 for one in known]

    @property
    def _names(self) -> list[str]:
        return [name for name in self.wanted if name not in self.done]


def look(
    recipe: Recipe,
    plan: Plan,
    folder: Path,
    *,
    only: Collection[str] = (),
    keep_code: bool = False,
) -> Outlook:
    """What a run in a folder would do; runs nothing and writes nothing.

    Raises:
        UsageError: `only` names no condition of the plan, or the folder is a file.
    """
    require_folder(folder)
    store = Store(folder.resolve(), keep_code=keep_code)
    requests, done = already(plan.stages.values(), store)
    return Outlook(plan, plan.needed(only), done, requests, Rates(recipe, store), store)


def run(
    recipe: Recipe,
    plan: Plan,
    folder: Path,
    *,
    only: Collection[str] = (),
    command: Sequence[str] = (),
    ray: bool = False,
    keep_code: bool = False,
    quiet: bool = False,
) -> dict[str, Outputs]:
    """Run every stage of a plan that is not done.

    Args:
        recipe: What the plan was made of.
        plan: The stages.
        folder: The run folder; made where it is not there.
        only: Conditions to run, by kind or label; empty: all.
        command: What the user typed, for the record.
        ray: Stages as Ray tasks.
        keep_code: Take outputs also where only the code has changed since.
        quiet: Print no progress.

    Returns:
        Stage name to its outputs.

    Raises:
        CrossfadeError: Something foreseen went wrong; the message has the remedy.
    """
    outlook = look(recipe, plan, folder, only=only, keep_code=keep_code)
    stages = {name: plan.stages[name] for name in outlook.wanted}
    needed = outlook.rates.disk(outlook.pending, outlook.there, side_by_side=ray).most
    preflight(recipe, set(outlook.pending), folder, needed, ray=ray)
    with opened(folder, recipe, command) as here:
        store = Store(here, keep_code=keep_code)
        kinds = {name: stage.kind for name, stage in stages.items()}
        with Progress(store, outlook.rates, kinds, quiet=quiet) as progress:
            executor = _executor(store, ray)
            return schedule(stages.values(), store, executor, progress, outlook.ended)


def _executor(store: Store, ray: bool) -> Executor:
    if not ray:
        return Here(store)
    from crossfade_train.run._ray import OnRay

    return OnRay(store)
