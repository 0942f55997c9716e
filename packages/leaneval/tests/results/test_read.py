"""Files read back: every form holds the run that was measured; damaged ones say where."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.errors import DataError, UsageError
from leaneval.measure import measure
from leaneval.metrics import missing_share
from leaneval.profile import PEANO
from leaneval.results import beside, dual_of, read_run, told_apart, without_folders, write_run
from leaneval.samples import read_samples
from leaneval.settings import Settings
from leaneval.summary import summarise
from leaneval.types import Diagnostic, DualScore, Score, Statement, Verdict, VerdictKind

TEXT = st.text(max_size=8)
VERDICTS = st.builds(
    Verdict,
    st.sampled_from(VerdictKind),
    st.none() | TEXT,
    st.lists(
        st.builds(Diagnostic, st.sampled_from(["error", "warning"]), TEXT, st.integers(0, 9)),
        max_size=2,
    ).map(tuple),
    st.floats(0, 9),
    TEXT,
)
SCORES = st.none() | st.builds(
    Score, st.none() | st.floats(0, 1), TEXT, TEXT, st.lists(TEXT, max_size=2).map(tuple)
)
STATEMENTS = st.none() | st.builds(Statement, TEXT, TEXT, TEXT, st.just(("u", "v")), TEXT, TEXT)
FLAGS = st.none() | st.lists(TEXT, max_size=2).map(tuple)
DUALS = st.builds(DualScore, STATEMENTS, VERDICTS, VERDICTS, SCORES, SCORES, FLAGS)


@given(DUALS)
def test_a_dual_score_comes_back_from_what_samples_files_hold(dual: DualScore):
    assert dual_of(json.loads(str(dual))) == dual


def test_older_rows_without_second_judge_and_flags_are_read(a_dual):
    row = json.loads(str(a_dual()))
    del row["second"], row["flags"], row["score"]["flags"]
    assert dual_of(row) == a_dual()


@pytest.mark.parametrize("value", [1.5, -0.1, "1", float("nan")])
def test_a_score_outside_its_range_is_no_score(a_dual, value):
    row = json.loads(str(a_dual()))
    row["score"]["value"] = value
    with pytest.raises(ValueError, match=r"in \[0, 1\]"):
        dual_of(row)


@pytest.mark.lean
def test_the_harness_own_files_give_the_runs_numbers(harness_folder: Path):
    (path,) = (harness_folder / "out").rglob("samples_*.jsonl")
    run = read_run(path)
    told = json.loads((harness_folder / "found.json").read_text())["results"]["mine"]
    assert (run.task, run.seed, run.settings.judge) == ("mine", None, "defeq")
    assert run.model
    assert run.info["toolchain"].startswith("lean 4.35")
    assert list(run.samples) == ["commutes", "doubles"]
    first = run.samples["commutes"]
    assert first.problem.reference.startswith("theorem t (a b : Nat)")
    assert len(first.rollouts) == len(first.duals) == 8
    assert "add b a" in first.rollouts[0]
    for name, found in summarise([s.duals for s in run.samples.values()], run.settings).items():
        assert found.value == pytest.approx(told[f"{name},dual"], abs=1e-12), name


@pytest.mark.lean
def test_crossfades_folder_holds_the_same_run(harness_folder: Path, crossfade_folder: Path):
    (path,) = (harness_folder / "out").rglob("samples_*.jsonl")
    theirs, ours = read_run(path), read_run(crossfade_folder / "samples_mine.jsonl", seed=3)
    assert ours.samples == theirs.samples
    assert ours.settings == theirs.settings
    assert ours.info == theirs.info
    assert (ours.task, ours.seed) == ("mine", 3)


@pytest.mark.lean
def test_what_score_writes_holds_problem_rollouts_and_conditions(
    crossfade_folder: Path, tmp_path: Path
):
    """The command itself, on the same generations: the same run, from one file alone."""
    out = tmp_path / "scored.jsonl"
    samples = crossfade_folder / "samples_mine.jsonl"
    done = subprocess.run(
        [sys.executable, "-m", "leaneval", "score", samples, "--out", out, "--json"],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    moved = tmp_path / "elsewhere" / "name.jsonl"
    moved.parent.mkdir()
    out.rename(moved)
    ours, theirs = read_run(moved), read_run(samples)
    assert list(ours.samples) == list(theirs.samples)
    assert ours.task == "mine"
    assert ours.info["gate"] == theirs.info["gate"]
    assert ours.settings.judge == "defeq"
    for mine, other in zip(ours.samples.values(), theirs.samples.values(), strict=True):
        assert mine.problem == other.problem
        assert mine.rollouts == other.rollouts
        kinds = [[d.verdict.kind for d in sample.duals] for sample in (mine, other)]
        assert kinds[0] == kinds[1]


@pytest.mark.lean
def test_a_run_is_written_whole_or_not_at_all(crossfade_folder: Path, tmp_path: Path):
    stored = read_samples(crossfade_folder / "samples_mine.jsonl")
    settings = Settings(judge="defeq", cache="off", repeats=stored.repeats)
    measured = measure(stored.work, settings, profile=PEANO)
    out = tmp_path / "run.jsonl"
    write_run(out, stored.work, measured, PEANO, task="mine", model="lab/model")
    run = read_run(out)
    assert (run.task, run.model) == ("mine", "lab/model")
    assert [list(s.duals) for s in run.samples.values()] == measured.scores
    before = out.read_bytes()
    broken = [(problem, texts) for problem, texts in stored.work] * 2  # more than was measured
    with pytest.raises(ValueError, match="zip"):
        write_run(out, broken, measured, PEANO)
    assert out.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["run.jsonl"]


def test_a_file_without_conditions_tells_what_its_scores_do(scored, a_dual, tmp_path: Path):
    path = scored("bare.jsonl", {"p": [a_dual(), a_dual("fails")]})
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    plain = [{"id": row["id"], "dual": row["dual"]} for row in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in plain))
    run = read_run(path)
    assert run.info == {}
    assert (run.settings.judge, run.settings.repeats, run.settings.k) == ("defeq", 2, (1, 2))
    assert run.task == "bare"
    assert run.samples["p"].rollouts == ()
    assert missing_share([run.samples["p"].duals]) == 0


def test_settings_of_another_version_are_read_for_what_is_known(scored, a_dual):
    path = scored("run.jsonl", {"p": [a_dual()] * 2}, settings={"newer": 1, "threshold": 0.9})
    assert read_run(path).settings.threshold == 0.9


@pytest.mark.parametrize(
    ("name", "task", "date"),
    [
        ("samples_gaokao_formal_dual_2026-11-21T22-40-21.647776.jsonl", "gaokao_formal_dual",
         "2026-11-21T22-40-21.647776"),
        ("samples_peano_dual.jsonl", "peano_dual", ""),
        ("generations.jsonl", "", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_samples_file(tmp_path: Path, name: str, task: str, date: str):
    found = beside(tmp_path / name)
    assert (found.task, found.date, found.info) == (task, date, {})


def cut(path: Path, change: Callable[[str], str]) -> Path:
    path.write_text(change(path.read_text()))
    return path


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text[: len(text) - 40], r"run\.jsonl:3: a line must be a JSON object"),
        (lambda text: "", r"run\.jsonl:1: .*empty file"),
        (lambda text: "\n[1]\n" + text, r"run\.jsonl:2: a line must be a JSON object"),
        (lambda text: text + text, r"run\.jsonl:4: problem 'a' stands in line 1 too"),
        (lambda text: text.replace('"compiles"', '"maybe"'), r"run\.jsonl:1: .*maybe"),
        (lambda text: text.replace('"value": 1.0', '"value": 7'), r"run\.jsonl:1: .*got 7"),
        (lambda text: text.replace('"dual"', '"duel"'), r"run\.jsonl:1: .*must be scored"),
        (lambda text: text.replace('"verdict"', '"verdic"'), r"run\.jsonl:1: .*'verdict'"),
        (lambda text: "".join(text.splitlines(True)[:2]), r"run\.jsonl:3: .*4 rollouts.* 6"),
        (lambda text: "[1]\n", r"run\.jsonl:1: a line must be a JSON object"),
    ],
)
def test_damaged_files_say_file_and_line(scored, a_dual, change, message):
    path = scored("run.jsonl", {p: [a_dual(), a_dual("fails")] for p in "abc"}, rollouts=6)
    read_run(path)
    with pytest.raises(DataError, match=message):
        read_run(cut(path, change))


@pytest.mark.lean
def test_a_harness_file_that_was_cut_between_two_lines_is_not_whole(
    crossfade_folder: Path, tmp_path: Path
):
    lines = (crossfade_folder / "samples_mine.jsonl").read_text().splitlines(True)
    (tmp_path / "samples_mine.jsonl").write_text(lines[0])
    (tmp_path / "results.json").write_text((crossfade_folder / "results.json").read_text())
    with pytest.raises(DataError, match=r"samples_mine\.jsonl:2: .*8 rollouts, its run had 16"):
        read_run(tmp_path / "samples_mine.jsonl")


@pytest.mark.lean
def test_generations_that_nobody_scored_are_named_so(crossfade_folder: Path, tmp_path: Path):
    lines = (crossfade_folder / "samples_mine.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    path = tmp_path / "samples_mine.jsonl"
    unscored = [row | {"filtered_resps": row["resps"]} for row in rows]
    path.write_text("".join(json.dumps(row) + "\n" for row in unscored))
    with pytest.raises(DataError, match=r":1: rollouts must be scored.*leaneval score"):
        read_run(path)


def test_damaged_results_beside_are_not_passed_over(scored, a_dual, tmp_path: Path):
    path = scored("samples_mine.jsonl", {"p": [a_dual()]})
    (tmp_path / "results.json").write_text('{"configs": {"mine"')
    with pytest.raises(DataError, match=r"results\.json must be lm-eval's results"):
        read_run(path)


def test_no_file_is_a_wrong_request(tmp_path: Path):
    with pytest.raises(UsageError, match="there is no such file"):
        read_run(tmp_path / "none.jsonl")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("/home/someone/models/sft-135m/", "sft-135m"),
        ("~/models/sft-135m", "sft-135m"),
        ("runs/peano/stages/sft-1a2b/model", "sft-1a2b/model"),
        ("C:\\runs\\sft\\checkpoint-500", "sft/checkpoint-500"),
        ("Qwen/Qwen3-8B", "Qwen/Qwen3-8B"),
        ("gpt-5-mini", "gpt-5-mini"),
        ("", ""),
        ("project:/home/someone/lean", "project:lean"),
        ("ray:project:/home/someone/lean", "ray:project:lean"),
        ("mathlib:v4.27.0", "mathlib:v4.27.0"),
        ("kimina:http://lean.example/a/b", "kimina:http://lean.example/a/b"),
    ],
)
def test_a_report_names_models_and_checkers_without_folders(name: str, shown: str):
    assert without_folders(name) == shown


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        (["/exp/a/model", "/exp/b/model"], ["a/model", "b/model"]),
        (["/e/a/step_1/hf", "/e/b/step_1/hf"], ["a/step_1/hf", "b/step_1/hf"]),
        (["project:/a/lean", "project:/b/lean"], ["project:a/lean", "project:b/lean"]),
        (["/a/m", "a/m"], ["m", "a/m"]),
        (["/a/m", "/a//m"], ["/a/m", "/a//m"]),
        (["/a/m", "/a/m", "n"], ["m", "m", "n"]),
    ],
)
def test_what_differs_by_its_folders_alone_stays_apart(names: list[str], shown: list[str]):
    short = told_apart(names)
    assert [short[name] for name in names] == shown
