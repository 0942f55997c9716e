"""Stage folders: what is trusted, what is not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crossfade_train.errors import StageError
from crossfade_train.run import Store
from crossfade_train.run._stage import Artefact, Stage, request

CODE = {"crossfade_train/sft.py": "1"}


def asked(kind="sft", table=None, code=None, digest="d"):
    stage = Stage("sft-n1-s1", kind, {"data": Artefact("/d", digest)}, table or {"a": 1}, 1)
    return request(stage, {"data": Artefact("/d", digest)}, code or CODE)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "stages").mkdir()
    return Store(tmp_path)


def make(store: Store, wanted) -> Path:
    folder = store.begin(wanted)
    (folder / "model").mkdir()
    (folder / "model" / "weights").write_bytes(b"123")
    store.finish(wanted, {"model": folder / "model"}, 1.0)
    return folder


def test_a_finished_stage_is_found_again(store: Store):
    folder = make(store, asked())
    found = store.done(asked())
    assert found is not None
    assert found["model"].path == str(folder / "model")


@pytest.mark.parametrize(
    "other",
    [{"table": {"a": 2}}, {"code": {"crossfade_train/sft.py": "2"}}, {"digest": "e"}],
    ids=["table", "code", "input"],
)
def test_anything_that_can_change_a_result_makes_another_stage(store: Store, other):
    make(store, asked())
    assert store.done(asked(**other)) is None


def test_where_metrics_go_changes_nothing():
    stage = Stage("s", "sft", {}, {}, 1, {"report_to": ["wandb"]})
    plain = Stage("s", "sft", {}, {}, 1)
    assert request(stage, {}, CODE).key == request(plain, {}, CODE).key


def _truncate(folder: Path) -> None:
    (folder / "model" / "weights").write_bytes(b"12")


def _lose(folder: Path) -> None:
    (folder / "model" / "weights").unlink()


def _tear(folder: Path) -> None:
    text = (folder / "done.json").read_text()
    (folder / "done.json").write_text(text[: len(text) // 2])


def _swap(folder: Path) -> None:
    said = json.loads((folder / "done.json").read_text())
    (folder / "done.json").write_text(json.dumps(said | {"key": "other"}))


@pytest.mark.parametrize("harm", [_truncate, _lose, _tear, _swap])
def test_nothing_half_written_is_trusted(store: Store, harm):
    harm(make(store, asked()))
    assert store.done(asked()) is None


def test_without_done_json_a_stage_is_not_done(store: Store):
    folder = store.begin(asked())
    (folder / "model").mkdir()
    assert store.done(asked()) is None


def test_a_training_stage_keeps_its_checkpoints_when_begun_again(store: Store):
    folder = store.begin(asked())
    (folder / "checkpoints").mkdir()
    assert (store.begin(asked()) / "checkpoints").is_dir()


@pytest.mark.parametrize("harm", [_truncate, _lose])
def test_a_model_that_was_done_and_is_damaged_is_made_anew(store: Store, harm):
    """What training finds in its folder it takes for its own, finished work."""
    harm(make(store, asked()))
    assert not (store.begin(asked()) / "model").exists()


def test_other_stages_begin_with_an_empty_folder(store: Store):
    folder = store.begin(asked("evaluate"))
    (folder / "samples_x.jsonl").write_text("{")
    assert sorted(p.name for p in store.begin(asked("evaluate")).iterdir()) == ["inputs.json"]


def test_a_stage_without_its_output_fails(store: Store):
    folder = store.begin(asked())
    with pytest.raises(StageError, match="must leave its output 'model'"):
        store.finish(asked(), {"model": folder / "model"}, 1.0)


def test_keep_code_takes_what_other_code_made(store: Store, tmp_path: Path):
    make(store, asked())
    newer = asked(code={"crossfade_train/sft.py": "2"})
    assert Store(tmp_path, keep_code=True).done(newer) is not None
    assert Store(tmp_path, keep_code=True).done(asked(table={"a": 2})) is None


def test_the_same_work_under_another_name_is_not_done_twice(store: Store):
    make(store, asked())
    twin = Stage("sft-n1-distinct-s1", "sft", {"data": Artefact("/d", "d")}, {"a": 1}, 1)
    found = request(twin, {"data": Artefact("/d", "d")}, CODE)
    assert store.done(found) == store.done(asked())
