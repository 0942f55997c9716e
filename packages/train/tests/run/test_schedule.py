"""The order of stages, skipping and failing; a fake executor, since only scheduling is at stake."""

from __future__ import annotations

from pathlib import Path

import pytest

from crossfade_train.run import Ref, Stage, Store
from crossfade_train.run._schedule import schedule


class Watch:
    def __init__(self) -> None:
        self.said: list[tuple[str, str]] = []

    def __getattr__(self, what: str):
        return lambda request: self.said.append((what, request.name))


class Fake:
    """Finishes stages in the order given, else first come first served."""

    def __init__(self, store: Store, slots=1, fails=(), text="same") -> None:
        self.store, self.slots, self.fails, self.text = store, slots, fails, text
        self.begun: list = []
        self.most = 0

    def start(self, request) -> None:
        self.begun.append(request)
        self.most = max(self.most, len(self.begun))

    def wait(self):
        request = self.begun.pop(0)
        if request.name in self.fails:
            return request, RuntimeError(f"{request.name} broke")
        folder = self.store.begin(request)
        (folder / "model").write_text(self.text if request.name == "a" else request.key)
        return request, self.store.finish(request, {"model": folder / "model"}, 1.0)


def chain(**tables) -> list[Stage]:
    """a -> b -> d, a -> c; tables by name."""
    needs = {"a": (), "b": ("a",), "c": ("a",), "d": ("b",)}
    return [
        Stage(name, "pool", {n: Ref(n, "model") for n in before}, tables.get(name, {"own": name}))
        for name, before in needs.items()
    ]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    (tmp_path / "stages").mkdir()
    return Store(tmp_path)


def run(store, stages, **options) -> list[tuple[str, str]]:
    watch = Watch()
    schedule(stages, store, Fake(store, **options), watch)
    return watch.said


def started(said) -> list[str]:
    return [name for what, name in said if what == "started"]


def test_stages_run_in_order_and_once(store: Store):
    assert started(run(store, chain())) == ["a", "b", "c", "d"]
    assert started(run(store, chain())) == []


def test_what_changed_runs_again_with_all_that_depends_on_it(store: Store):
    run(store, chain())
    assert started(run(store, chain(b={"x": 1}))) == ["b", "d"]


def test_a_stage_made_again_with_the_same_content_changes_nothing_downstream(store: Store):
    run(store, chain())
    assert started(run(store, chain(a={"x": 1}))) == ["a"]


def test_with_other_content_it_changes_everything(store: Store):
    run(store, chain())
    assert started(run(store, chain(a={"x": 1}), text="other")) == ["a", "b", "c", "d"]


def test_independent_stages_run_side_by_side(store: Store):
    fake = Fake(store, slots=8)
    schedule(chain(), store, fake, Watch())
    assert fake.most == 2


def test_after_a_failure_nothing_new_begins_and_what_ended_stays(store: Store):
    with pytest.raises(RuntimeError, match="b broke"):
        run(store, chain(), fails=("b",))
    assert started(run(store, chain())) == ["b", "c", "d"]


def test_with_slots_the_stages_beside_a_failure_are_let_end(store: Store):
    with pytest.raises(RuntimeError, match="b broke"):
        run(store, chain(), fails=("b",), slots=8)
    assert started(run(store, chain())) == ["b", "d"]
