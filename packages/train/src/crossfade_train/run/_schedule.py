"""Which stage next: the loop over a plan, here one by one or on a Ray cluster.

Invariant: a stage starts only when all it needs is done, and is skipped when its folder holds
outputs for its key. When one fails, those that run are let end, nothing new begins, and the first
error is raised. Order among stages that could run is the plan's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from crossfade_train.run._code import code_of
from crossfade_train.run._execute import execute
from crossfade_train.run._stage import Ref, request

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crossfade_train.run._stage import Artefact, Request, Stage
    from crossfade_train.run._store import Outputs, Store


class Watcher(Protocol):
    """Told what happens; see `Progress`."""

    def skipped(self, request: Request) -> None:
        """A stage was done already."""

    def started(self, request: Request) -> None:
        """A stage begins."""

    def ended(self, request: Request) -> None:
        """A stage is done."""

    def failed(self, request: Request) -> None:
        """A stage raised an error."""


class Executor(Protocol):
    """Runs stages."""

    def start(self, request: Request) -> None:
        """Begin a stage."""

    def wait(self) -> tuple[Request, Outputs | Exception]:
        """The next stage to end, of those begun."""

    @property
    def slots(self) -> int:
        """Stages that may be under way at once."""


class Here:
    """Stages in this process, one by one."""

    slots = 1

    def __init__(self, store: Store) -> None:
        self._store = store
        self._begun: list[Request] = []

    def start(self, request: Request) -> None:
        """Remember the stage; it runs in `wait`."""
        self._begun.append(request)

    def wait(self) -> tuple[Request, Outputs | Exception]:
        """Run it."""
        begun = self._begun.pop(0)
        try:
            return begun, execute(begun, self._store)
        except Exception as error:  # handed to the loop, which raises it
            return begun, error


def resolve(stage: Stage, ended: Mapping[str, Outputs]) -> Request | None:
    """A stage's request; None while something that it needs has not ended."""
    inputs: dict[str, Artefact] = {}
    for role, source in stage.inputs.items():
        if isinstance(source, Ref):
            if source.stage not in ended:
                return None
            inputs[role] = ended[source.stage][source.name]
        else:
            inputs[role] = source
    return request(stage, inputs, code_of(stage.kind))


def schedule(
    stages: Iterable[Stage],
    store: Store,
    executor: Executor,
    watcher: Watcher,
    recorded: Mapping[str, Request] | None = None,
) -> dict[str, Outputs]:
    """Run every stage that is not done.

    Args:
        stages: Each after all that it needs.
        store: Where they work.
        executor: What runs them.
        watcher: Told what happens.
        recorded: Stages outside of `stages` that belong to the same run and are done.

    Returns:
        Stage name to its outputs.

    Raises:
        CrossfadeError: The first error of a stage.
    """
    return _Loop(stages, store, executor, watcher, recorded or {}).run()


class _Loop:
    """What waits, runs and has ended; arguments as `schedule`'s."""

    def __init__(
        self,
        stages: Iterable[Stage],
        store: Store,
        executor: Executor,
        watcher: Watcher,
        recorded: Mapping[str, Request],
    ) -> None:
        self._store, self._executor, self._watcher = store, executor, watcher
        self._waiting = {stage.name: stage for stage in stages}
        self._running: set[str] = set()
        self._ended: dict[str, Outputs] = {}
        self._index = dict(recorded)
        self._error: Exception | None = None

    def run(self) -> dict[str, Outputs]:
        """Until nothing runs and nothing more can begin; raises the first error."""
        while self._running or (self._waiting and self._error is None):
            self._begin_what_can()
            if self._running:
                self._settle(*self._executor.wait())
        self._store.record(self._index)
        if self._error is not None:
            raise self._error
        return self._ended

    def _begin_what_can(self) -> None:
        for stage in list(self._waiting.values()):
            if self._error is not None or len(self._running) >= self._executor.slots:
                return
            found = resolve(stage, self._ended)
            if found is not None:
                del self._waiting[stage.name]
                self._begin(found)

    def _begin(self, found: Request) -> None:
        outputs = self._store.done(found)
        if outputs is not None:
            self._keep(found, outputs)
            self._watcher.skipped(found)
            return
        self._watcher.started(found)
        self._running.add(found.name)
        self._executor.start(found)

    def _settle(self, finished: Request, result: Outputs | Exception) -> None:
        self._running.remove(finished.name)
        if isinstance(result, Exception):
            self._watcher.failed(finished)
            self._error = self._error or result
            return
        self._watcher.ended(finished)
        self._keep(finished, result)
        self._store.record(self._index)

    def _keep(self, done: Request, outputs: Outputs) -> None:
        self._ended[done.name] = outputs
        self._index[done.name] = done


def already(stages: Iterable[Stage], store: Store) -> tuple[dict[str, Request], dict[str, Outputs]]:
    """What is done, without running anything.

    Returns:
        The requests that can be known, and the outputs of those that are done, by stage name.
    """
    requests: dict[str, Request] = {}
    ended: dict[str, Outputs] = {}
    for stage in stages:
        if (found := resolve(stage, ended)) is None:
            continue
        requests[stage.name] = found
        if (outputs := store.done(found)) is not None:
            ended[stage.name] = outputs
    return requests, ended
