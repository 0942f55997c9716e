"""What a command line names, what conditions share, and the tables made of them."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from leaneval.errors import DataError, UsageError
from leaneval.metrics import intervals
from leaneval.results import Entry, common, read_conditions, read_index, tabulate, write_index
from leaneval.types import Problem


@pytest.fixture
def files(scored: Callable[..., Path], a_dual, tmp_path: Path, monkeypatch) -> SimpleNamespace:
    """A runs' zoo in the current folder."""
    monkeypatch.chdir(tmp_path)
    good, bad = a_dual(), a_dual("fails")
    return SimpleNamespace(
        a=scored("a.jsonl", {p: [good, bad] for p in "pqr"}),
        b=scored("b.jsonl", {p: [good, good] for p in "qrp"}),
        s1=scored("model/samples_mine_2026-01-01T00-00-00.1.jsonl", {p: [bad, bad] for p in "pqr"}),
    )


def test_a_file_is_called_by_its_stem_or_by_its_models_folder(files):
    found = read_conditions(["a.jsonl", "model/samples_mine_2026-01-01T00-00-00.1.jsonl", "model"])
    assert [c.name for c in found] == [
        "a", "model/samples_mine_2026-01-01T00-00-00.1.jsonl", "model",
    ]  # fmt: skip
    assert [c.name for c in read_conditions(["a.jsonl", files.s1.as_posix()])] == ["a", "model"]


def test_several_paths_are_seeds_in_their_order(files):
    (found,) = read_conditions(["both=a.jsonl,b.jsonl"])
    assert found.name == "both"
    assert [run.path.name for run in found.runs] == ["a.jsonl", "b.jsonl"]
    assert [run.seed for run in found.runs] == [None, None]


def test_a_path_that_exists_is_never_taken_apart(files, tmp_path: Path):
    odd = tmp_path / "lr=1e-5,x.jsonl"
    os.link(files.a, odd)
    assert [c.name for c in read_conditions(["lr=1e-5,x.jsonl"])] == ["lr=1e-5,x"]
    assert [c.name for c in read_conditions(["name=lr=1e-5,x.jsonl"])] == ["name"]


def test_a_folder_above_the_models_is_enough_where_it_holds_one_run(files, tmp_path: Path):
    (found,) = read_conditions(["x=."])
    assert found.runs[0].task == "mine"


def test_a_folder_with_several_runs_asks_which(files, scored, a_dual):
    scored("model/samples_other_2026-01-01T00-00-00.1.jsonl", {"p": [a_dual()]})
    with pytest.raises(UsageError, match=r"one samples file, got samples_mine.*--task"):
        read_conditions(["model"])
    (found,) = read_conditions(["model"], task="other")
    assert found.runs[0].task == "other"
    with pytest.raises(UsageError, match="one samples file of nothing"):
        read_conditions(["model"], task="nothing")


def test_an_empty_folder_names_the_index_that_a_run_folder_needs(tmp_path: Path):
    with pytest.raises(UsageError, match=r"got none.*runs\.json"):
        read_conditions([str(tmp_path)])


def test_names_must_be_distinct(files):
    with pytest.raises(UsageError, match="'x' more than once"):
        common(read_conditions(["x=a.jsonl", "x=b.jsonl"]))


def index(folder: Path, *entries: Entry) -> None:
    write_index(folder, entries)


def test_an_index_is_conditions_with_seeds_and_attributes(files, tmp_path: Path):
    index(
        tmp_path,
        Entry("sft", 2, "a.jsonl", {"overlap": None}),
        Entry("sft+grpo@0.3", 1, "b.jsonl", {"overlap": 0.3}),
        Entry("sft", 1, "b.jsonl", {"overlap": None}),
    )
    sft, grpo = read_conditions(["."])
    assert (sft.name, [run.seed for run in sft.runs]) == ("sft", [1, 2])
    assert [run.path.name for run in sft.runs] == ["b.jsonl", "a.jsonl"]
    assert grpo.attributes == {"overlap": 0.3}
    assert [c.name for c in read_conditions(["run=."])] == ["run/sft", "run/sft+grpo@0.3"]
    assert [c.name for c in read_conditions([".", "a.jsonl"])] == ["sft", "sft+grpo@0.3", "a"]


