"""The metrics file survives kills and resumed steps."""

from __future__ import annotations

from pathlib import Path

from crossfade_train.run import MetricsLog, read_metrics


def test_values_come_back_in_order(tmp_path: Path):
    log = MetricsLog(tmp_path / "deep" / "metrics.jsonl")
    log.write("sft", 2, {"loss": 1.5})
    log.write("sft", 1, {"loss": 2.0})
    assert list(read_metrics(log.path).items()) == [
        (("sft", 1), {"loss": 2.0}),
        (("sft", 2), {"loss": 1.5}),
    ]


def test_the_torn_line_of_a_killed_writer_costs_itself_alone(tmp_path: Path):
    path = tmp_path / "metrics.jsonl"
    MetricsLog(path).write("sft", 1, {"loss": 2.0})
    with path.open("ab") as file:
        file.write(b'{"stage": "sft", "st')
    MetricsLog(path).write("sft", 2, {"loss": 1.0})
    assert [step for _, step in read_metrics(path)] == [1, 2]


def test_a_step_written_again_counts_once_and_the_last_wins(tmp_path: Path):
    log = MetricsLog(tmp_path / "metrics.jsonl")
    log.write("sft", 1, {"loss": 2.0, "lr": 0.1})
    log.write("sft", 1, {"loss": 3.0})
    assert read_metrics(log.path) == {("sft", 1): {"loss": 3.0, "lr": 0.1}}
    assert len(log.path.read_text().splitlines()) == 2


def test_what_is_not_a_number_is_left_out(tmp_path: Path):
    log = MetricsLog(tmp_path / "metrics.jsonl")
    log.write("grpo", 1, {"kl": float("nan"), "loss": 1.0})
    assert read_metrics(log.path) == {("grpo", 1): {"loss": 1.0}}


def test_no_file_is_no_metrics(tmp_path: Path):
    assert read_metrics(tmp_path / "none.jsonl") == {}
