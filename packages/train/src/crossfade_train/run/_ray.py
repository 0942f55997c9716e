"""Stages as Ray tasks, each with the resources that the recipe's [launch] table asks for.

Every machine must see the run folder under the same path. Conditions and seeds run side by side as
far as the cluster's resources go; Ray does the counting. Out of scope: starting a cluster; without
one, Ray starts on this machine.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from crossfade_train.errors import UnavailableError, UsageError
from crossfade_train.run._execute import execute, launch_of
from crossfade_train.run._stage import TRAINING

if TYPE_CHECKING:
    from crossfade_train.run._stage import Request
    from crossfade_train.run._store import Outputs, Store

_OBJECT_STORE = 100 * 2**20
"""Bytes of a store that we start: requests and outputs are small, files go through the disk."""
QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",
    # Otherwise Ray copies the working folder to every worker when `uv run` started this program.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
}
"""Environment to set before Ray is imported."""
_GPU_KINDS = TRAINING | {"evaluate"}


def resources(request: Request) -> dict[str, float]:
    """CPU cores and GPUs that a stage holds."""
    launch = launch_of(request)
    gpus = launch.gpus if request.kind in _GPU_KINDS else 0.0
    if request.kind == "grpo":
        gpus += launch.vllm_gpus
    return {"num_cpus": launch.cpus, "num_gpus": gpus}


class OnRay:
    """Stages on a Ray cluster.

    Args:
        store: The run's, under a path that every machine sees.

    Raises:
        UsageError: Ray is not installed.
        UnavailableError: No cluster could be reached or started.
    """

    slots = 10_000

    def __init__(self, store: Store) -> None:
        os.environ.update(QUIET)
        try:
            import ray
        except ImportError:
            raise UsageError(
                "--ray needs Ray, which is not installed: pip install 'crossfade-train[ray]'."
            ) from None
        self._ray = ray
        self._store = store
        self._running: dict[Any, Request] = {}
        try:
            if not ray.is_initialized():
                self._connect()
        except Exception as error:  # Ray raises bare ones where a node does not come up
            raise UnavailableError(
                f"--ray needs a cluster that answers, or one it can start here: {error}. "
                "Set RAY_ADDRESS, or run `ray start --head`."
            ) from error
        self._task = ray.remote(max_retries=0)(execute)

    def _connect(self) -> None:
        """To RAY_ADDRESS or the cluster that runs on this machine; without either, start one."""
        quiet: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        try:
            self._ray.init("auto", **quiet)
        except ConnectionError:
            if "RAY_ADDRESS" in os.environ:
                raise
            self._ray.init(
                "local", include_dashboard=False, object_store_memory=_OBJECT_STORE, **quiet
            )

    def start(self, request: Request) -> None:
        """Hand the stage to the cluster."""
        needed = resources(request)
        self._must_fit(request, needed)
        task = self._task.options(name=request.name, **needed)
        self._running[task.remote(request, self._store)] = request

    def _must_fit(self, request: Request, needed: dict[str, float]) -> None:
        """Refuse what no machine of the cluster could ever run."""
        for name, key in (("num_cpus", "CPU"), ("num_gpus", "GPU")):
            most = max((node["Resources"].get(key, 0) for node in self._nodes()), default=0)
            if needed[name] > most:
                raise UsageError(
                    f"A stage must fit one machine of the cluster: {request.name} asks for "
                    f"{needed[name]:g} {key}, the largest has {most:g}. Lower [launch] cpus, gpus "
                    "or vllm_gpus."
                )

    def _nodes(self) -> list[dict[str, Any]]:
        nodes: list[dict[str, Any]] = self._ray.nodes()  # type: ignore[no-untyped-call]
        return [node for node in nodes if node["Alive"]]

    def wait(self) -> tuple[Request, Outputs | Exception]:
        """The next stage to end."""
        (ready,), _ = self._ray.wait(list(self._running), num_returns=1)
        request = self._running.pop(ready)
        try:
            return request, self._ray.get(ready)
        except self._ray.exceptions.RayTaskError as error:
            cause = error.cause
            return request, cause if isinstance(cause, Exception) else error
        except Exception as error:  # a machine was lost
            return request, UnavailableError(f"{request.name}: the cluster lost the stage: {error}")
