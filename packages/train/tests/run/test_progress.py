"""What a stage's line says of the time left."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from crossfade_train.recipe import load_recipe
from crossfade_train.run import MetricsLog, Store
from crossfade_train.run._estimate import Rates
from crossfade_train.run._progress import Progress
from crossfade_train.run._stage import Stage, request

LOADED = {"rates.seconds": {"sft": 500.0}}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


@pytest.fixture
def training(store: Store):
    asked = request(Stage("sft-n2-s1", "sft"), {}, {})
    store.begin(asked)
    return asked


def lines(store: Store, training, monkeypatch, after: float, share: float | None) -> list[str]:
    progress = Progress(store, Rates(load_recipe("peano", LOADED), store), {training.name: "sft"})
    now = time.monotonic()
    progress.started(training)
    if share is not None:
        MetricsLog(store.folder(training) / "metrics.jsonl").write("sft", 9, {"progress": share})
    monkeypatch.setattr(time, "monotonic", lambda: now + after)
    return str(progress._lines()).splitlines()


def test_before_the_first_metrics_the_rates_speak(store, training, monkeypatch):
    stage, whole = lines(store, training, monkeypatch, 20, None)
    assert stage == "sft-n2-s1  20 s, about 8 min left"
    assert whole == "stage 1 of 1"


def test_then_the_stage_itself(store, training, monkeypatch):
    stage, _ = lines(store, training, monkeypatch, 20, 0.25)
    assert stage == "sft-n2-s1  20 s, 60 s left (25%)"


def test_what_was_done_before_a_kill_took_no_time_of_this_attempt(store, training, monkeypatch):
    MetricsLog(store.folder(training) / "metrics.jsonl").write("sft", 8, {"progress": 0.5})
    stage, _ = lines(store, training, monkeypatch, 20, 0.75)
    assert stage == "sft-n2-s1  20 s, 20 s left (75%)"


def test_an_estimate_that_was_wrong_is_not_repeated(store, training, monkeypatch):
    stage, _ = lines(store, training, monkeypatch, 700, None)
    assert stage == "sft-n2-s1  12 min"
