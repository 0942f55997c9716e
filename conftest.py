"""Settings that every test of the workspace shares, and how they are dealt to several processes.

The tests of one folder go to one process, in their order: they share what is costly (a cluster, a
server, a trained model), and it is built once. Folders with slow tests go first, so that no long
one is left for the end. A few tests run in this process alone: see `_WORTH_IT`.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import hypothesis
import psutil
import pytest
from xdist.scheduler import LoadScopeScheduling

if TYPE_CHECKING:
    from collections.abc import Iterator

if "PYTEST_XDIST_WORKER" in os.environ:
    # Two processes with a thread for each core would fight for the cores.
    os.environ.setdefault("OMP_NUM_THREADS", "1")

_WORTH_IT = 20
"""Files of tests: for fewer, starting further processes takes longer than it saves."""
_MOST = 4
"""Processes: with more, each would wait for the longest folder."""
_BYTES = 4 * 2**30
"""Memory for one process with torch, and for the programs that its tests start."""
_WITH = {"packages/train/tests/run": "packages/leaneval/tests/ray"}
"""Folders that go where another goes: a test counts Ray's processes on the machine."""
_ALONE = ("keyword", "capture", "usepdb", "trace", "collectonly", "lf", "failedfirst", "stepwise")
"""Options that speak of a few tests, or to a person at the keyboard."""

hypothesis.settings.register_profile("crossfade", deadline=None)
hypothesis.settings.load_profile("crossfade")


class _ByFolder(LoadScopeScheduling):
    def _split_scope(self, nodeid: str) -> str:
        folder = nodeid.partition("::")[0].rpartition("/")[0]
        return _WITH.get(folder, folder)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> _ByFolder:
    """Folders instead of xdist's own ways to deal tests."""
    return _ByFolder(config, log)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One for each core that we may use, as far as memory goes; 0 (none) for a few tests."""
    if told := os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS"):
        return int(told)
    few = any(config.getoption(name, None) not in (None, False, "", "fd") for name in _ALONE)
    if few or _files(config) < _WORTH_IT:
        return 0
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    workers = min(cores or 1, _MOST, psutil.virtual_memory().available // _BYTES)
    return workers if workers > 1 else 0


def _files(config: pytest.Config) -> int:
    """Files of tests in what is asked for."""
    asked = [config.invocation_params.dir / str(word).partition("::")[0] for word in config.args]
    return sum(len(list(path.rglob("test_*.py"))) if path.is_dir() else 1 for path in asked)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Folders with the most slow tests first, where several processes share the work."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    slow = Counter(item.path.parent for item in items if item.get_closest_marker("slow"))
    items.sort(key=lambda item: -slow[item.path.parent])


@pytest.fixture(scope="session", autouse=True)
def _bytecode(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Where Python is told to keep no bytecode, as in images of containers, this run keeps its own.

    Without any, each program that a test starts compiles torch and lm-eval anew, for ten seconds.
    """
    if not sys.dont_write_bytecode:
        yield
        return
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "bytecode"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        patch.setenv("PYTHONPYCACHEPREFIX", str(folder))
        yield


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches a hub, whatever the library under it would like."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
