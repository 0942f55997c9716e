"""Stages as tasks of a real Ray, started on this machine for the test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from crossfade_train.errors import StageError, UsageError
from crossfade_train.recipe import load_recipe
from crossfade_train.run import Store, plan
from crossfade_train.run._ray import QUIET, OnRay, resources
from crossfade_train.run._schedule import resolve, schedule
from crossfade_train.run._stage import Stage, request

os.environ.update(QUIET)
ray = pytest.importorskip("ray")
pytestmark = pytest.mark.slow


class Silent:
    def __getattr__(self, _: str):
        return lambda request: None


@pytest.fixture(scope="module")
def cluster():
    small = 100 * 2**20
    options = {"include_dashboard": False, "log_to_driver": False, "object_store_memory": small}
    ray.init("local", num_cpus=2, **options)
    yield
    ray.shutdown()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "stages").mkdir()
    return Store(tmp_path)


def test_seeds_run_as_tasks_and_leave_the_same_folders(cluster, store: Store):
    changes = {"data.count": 400, "sft_sizes": [40], "rl_size": 30, "seeds": [1, 2]}
    stages = plan(load_recipe("peano", changes)).stages.values()
    wanted = [stage for stage in stages if stage.kind in ("pool", "splits")]
    ended = schedule(wanted, store, OnRay(store), Silent())
    assert ended.keys() == {"pool", "splits-s1", "splits-s2"}
    assert all(store.done(found) for s in wanted if (found := resolve(s, ended)))


def test_a_stage_that_fails_on_the_cluster_fails_as_it_would_here(cluster, store: Store):
    broken = Stage("splits-s1", "splits", {}, {"pool": []}, 0)
    with pytest.raises(UsageError, match="splits-s1: "):
        schedule([broken], store, OnRay(store), Silent())


def test_what_no_machine_could_run_is_refused(cluster, store: Store):
    big = Stage("x", "sft", {}, {}, 0, {"launch": {"gpus": 8}})
    with pytest.raises(UsageError, match="x asks for 8 GPU, the largest has 0"):
        OnRay(store).start(request(big, {}, {}))


def test_a_grpo_stage_also_holds_its_servers_gpus():
    launch = {"gpus": 4, "vllm_gpus": 4, "cpus": 32}
    grpo = request(Stage("x", "grpo", {}, {}, 0, {"launch": launch}), {}, {})
    assert resources(grpo) == {"num_cpus": 32, "num_gpus": 8}
    pool = request(Stage("x", "pool", {}, {}, 0), {}, {})
    assert resources(pool) == {"num_cpus": 1, "num_gpus": 0}


def test_errors_cross_machines():
    import pickle

    error = StageError("x: y")
    assert str(pickle.loads(pickle.dumps(error))) == "x: y"
