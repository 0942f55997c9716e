"""The connection to a Ray cluster, and an actor on it as something to await.

Invariant: a cluster that was there before stays as it was; one that was started here is local, has
no dashboard, reports nothing to anybody, writes nothing to the terminal, and ends with `close`.
Everything that Ray raises when processes or nodes go away becomes `LostError`. Nothing else of
leaneval imports Ray.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from leaneval.checkers._ray_actor import CheckerActor
from leaneval.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leaneval.checkers._ray_actor import Started
    from leaneval.settings import Settings
    from leaneval.types import Claim, Verdict

logger = logging.getLogger("lm_eval.leaneval")

_OBJECT_STORE = 100 * 2**20  # bytes; claims and verdicts are small
_STARTS = 2  # on a busy machine Ray gives its own helpers too little time, and a second try is warm
_STOP_SECONDS = 10.0
_REACH_SECONDS = 10.0
_ADDRESS = "RAY_ADDRESS"
_PREFIX = "LEANEVAL_"
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Otherwise Ray copies the working folder to every node when `uv run` started this program.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


class LostError(RuntimeError):
    """An actor is gone or out of reach, and with it what it had not answered."""


class Cluster:
    """A cluster that this process is connected to.

    Args:
        processors: Of the local cluster, where one must be started.

    Raises:
        UnavailableError: There is no Ray, or no cluster can be reached or started.
    """

    def __init__(self, processors: int) -> None:
        with _variables(_QUIET):
            self._ray = _ray()
            self._ours = not self._ray.is_initialized()
            if self._ours:
                self._connect(processors)

    def processors(self) -> int:
        """How many the cluster has now, whoever uses them."""
        return int(self._ray.cluster_resources().get("CPU", 0))

    def close(self) -> None:
        """Disconnect, and stop the cluster if it was started here."""
        if self._ours:
            self._ray.shutdown()

    def actor(self, settings: Settings, memory: int) -> Actor:
        """Ask for an actor of one processor and `memory` bytes; it may have to wait for a node."""
        options: dict[str, Any] = {
            "num_cpus": 1,
            "max_restarts": 0,
            "scheduling_strategy": "SPREAD",
        }
        if memory:
            options["memory"] = memory
        own = {name: value for name, value in os.environ.items() if name.startswith(_PREFIX)}
        remote = self._ray.remote(**options)(CheckerActor)
        return Actor(self._ray, remote.remote(settings, own))

    def _connect(self, processors: int) -> None:
        address = os.environ.get(_ADDRESS)
        if address:
            _reach(address)
        for attempt in range(1, _STARTS + 1):
            try:
                if address:
                    self._ray.init(address, log_to_driver=False, logging_level=logging.ERROR)
                else:
                    self._start(processors)
            except Exception as error:  # Ray raises plain ones
                self._ray.shutdown()
                if address or attempt == _STARTS:
                    raise UnavailableError(_no_cluster(address, error)) from error
                logger.info("Ray did not start (%s); trying once more", error)
            else:
                return

    def _start(self, processors: int) -> None:
        self._ray.init(
            "local",
            num_cpus=processors,
            object_store_memory=_OBJECT_STORE,
            include_dashboard=False,
            log_to_driver=False,
            logging_level=logging.ERROR,
        )


class Actor:
    """A `CheckerActor` somewhere on the cluster. Its methods raise `LostError` when it is gone."""

    def __init__(self, ray: Any, handle: Any) -> None:
        self._ray = ray
        self._handle = handle

    async def start(self, seconds: float) -> Started | str:
        """Wait for a node and start there; why it cannot work there, if it cannot."""
        started: Started | str = await self._await(self._handle.start.remote(), seconds)
        return started

    async def check(self, claims: Sequence[Claim], seconds: float) -> list[Verdict]:
        """One verdict a claim, in order; `LostError` after `seconds` without an answer."""
        verdicts: list[Verdict] = await self._await(self._handle.check.remote(claims), seconds)
        return verdicts

    async def stop(self) -> None:
        """Let it clean up, then end its process."""
        with suppress(LostError):
            await self._await(self._handle.stop.remote(), _STOP_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End its process at once; its Lean processes die with it."""
        with suppress(Exception):  # whatever Ray says, there is nothing more to be done
            self._ray.kill(self._handle, no_restart=True)

    async def _await(self, reference: Any, seconds: float) -> Any:
        errors = self._ray.exceptions
        try:
            async with asyncio.timeout(seconds):
                return await reference
        except TimeoutError as error:
            raise LostError(f"no answer for {seconds:.0f} s") from error
        except errors.RayTaskError:
            raise  # a fault of ours in the actor's code, not a loss
        except errors.RayError as error:
            raise LostError(_first_line(error)) from error


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise UnavailableError(
            f"the checker `ray:SPEC` needs Ray, got {error}: pip install 'leaneval[ray]'"
        ) from error
    return ray


def _reach(address: str) -> None:
    """See that somebody listens there: Ray itself would try for ever."""
    host, colon, port = address.rpartition("://")[2].partition("?")[0].rpartition(":")
    if not colon or not port.isdigit():
        return
    try:
        socket.create_connection((host.strip("[]"), int(port)), _REACH_SECONDS).close()
    except OSError as error:
        raise UnavailableError(_no_cluster(address, error)) from error


@contextmanager
def _variables(wanted: dict[str, str]) -> Iterator[None]:
    """Variables that Ray reads when it is imported and started, unless the user has set them."""
    added = {name: value for name, value in wanted.items() if name not in os.environ}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)


def _no_cluster(address: str | None, error: Exception) -> str:
    said = f"{type(error).__name__}: {_first_line(error)}"
    if address:
        return (
            f"{_ADDRESS} must name a Ray cluster that can be reached, got {address!r} ({said}). "
            "Start one with `ray start --head`, or unset the variable for a local one."
        )
    return (
        f"a local Ray cluster must start within Ray's own time limits, and did not ({said}): the "
        f"machine is too busy or too small. Start one with `ray start --head` and set {_ADDRESS}, "
        "or use the checker without `ray:`. Ray's logs lie in /tmp/ray/session_latest/logs."
    )


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0][:300] or type(error).__name__
