"""Stages for real where they are cheap (pool, splits), and what is said of those that fail."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import subprocess
import sys
import weakref
from pathlib import Path

import pytest
import torch

from crossfade_splits import verify
from crossfade_train.errors import DataError, StageError, StopLossError, UsageError
from crossfade_train.recipe import LaunchTable, load_recipe
from crossfade_train.run import Store, _kinds, plan, read_metrics
from crossfade_train.run import _execute as module
from crossfade_train.run._failure import as_ours, forget, note, noted
from crossfade_train.run._schedule import Here, resolve, schedule
from crossfade_train.run._stage import Artefact, Stage, request

SMALL = {"data.count": 400, "sft_sizes": [40], "rl_size": 30, "seeds": [1, 2]}


class Silent:
    def __getattr__(self, _: str):
        return lambda request: None


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "stages").mkdir()
    return Store(tmp_path)


def splits(store: Store, **changes):
    stages = plan(load_recipe("peano", SMALL | changes)).stages.values()
    wanted = [stage for stage in stages if stage.kind in ("pool", "splits")]
    return schedule(wanted, store, Here(store), Silent())


def test_each_seed_draws_its_own_data_with_a_manifest_that_verifies(store: Store, tmp_path: Path):
    ended = splits(store)
    first, second = (json.loads(Path(ended[f"splits-s{s}"]["manifest"].path).read_text())
                     for s in (1, 2))  # fmt: skip
    assert first["recipe"]["seed"] != second["recipe"]["seed"]
    for seed in (1, 2):
        folder = Path(ended[f"splits-s{seed}"]["manifest"].path).parent
        assert all(check.holds for check in verify(folder))
    assert ended["splits-s1"]["rl/0"].digest != ended["splits-s2"]["rl/0"].digest


def test_the_sets_are_found_by_what_they_are_for(store: Store):
    import polars as pl

    ended = splits(store)
    found = ended["splits-s1"]
    sft = set(pl.read_parquet(found["sft/40/0"].path)["id"])
    for overlap, shared in (("0", 0), ("0.3", 9), ("1", 30)):
        rows = set(pl.read_parquet(found[f"rl/{overlap}"].path)["id"])
        assert (len(rows), len(rows & sft)) == (30, shared)


def test_an_added_overlap_leaves_the_sft_stage_as_it_was(store: Store):
    before = splits(store, overlaps=[0.0, 1.0])
    after = splits(store, overlaps=[0.0, 0.5, 1.0])
    assert before["splits-s1"]["sft/40/0"].digest == after["splits-s1"]["sft/40/0"].digest


def test_an_overlap_that_the_pool_cannot_give_is_a_bad_request(store: Store):
    with pytest.raises(UsageError, match=r"^splits-s1: .*420 distinct problems"):
        splits(store, sft_sizes=[390], overlaps=[0.0])


SERVED = {"arguments": {"use_vllm": True, "vllm_mode": "server"}}


def broken(store: Store, error: Exception, monkeypatch, kind="evaluate", table=None):
    def work(request, folder):
        os.write(1, b"what the stage printed\n")  # past the test runner's own capture
        raise error

    monkeypatch.setattr(module, "work", work)
    monkeypatch.setattr(module, "apart", lambda _: False)
    module.execute(request(Stage("x", kind, {}, table or {}, 0), {}, {}), store)


def test_what_a_stage_prints_is_in_its_log(store: Store, tmp_path: Path, monkeypatch):
    with pytest.raises(StageError, match=r"stage x failed: KeyError.*log\.txt; the run resumes"):
        broken(store, KeyError("tokens"), monkeypatch)
    (log,) = (tmp_path / "stages").glob("x-*/log.txt")
    assert log.read_text() == "what the stage printed\n"


def test_out_of_memory_names_what_to_lower(store: Store, monkeypatch):
    oom = type("OutOfMemoryError", (RuntimeError,), {})
    with pytest.raises(StageError, match=r"per_device_train_batch_size.*gradient_checkpointing"):
        broken(store, oom("CUDA out of memory. Tried to allocate 2.00 GiB"), monkeypatch)


def test_a_full_disk_is_said_to_be_one(store: Store, monkeypatch):
    with pytest.raises(StageError, match="Free space on the disk"):
        broken(store, OSError(errno.ENOSPC, "No space left on device"), monkeypatch)


def test_a_full_disk_is_one_whichever_library_says_so(store: Store, monkeypatch):
    said = 'I/O error: Os { code: 28, kind: StorageFull, message: "No space left on device" }'
    with pytest.raises(StageError, match="Free space on the disk"):
        broken(store, RuntimeError(said), monkeypatch)


def test_a_disk_that_is_full_at_once_is_no_traceback(store: Store, monkeypatch):
    full = OSError(errno.ENOSPC, "No space left on device")
    monkeypatch.setattr(Store, "begin", lambda *_: (_ for _ in ()).throw(full))
    with pytest.raises(StageError, match="Free space on the disk"):
        broken(store, KeyError("never reached"), monkeypatch)


def test_a_lost_generation_server_is_said_to_be_one(store: Store, monkeypatch):
    lost = ConnectionError("Connection refused")
    monkeypatch.setattr(module, "_server", lambda *_: contextlib.nullcontext())
    with pytest.raises(StageError, match="generation server no longer answers"):
        broken(store, lost, monkeypatch, "grpo", SERVED)
    with pytest.raises(StageError) as elsewhere:
        broken(store, lost, monkeypatch)
    assert "generation server" not in str(elsewhere.value)


def test_a_stop_loss_stays_one_and_nothing_is_done(store: Store, monkeypatch, tmp_path: Path):
    with pytest.raises(StopLossError, match=r"^x: 12 %"):
        broken(store, StopLossError("12 % unavailable"), monkeypatch)
    assert not list((tmp_path / "stages").glob("x-*/done.json"))


def test_a_key_changes_with_the_code_it_depends_on(monkeypatch):
    stage = Stage("pool", "pool", {}, {"count": 3}, 0)
    before = resolve(stage, {})
    monkeypatch.setattr(
        "crossfade_train.run._schedule.code_of", lambda _: {"crossfade_train/peano": "changed"}
    )
    after = resolve(stage, {})
    assert before is not None
    assert after is not None
    assert before.key != after.key


@pytest.mark.slow
def test_a_stage_of_several_processes_goes_through_accelerate(
    store: Store, tmp_path: Path, accelerate_file
):
    """Two real processes on the CPU train the shipped base for a few steps."""
    changes = {
        "launch.accelerate_config": accelerate_file(2),
        "launch.processes": 2,
        "seeds": [1],
        "sft.max_steps": 2,
        "sft.use_cpu": True,
        "sft.per_device_train_batch_size": 4,
        "conditions": ["sft"],
    }
    stages = plan(load_recipe("peano", SMALL | changes), evaluate=False).stages.values()
    ended = schedule(stages, store, Here(store), Silent())
    assert Path(ended["sft-n40-s1"]["model"].path, "model.safetensors").is_file()
    (log,) = (tmp_path / "stages").glob("sft-*/log.txt")
    assert "--num_processes 2" in log.read_text().splitlines()[0]
    last = read_metrics(log.with_name("metrics.jsonl"))["sft", 2]
    assert last["epoch"] == 2 * 4 * 2 / 40, "the steps of two, not of one"


@pytest.mark.slow
@pytest.mark.skipif(torch.cuda.device_count() > 1, reason="there are GPUs for several processes")
def test_fewer_processes_than_asked_for_train_nothing(store: Store):
    """accelerate takes one process without GPUs, and would halve the batch in silence."""
    changes = {
        "launch.processes": 2, "seeds": [1], "sft.max_steps": 2, "sft.use_cpu": True,
        "conditions": ["sft"],
    }  # fmt: skip
    stages = plan(load_recipe("peano", SMALL | changes), evaluate=False).stages.values()
    with pytest.raises(UsageError, match=r"processes = 2 needs as many GPUs, accelerate started 1"):
        schedule(stages, store, Here(store), Silent())


@pytest.mark.parametrize(
    ("kind", "launch", "arguments", "is_apart"),
    [
        ("sft", {}, {}, False),
        ("sft", {"processes": 2}, {}, True),
        ("sft", {"devices": "1"}, {}, True),
        ("sft", {"accelerate_config": "ddp"}, {}, True),
        ("grpo", {}, {"use_vllm": True}, True),
        ("evaluate", {"processes": 2, "devices": "1"}, {}, False),
    ],
)
def test_what_trains_in_processes_of_its_own(kind, launch, arguments, is_apart):
    stage = Stage("x", kind, {}, {"arguments": arguments}, 0, {"launch": launch})
    assert module.apart(request(stage, {}, {})) is is_apart


def test_a_stage_in_this_process_leaves_its_device_to_the_next(tmp_path: Path, monkeypatch):
    """GRPO with vLLM has a process of its own, and asks for its share of the GPU that SFT had."""
    trained, gone = [], []

    def train(*_: object) -> None:
        trainer = Silent()
        trainer.model = [trainer]  # a cycle, as trainers are
        trained.append(weakref.ref(trainer))

    monkeypatch.setitem(_kinds._WORK, "sft", train)
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.empty_cache", lambda: gone.append(trained[0]() is None))
    _kinds.work(request(Stage("x", "sft", {}, {}, 0), {}, {}), tmp_path)
    assert gone == [True]


def test_one_process_needs_no_accelerate(tmp_path: Path):
    one = module.command(LaunchTable(devices="1"), tmp_path)
    assert one == [sys.executable, "-m", "crossfade_train.run.worker", str(tmp_path)]
    assert "--num_processes" in module.command(LaunchTable(accelerate_config="ddp"), tmp_path)


def test_a_process_of_its_own_sees_its_devices_and_its_error_is_told(store: Store, tmp_path: Path):
    """Of an earlier attempt's error nothing is said."""
    launch = {"launch": {"devices": "7"}, "report_to": []}
    stage = Stage("x", "sft", {}, {"arguments": {}}, 0, launch)  # a table without `lora`
    asked = request(stage, dict.fromkeys(("model", "data"), Artefact("/nowhere", "n")), {})
    store.begin(asked)
    (store.folder(asked) / "error.json").write_text('{"kind": "UsageError", "message": "old"}')
    with pytest.raises(StageError, match=r"stage x failed: KeyError: 'lora'\. Log: "):
        module.execute(asked, store)
    log = (store.folder(asked) / "log.txt").read_text()
    assert log.startswith(f"$ CUDA_VISIBLE_DEVICES=7 {sys.executable} -m crossfade_train.run.work")