def test_an_index_of_several_tasks_is_read_for_one(files, scored, a_dual, tmp_path: Path):
    one, two = (f"samples_{task}.jsonl" for task in ("one", "two"))
    scored(one, {"p": [a_dual()]})
    scored(two, {"q": [a_dual()]})
    index(tmp_path, Entry("m", None, one), Entry("m", None, two))
    assert [c.runs[0].task for c in read_conditions(["."])] == ["one", "two"]
    (found,) = read_conditions(["."], task="two")
    assert list(found.runs[0].samples) == ["q"]
    with pytest.raises(UsageError, match="no run of three, but of one, two"):
        read_conditions(["."], task="three")
    with pytest.raises(UsageError, match="--task"):
        common(read_conditions(["."]))
    index(tmp_path, Entry("m", None, one), Entry("n", None, two))
    with pytest.raises(UsageError, match=r"m \(one\) has p; n \(two\) has q.*--task"):
        common(read_conditions(["."]))


@pytest.mark.parametrize(
    "text",
    ["[]", "{}", "[1]", '[{"name": "a"}]', '[{"name": 1, "seed": 1, "samples": "x"}]', '[{"name"',
     '[{"name": "a", "seed": "1", "samples": "x", "attributes": {}}]'],
)  # fmt: skip
def test_a_damaged_index_is_named(tmp_path: Path, text: str):
    (tmp_path / "runs.json").write_text(text)
    with pytest.raises(DataError, match=r"runs\.json must"):
        read_index(tmp_path)


def test_one_condition_has_one_run_a_seed(files, tmp_path: Path):
    index(tmp_path, Entry("sft", 1, "a.jsonl"), Entry("sft", 1, "b.jsonl"))
    with pytest.raises(DataError, match="one run a seed"):
        read_conditions(["."])


def conditions(scored, **runs):
    return read_conditions(
        [f"{name}={scored(f'{name}.jsonl', **run)}" for name, run in runs.items()]
    )


def test_alike_runs_share_all_without_a_warning(scored, a_dual):
    alike = {"duals": {p: [a_dual()] * 2 for p in "pq"}}
    shared = common(conditions(scored, x=alike, y=alike))
    assert (shared.problems, shared.k, shared.repeats, shared.warnings) == (
        ("p", "q"),
        (1, 2),
        2,
        (),
    )


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"gate": "2"}, "gate differs: 1 (x), 2 (y)"),
        ({"toolchain": "lean 4.36"}, "toolchain differs: lean 4.35.0, Peano (x), lean 4.36 (y)"),
        ({"settings": {"judge": "llm:m"}}, "judge differs: defeq (x), llm:m (y)"),
        ({"judge_identity": "defeq 2"}, "judge's version differs: unknown (x), defeq 2 (y)"),
        ({"settings": {"threshold": 0.5}}, "threshold differs: 0.7 (x), 0.5 (y)"),
        ({"settings": {"time_limit": 60}}, "time limit differs: 10.0 (x), 60.0 (y)"),
        ({"settings": {"k": [1]}}, "k differs: 1, 2 (x), 1 (y); compared at 1"),
        ({"task": "other"}, "task differs: mine (x), other (y)"),
        ({"text": "!"}, None),
    ],
)
def test_what_differs_is_named_with_both_values(scored, a_dual, change, words):
    duals = {p: [a_dual()] * 2 for p in "pq"}
    runs = {"x": {"duals": duals, "task": "mine"}, "y": {"duals": duals, "task": "mine"} | change}
    if words is None:
        with pytest.raises(UsageError, match="must share problems"):
            common(conditions(scored, **runs))
    else:
        (warning,) = common(conditions(scored, **runs)).warnings
        assert words in warning


