"""One run's metrics on a terminal: what cells say, and where the tables appear."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from leaneval.report._single import metric_tables
from leaneval.summary import Estimate
from leaneval.tables import Table
from leaneval.tasks._last import then_ours


def cells(table: Table) -> dict[str, tuple[str, ...]]:
    return {row[0]: row[1:] for row in table.rows}


def test_a_cell_is_percent_and_half_of_its_interval():
    found = {"C@1": Estimate(0.8312, 0.036), "C@8": Estimate(0.925, 0.004)}
    passes, _ = metric_tables(found, "t")
    assert passes.head == ("percent ± 95 %", "k = 1", "k = 8")
    assert cells(passes) == {"compiles (C@k)": ("83.1 ± 7", "92.5 ± 0.8")}


def test_zero_is_a_number_like_others_and_no_interval_is_made_up():
    found = {"C@1": Estimate(0.0, 0.0), "C@2": Estimate(9 / 14, 4e-17), "gap": Estimate(0.25, None)}
    passes, rest = metric_tables(found, "t")
    assert cells(passes) == {"compiles (C@k)": ("0.0", "64.3")}
    assert cells(rest)["gap (C@1 - S@1)"] == ("25.0",)


def test_what_is_missing_is_a_range_and_no_point():
    found = {"C@1_low": Estimate(0.4, 0.01), "C@1_high": Estimate(0.6, 0.01)}
    passes, _ = metric_tables(found, "t")
    assert cells(passes) == {"compiles (C@k)": ("38.0 to 62.0",)}


def test_two_judges_and_both_protocols_have_rows_of_their_own():
    names = ("C@1", "S@1", "S_beq@1", "C_study@1", "best@4", "best@4_nonzero")
    found = dict.fromkeys(names, Estimate(0.5, 0.1)) | {"judges_kappa": Estimate(0.61, None)}
    passes, rest = metric_tables(found, "t")
    assert len(passes.rows) == 4
    assert {"best score of 4", "best score of 4, where not 0"} <= cells(rest).keys()
    assert cells(rest)["Cohen's kappa of the judges"] == ("0.61",)


def results(task: str, metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "results": {task: {"alias": task, "C@1,dual": 0.5, "C@1_stderr,dual": 0.1}},
        "configs": {task: {"metadata": metadata}},
        "n-samples": {task: {"original": 9, "effective": 4}},
        "versions": {task: 1}, "n-shot": {task: 0}, "higher_is_better": {task: {"C@1": True}},
    }  # fmt: skip


INFO = {
    "protocol": "strict", "checker": "embedded", "toolchain": "lean", "cage": "full",
    "judge": "none", "rollouts": 16, "verdicts": {"compiles": 8, "fails": 8}, "missing": 0,
    "verdict_cache_hits": 0, "seconds": 1.0, "scores_are_a_lower_bound": False, "flags": {},
}  # fmt: skip


@pytest.mark.parametrize(
    ("task", "metadata", "ours"),
    [
        ("peano_dual", {"leaneval": INFO}, True),
        ("peano_dual", {"leaneval": {"benchmark": "peano"}}, False),  # --predict_only
        ("arc_easy", {"version": 1.0}, False),
        ("arc_easy", {"leaneval": {"rollouts": 3}}, False),  # not ours after all: no harm done
    ],
)
def test_our_table_follows_the_harness_own_for_our_tasks_alone(
    task: str, metadata: dict[str, Any], ours: bool, capsys: pytest.CaptureFixture[str]
):
    from lm_eval import utils

    original = utils.make_table

    def execute() -> int:
        print(utils.make_table(results(task, metadata)))
        return 7

    assert then_ours(execute)() == 7
    assert utils.make_table is original
    said = capsys.readouterr().out
    assert f"|{task}" in said
    assert ("compiles (C@k)" in said) is ours
    if ours:
        assert "50.0 ± 20" in said
        assert "4 problems" in said
        assert said.index("peano_dual: 4 problems") > said.index("|peano_dual")


def test_nothing_is_said_where_the_harness_says_nothing(capsys: pytest.CaptureFixture[str]):
    """As on every rank but the first."""
    then_ours(lambda: None)()
    assert capsys.readouterr().out == ""


@pytest.mark.slow
@pytest.mark.lean
def test_lm_eval_itself_ends_with_our_table(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-m", "lm_eval", "run", "--model", "dummy", "--tasks", "peano_dual",
         "--limit", "2", "--metadata", "repeats=2"],
        env=os.environ | {"LEANEVAL_CACHE": str(tmp_path), "HF_HUB_OFFLINE": "1"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    theirs, ours = done.stdout.split("peano_dual: 2 problems")
    assert "|C@1" in theirs
    assert "compiles (C@k)                         0.0    0.0" in ours
    assert "protocol strict, checker embedded (lean" in ours
    assert max(map(len, ours.splitlines())) <= 80