def test_the_first_process_to_fail_says_why(tmp_path: Path):
    note(tmp_path, MemoryError("CUDA out of memory"))
    note(tmp_path, RuntimeError("connection closed by peer"))
    assert str(noted(tmp_path, 1)) == "MemoryError: CUDA out of memory"
    forget(tmp_path)
    assert str(noted(tmp_path, 9)) == "its processes ended with status 9"


def test_out_of_memory_in_a_process_of_its_own_names_what_to_lower(tmp_path: Path):
    note(tmp_path, MemoryError("CUDA out of memory"))
    asked = request(Stage("x", "sft", {}, {}, 0), {}, {})
    assert "per_device_train_batch_size" in str(as_ours(asked, noted(tmp_path, 1), tmp_path))


@pytest.mark.parametrize(
    ("module", "kind", "said"),
    [
        ("crossfade_train.errors", "UsageError", (UsageError, "x: why")),
        ("leaneval.errors", "DataError", (DataError, "x: why")),
        ("crossfade_train.errors", "UnavailableError", (StageError, "x: why")),
        ("leaneval.errors", "UnavailableError", (StageError, "x: why")),
        (
            "click.exceptions",
            "UsageError",
            (StageError, "The stage x failed: UsageError: why. Log"),
        ),
        ("some.library", "annotations", (StageError, "The stage x failed: annotations: why. Log")),
    ],
)
def test_an_error_is_taken_alike_from_whichever_process(tmp_path: Path, module, kind, said):
    error = type(kind, (Exception,), {"__module__": module})("why")
    note(tmp_path, error)
    asked = request(Stage("x", "sft", {}, {}, 0), {}, {})
    for raised in (error, noted(tmp_path, 1)):
        ours = as_ours(asked, raised, tmp_path)
        assert type(ours) is said[0]
        assert str(ours).startswith(said[1])


def test_the_worker_writes_its_error_down(tmp_path: Path):
    asked = request(Stage("x", "splits", {}, {"pool": []}, 0), {}, {})
    (tmp_path / "inputs.json").write_text(json.dumps(asked.to_json()))
    done = subprocess.run(
        [sys.executable, "-m", "crossfade_train.run.worker", str(tmp_path)],
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert json.loads((tmp_path / "error.json").read_text())["kind"] == "UsageError"