def test_one_threshold_for_all_needs_no_warning(scored, a_dual):
    duals = {"p": [a_dual(score=0.6)] * 2}
    runs = {"x": {"duals": duals}, "y": {"duals": duals, "settings": {"threshold": 0.5}}}
    found = conditions(scored, **runs)
    own, one = common(found), common(found, threshold=0.6)
    assert [tabulate(c, own)["S@1"].low.item() for c in found] == [0, 1]
    assert [tabulate(c, one)["S@1"].low.item() for c in found] == [1, 1]
    assert one.warnings == ()


def test_only_shared_problems_with_the_same_text_are_compared(scored, a_dual):
    some = [a_dual()] * 2
    found = conditions(scored, x={"duals": dict.fromkeys("pqr", some)},
                       y={"duals": dict.fromkeys("rqs", some)})  # fmt: skip
    other = found[1].runs[0].samples["q"]
    changed = dict(found[1].runs[0].samples)
    changed["q"] = type(other)(Problem("q", "another text", "theorem"), other.duals)
    object.__setattr__(found[1].runs[0], "samples", changed)
    shared = common(found)
    assert shared.problems == ("r",)
    assert "compared on the 2 that all runs hold (of 3 (x, y))" in shared.warnings[0]
    assert "1 of one id and different texts are left out (q)" in shared.warnings[1]


def test_different_numbers_of_rollouts_meet_at_the_smaller(scored, a_dual):
    good, bad = a_dual(), a_dual("fails")
    four = {"duals": {"p": [bad, bad, bad, good]}, "settings": {"repeats": 4, "k": [1, 2, 4]}}
    found = conditions(scored, x=four, y={"duals": {"p": [good, good]}})
    shared = common(found)
    assert (shared.k, shared.repeats) == ((1, 2), 2)
    assert "rollouts a problem differs: 4 (x), 2 (y)" in shared.warnings[0]
    table = tabulate(found[0], shared)
    assert table["C@2"].low.item() == 0.5, "pass@2 of 4 rollouts, not of the first 2"
    assert table["best@2"].low.item() == 0
    with pytest.raises(UsageError, match="k must be from 1 to the 2"):
        common(found, k=[4])
    with pytest.raises(UsageError, match="k must be from 1"):
        common(found, k=[])
    with pytest.raises(UsageError, match="must share a k"):
        common(conditions(scored, x=four | {"settings": {"repeats": 4, "k": [4]}},
                          y={"duals": {"p": [good, good]}}))  # fmt: skip


def test_protocols_are_never_mixed(scored, a_dual):
    run = {"duals": {"p": [a_dual()] * 2}}
    with pytest.raises(UsageError, match=r"one protocol, got strict \(x\), study \(y\)"):
        common(conditions(scored, x=run, y=run | {"settings": {"protocol": "study"}}))


def test_unknown_conditions_are_said_to_be_unknown(scored, a_dual, tmp_path: Path):
    path = scored("x.jsonl", {"p": [a_dual()] * 2})
    row = json.loads(path.read_text())
    del row["info"]
    path.write_text(json.dumps(row) + "\n")
    other = scored("y.jsonl", {"p": [a_dual()] * 2})
    warnings = common(read_conditions([str(path), str(other)])).warnings
    assert any("conditions unknown for x" in warning for warning in warnings)


def test_tables_are_the_metrics_of_each_seed_and_problem(scored, a_dual):
    rows = {"p": [a_dual(), a_dual("fails")], "q": [a_dual("unavailable"), a_dual(score=None)]}
    paths = [scored("1.jsonl", rows), scored("2.jsonl", dict(reversed(rows.items())))]
    found = read_conditions([f"c={paths[0]},{paths[1]}"])
    shared = common(found)
    table = tabulate(found[0], shared)
    settings = found[0].runs[0].settings
    for number, problem in enumerate(shared.problems):
        expected = intervals(rows[problem], settings)
        assert set(expected) == set(table)
        for name, bounds in expected.items():
            for seed in range(2):
                assert table[name].low[seed, number] == bounds.low
                assert table[name].high[seed, number] == bounds.high
    assert table["C@1"].low.shape == (2, 2)
    assert np.all(table["C@1"].low[:, 1] == 0.5), "the score is missing, the verdict is not"
    assert table["S@2"].high[0, 1] == 1
