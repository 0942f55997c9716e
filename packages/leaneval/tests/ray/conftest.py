"""A real Ray cluster of two nodes on this machine, once for all tests of a module."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import psutil
import pytest

from leaneval.checkers._binary import embedded_lean
from leaneval.checkers._ray import RayChecker, inner_settings
from leaneval.errors import UnavailableError
from leaneval.settings import Settings
from leaneval.types import Statement, StatementClaim

# Ray reads these when it is imported; `uv run pytest` must not make it copy the repository.
os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")

_AGENT_PORTS = (
    "metrics_agent_port",
    "metrics_export_port",
    "runtime_env_agent_port",
    "dashboard_agent_listen_port",
)


def node_options() -> dict[str, Any]:
    """A small node: Ray gives its helpers 15 s to start, so the fewer start at once, the better."""
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in _AGENT_PORTS]
    ports = [holder.getsockname()[1] for holder in holders]
    for holder in holders:
        holder.close()
    return {
        "num_cpus": 1,
        "object_store_memory": 80 * 2**20,
        "include_dashboard": False,
        "include_log_monitor": False,
        "no_monitor": True,
        **dict(zip(_AGENT_PORTS, ports, strict=True)),
    }


class Machines:
    """A cluster of two nodes, the second of which can be lost."""

    def __init__(self) -> None:
        from ray.cluster_utils import Cluster

        self.cluster = Cluster()
        self._add()
        self.second: Any = None

    @property
    def address(self) -> str:
        return str(self.cluster.address)

    def ensure_second(self) -> None:
        if self.second is None:
            self.second = self._add()

    def _add(self) -> Any:
        """A node. On a busy machine its helpers miss Ray's fixed 15 s, and the next ones do not."""
        for _ in range(3):
            try:
                return self.cluster.add_node(**node_options())
            except Exception as error:  # a plain one is what Ray raises
                late = error
        raise late

    def on_second(self) -> set[psutil.Process]:
        """What the second node runs: actors, their Lean, and helpers of Ray's."""
        raylet = self.second.all_processes["raylet"][0].process.pid
        return set(psutil.Process(raylet).children(recursive=True))

    def lose_second(self) -> None:
        """All its processes killed, without a word, as when a machine loses its power."""
        lost = self.on_second()
        second, self.second = self.second, None
        self.cluster.remove_node(second, allow_graceful=False)
        for process in lost:
            with suppress(psutil.NoSuchProcess):
                process.kill()

    def shutdown(self) -> None:
        """The end of both, and of this process's connection."""
        import ray

        ray.shutdown()
        self.cluster.shutdown()


@pytest.fixture(scope="module")
def both_machines() -> Iterator[Machines]:
    pytest.importorskip("ray", reason="needs leaneval[ray]")
    try:
        embedded_lean()
    except UnavailableError as error:
        pytest.skip(str(error))
    found = Machines()
    try:
        yield found
    finally:
        found.shutdown()


@pytest.fixture
def machines(both_machines: Machines) -> Iterator[Machines]:
    import ray

    both_machines.ensure_second()
    try:
        yield both_machines
    finally:
        ray.shutdown()  # what a failure left connected would be the next test's cluster


@pytest.fixture
def on_ray(
    machines: Machines, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., RayChecker]:
    """Makes checkers on the cluster."""
    monkeypatch.setenv("RAY_ADDRESS", machines.address)
    home = tmp_path_factory.getbasetemp() / "ray-home"

    def make(
        workers: int = 2, idle_seconds: float = 30.0, time_limit: float = 10.0, **more: Any
    ) -> RayChecker:
        settings = Settings(
            checker="ray:embedded", workers=workers, time_limit=time_limit, cache=str(home), **more
        )
        inner = inner_settings(settings, "embedded")
        return RayChecker(settings, inner, processors=2, idle_seconds=idle_seconds)

    return make


@pytest.fixture
def claims() -> list[tuple[StatementClaim, str]]:
    """400 distinct statements with their verdicts, every fifth one broken."""
    return [
        (
            StatementClaim(Statement("", "t", f"(n{i} : Nat) : Even {f'n{i}' if i % 5 else 'm'}")),
            "compiles" if i % 5 else "fails",
        )
        for i in range(400)
    ]
