"""The numbers of a run: against a reckoning by hand, over what is shared, with what is missing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crossfade_train.errors import DataError
from crossfade_train.report import summarise, write
from leaneval.results import read_conditions

PROBLEMS = [f"p{i}" for i in range(40)]
SFT, ZERO, HUNDRED = "sft-n600-s1", "sft-grpo-n600-p0-s1", "sft-grpo-n600-p100-s1"


def half(shift: int = 0) -> dict[str, tuple[int, int]]:
    """Every second problem is solved by all rollouts, the others by none."""
    return {p: ((8, 8), (0, 0))[(i + shift) % 2] for i, p in enumerate(PROBLEMS)}


def all_of(compiled: int, passing: int) -> dict[str, tuple[int, int]]:
    return dict.fromkeys(PROBLEMS, (compiled, passing))


def row(task, label):
    (found,) = [r for r in task.rows if r.group.label == label]
    return found


def difference(task, of, minus):
    (found,) = [d for d in task.differences if (d.of.label, d.minus.label) == (of, minus)]
    return found


def test_a_row_says_what_its_samples_say(make_run):
    run = make_run()
    run.evaluated("evaluate-base", all_of(0, 0))
    run.evaluated(f"evaluate-{SFT}", half())
    (task,) = summarise(run.folder).tasks
    assert row(task, "base").estimates["S@1"] == (0, 0, 0)
    found = row(task, "sft").estimates["S@1"]
    assert found.value == 0.5
    assert 0.3 < found.low < 0.5 < found.high < 0.7


def test_both_metrics_are_reckoned_from_the_rollouts(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", all_of(4, 1))
    (task,) = summarise(run.folder).tasks
    values = {name: estimate.value for name, estimate in row(task, "sft").estimates.items()}
    assert values == pytest.approx({
        "C@1": 4 / 8, "C@8": 1, "S@1": 1 / 8, "S@8": 1, "mean_score": 1 / 8, "gap": 3 / 8,
    })  # fmt: skip


def test_differences_are_paired_by_problem(make_run):
    """Both are 1 on half of the problems; only what differs problem by problem is uncertain."""
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", {p: (c * 7 // 8, s * 7 // 8) for p, (c, s) in half().items()})
    run.evaluated(f"evaluate-{ZERO}", {p: (max(c, 1), s) for p, (c, s) in half().items()})
    run.evaluated(f"evaluate-{HUNDRED}", half(1))
    (task,) = summarise(run.folder).tasks
    sure = difference(task, "sft+grpo@0", "sft")
    assert sure.estimates["C@1"] == pytest.approx((1 / 8, 1 / 8, 1 / 8))
    assert sure.estimates["C@1"].excludes_zero
    assert sure.p["C@1"] < 0.001
    unsure = difference(task, "sft+grpo@0", "sft+grpo@1")
    assert unsure.estimates["S@1"].low < -0.2 < 0.2 < unsure.estimates["S@1"].high
    assert unsure.p["S@1"] > 0.5
    assert unsure.problems == 40


def test_p_values_are_adjusted_for_the_pairs_of_the_table(make_run):
    run = make_run()
    for name in (SFT, ZERO, HUNDRED):
        run.evaluated(f"evaluate-{name}", half(name == ZERO))
    (task,) = summarise(run.folder).tasks
    assert len(task.differences) == 3
    for found in task.differences:
        assert all(found.holm[metric] >= p for metric, p in found.p.items())


def test_only_problems_and_seeds_in_common_are_compared(make_run):
    run = make_run({"seeds": [1, 2]})
    run.evaluated(f"evaluate-{SFT}", half())
    run.evaluated("evaluate-sft-n600-s2", half())
    run.evaluated(f"evaluate-{ZERO}", dict(list(half().items())[:30]))
    (task,) = summarise(run.folder).tasks
    assert task.problems == 30
    assert row(task, "sft").seeds == (1, 2)
    assert difference(task, "sft+grpo@0", "sft").seeds == (1,)
    assert any("problems differ" in text for text in task.numbers.shared.warnings)


def test_missing_data_widen_the_interval_instead_of_counting_as_failures(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", all_of(8, 8) | {"p0": (8, 0, 8)})
    (task,) = summarise(run.folder).tasks
    found = row(task, "sft").estimates["S@1"]
    assert found.value == pytest.approx(1 - 0.5 / 40)
    assert found.low < 1
    assert found.high == pytest.approx(1)


def test_results_json_has_no_point_where_too_much_is_missing(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", all_of(8, 8) | {"p0": (8, 0, 8)})
    run.evaluated(f"evaluate-{ZERO}", half(1))
    (task,) = summarise(run.folder).to_json()["tasks"]
    values = {each["name"]: each["estimates"]["S@1"][0] for each in task["rows"]}
    assert values["sft"] is None
    assert values["sft+grpo@0"] is not None
    assert task["differences"][0]["estimates"]["S@1"][0] is None


def test_the_dynamics_are_means_over_steps_and_seeds(make_run):
    run = make_run({"seeds": [1, 2]})
    for seed, spread in ((1, [0.2, 0.4]), (2, [0.5, 0.7])):
        name = f"sft-grpo-n600-p0-s{seed}"
        run.trained(name, spread)
        run.evaluated(f"evaluate-{name}", half())
    (task,) = summarise(run.folder).tasks
    dynamics = row(task, "sft+grpo@0").dynamics
    assert dynamics == pytest.approx({"zero_spread_share": 0.45, "compile_rate": 0.5})


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
    missing = summarise(run.folder).collected.missing
    assert "sft+grpo@0.3 (evaluate-sft-grpo-n600-p30-s1)" in missing


def test_results_json_keeps_its_shape(make_run):
    run = make_run()
    run.evaluated(f"evaluate-{SFT}", half())
    run.evaluated(f"evaluate-{ZERO}", half(1))
    write(summarise(run.folder), run.folder)
    found = json.loads((run.folder / "results.json").read_text())
    assert {"name", "commit", "time", "missing", "resamples", "tasks"} <= found.keys()
    (task,) = found["tasks"]
    assert {"task", "problems", "metrics", "rows", "differences"} <= task.keys()
    assert {"group", "seeds", "estimates", "dynamics", "folders"} <= task["rows"][0].keys()
    (pair,) = task["differences"]
    assert {"of", "minus", "estimates", "problems", "seeds", "p", "holm"} <= pair.keys()
    assert pair["minus"] == {"kind": "sft", "sft_size": 600, "arm": "sft", "overlap": None}
    assert len(pair["estimates"]["S@1"]) == 3


def test_the_index_lets_leaneval_read_the_run(make_run):
    run = make_run({"seeds": [1, 2]})
    for seed in (1, 2):
        run.evaluated(f"evaluate-sft-n600-s{seed}", half())
    run.evaluated("evaluate-sft-grpo-n600-p30-s1", half(1))
    write(summarise(run.folder), run.folder)
    sft, mixed = read_conditions([str(run.folder)])
    assert [one.seed for one in sft.runs] == [1, 2]
    assert mixed.name == "sft+grpo@0.3"
    assert mixed.attributes["overlap"] == 0.3
    assert mixed.attributes["kind"] == "sft+grpo"
    assert mixed.attributes["sft_size"] == 600


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
