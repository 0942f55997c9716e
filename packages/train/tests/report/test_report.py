"""The report: its numbers against a reckoning by hand, and what it says of their limits."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from crossfade_train.errors import DataError
from crossfade_train.report import Bootstrap, markdown, summarise, write

PROBLEMS = [f"p{i}" for i in range(40)]
SFT, ZERO, HUNDRED = "sft-n600-s1", "sft-grpo-n600-p0-s1", "sft-grpo-n600-p100-s1"


def half(shift: int = 0) -> dict[str, float]:
    return {p: float((i + shift) % 2) for i, p in enumerate(PROBLEMS)}


def row(task, label):
    (found,) = [r for r in task.rows if r.group.label == label]
    return found


def difference(task, of, minus):
    (found,) = [d for d in task.differences if (d.of.label, d.minus.label) == (of, minus)]
    return found


def test_the_interval_of_a_mean_is_the_textbooks():
    values = np.random.default_rng(0).random((1, 2_000))
    found = Bootstrap(1, 2_000).estimate(values, values)
    error = values.std() / np.sqrt(values.size)
    assert found.value == pytest.approx(values.mean())
    assert found.low == pytest.approx(values.mean() - 1.96 * error, abs=0.2 * error)
    assert found.high == pytest.approx(values.mean() + 1.96 * error, abs=0.2 * error)


def test_intervals_hold_the_truth_about_as_often_as_they_say():
    rng = np.random.default_rng(1)
    resamples = Bootstrap(1, 100)
    tables = (rng.random((1, 100)) < 0.4 for _ in range(300))
    found = [resamples.estimate(t.astype(float), t.astype(float)) for t in tables]
    assert 0.90 < np.mean([f.low <= 0.4 <= f.high for f in found]) < 0.98


def test_seeds_that_disagree_widen_the_interval():
    problems = np.random.default_rng(2).random((1, 500))
    same = np.repeat(problems, 4, axis=0)
    apart = same + np.array([[-0.2], [-0.1], [0.1], [0.2]])
    narrow, wide = (Bootstrap(4, 500).estimate(t, t) for t in (same, apart))
    assert wide.high - wide.low > 3 * (narrow.high - narrow.low)


def test_a_row_says_what_its_samples_say(make_run):
    run = make_run()
    run.evaluated("evaluate-base", dict.fromkeys(PROBLEMS, 0.0))
    run.evaluated(f"evaluate-{SFT}", half())
    (task,) = summarise(run.folder).tasks
    assert row(task, "base").estimates["S@1"] == (0, 0, 0)
    found = row(task, "sft").estimates["S@1"]
    assert found.value == 0.5
    assert 0.3 < found.low < 0.5 < found.high < 0.7


def test_differences_are_paired_by_problem(make_run):
    """Both are 1 on half of the problems; only what differs problem by problem is uncertain."""
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", half())
    run.evaluated(f"evaluate-{ZERO}", {p: v + 0.1 for p, v in half().items()})
    run.evaluated(f"evaluate-{HUNDRED}", half(1))
    (task,) = summarise(run.folder).tasks
    sure = difference(task, "sft+grpo@0", "sft").estimates["C@1"]
    assert sure == pytest.approx((0.1, 0.1, 0.1))
    assert sure.excludes_zero
    unsure = difference(task, "sft+grpo@1", "sft").estimates["C@1"]
    assert unsure.value == pytest.approx(0)
    assert unsure.low < -0.2
    assert difference(task, "sft+grpo@0", "sft+grpo@1").problems == 40


def test_only_problems_and_seeds_in_common_are_compared(make_run):
    run = make_run({"seeds": [1, 2]})
    run.evaluated(f"evaluate-{SFT}", half())
    run.evaluated("evaluate-sft-n600-s2", half())
    run.evaluated(f"evaluate-{ZERO}", dict(list(half().items())[:30]))
    (task,) = summarise(run.folder).tasks
    assert task.problems == 30
    assert row(task, "sft").seeds == (1, 2)
    assert difference(task, "sft+grpo@0", "sft").seeds == (1,)


def test_missing_data_widen_the_interval_instead_of_counting_as_failures(make_run):
    run = make_run()
    missing = {"p0": {"S@1_low": 0.0, "S@1_high": 1.0}}
    run.evaluated(f"evaluate-{SFT}", dict.fromkeys(PROBLEMS, 1.0), missing)
    (task,) = summarise(run.folder).tasks
    found = row(task, "sft").estimates["S@1"]
    assert found.value == pytest.approx(1 - 0.5 / 40)
    assert found.low < 1
    assert found.high == 1


def test_the_mechanism_stands_beside_the_numbers(make_run):
    run = make_run()
    run.trained(ZERO, [0.2, 0.4])
    run.evaluated(f"evaluate-{ZERO}", half())
    found = summarise(run.folder)
    assert row(found.tasks[0], "sft+grpo@0").dynamics["zero_spread_share"] == pytest.approx(0.3)
    assert "| sft+grpo@0 | 30.0 | 50.0 |" in markdown(found)


def test_one_seed_is_said_to_be_one(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", half())
    assert "**One seed** cannot tell" in markdown(summarise(run.folder))


def test_several_seeds_are_not(make_run):
    run = make_run({"seeds": [1, 2]})
    run.evaluated(f"evaluate-{SFT}", half())
    run.evaluated("evaluate-sft-n600-s2", half())
    text = markdown(summarise(run.folder))
    assert "One seed" not in text
    assert "of the 2 seeds" in text


def test_every_row_is_traced_to_folders_that_exist(make_run):
    run = make_run()
    run.trained(ZERO, [0.1])
    run.evaluated(f"evaluate-{ZERO}", half())
    found = summarise(run.folder)
    folders = row(found.tasks[0], "sft+grpo@0").folders
    assert len(folders) == 2
    assert all((run.folder / "stages" / folder / "done.json").is_file() for folder in folders)


def test_what_is_not_evaluated_is_named(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", half())
    found = summarise(run.folder)
    assert "sft+grpo@0.3 (evaluate-sft-grpo-n600-p30-s1)" in found.collected.missing
    assert "Not evaluated (yet): base" in markdown(found)


def test_a_run_without_results_says_so(make_run):
    assert "nothing to compare" in markdown(summarise(make_run().folder))


def test_all_numbers_of_the_report_are_in_results_json(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", half())
    write(summarise(run.folder), run.folder)
    (task,) = json.loads((run.folder / "results.json").read_text())["tasks"]
    value, low, high = task["rows"][0]["estimates"]["S@1"]
    text = (run.folder / "report.md").read_text()
    assert f"{100 * value:.1f} [{100 * low:.1f}, {100 * high:.1f}]" in text


def test_the_studys_numbers_are_marked_as_another_instruments(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", half())
    text = markdown(summarise(run.folder))
    assert "| sft+grpo@0 | 77.6 | 93.9 | 51.4 | 72.7 | 47.9 | 78.1 | 23.6 | 43.0 |" in text
    assert "compare orders, not values" in text


def test_a_damaged_samples_file_is_named_with_its_line(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", half())
    (samples,) = Path(run.folder).glob("stages/*/samples_*.jsonl")
    size = samples.stat().st_size
    samples.write_bytes(b"{" + b" " * (size - 2) + b"\n")
    with pytest.raises(DataError, match=r"samples_peano_dual\.jsonl:1"):
        summarise(run.folder)


def test_a_samples_file_that_was_cut_off_is_not_evaluated(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", half())
    (samples,) = Path(run.folder).glob("stages/*/samples_*.jsonl")
    samples.write_bytes(samples.read_bytes()[:-10])
    assert summarise(run.folder).tasks == ()
