"""The page of a run: what it says, for runs of every shape, finished or not."""

from __future__ import annotations

import io
import json
from itertools import pairwise
from pathlib import Path

import pytest
from rich.console import Console

from crossfade_train.cli import main
from crossfade_train.report import page, summarise, tables, write
from leaneval.page import Explorer, Plot, Prose, markdown
from leaneval.report import numbers
from leaneval.results import read_conditions
from leaneval.tables import Table, put

PROBLEMS = [f"p{i}" for i in range(24)]
GRADIENT = "the overlap gradient, percent, with 95 % intervals"


def passing(share: float) -> dict[str, tuple[int, int]]:
    """All compile; each problem is solved by about this share of its rollouts."""
    return {p: (8, round(8 * share) if i % 3 else 0) for i, p in enumerate(PROBLEMS)}


def blocks(found, kind):
    return [block for section in found.sections for block in section.blocks
            if isinstance(block, kind)]  # fmt: skip


def plot(found, title) -> Plot:
    (drawn,) = [block for block in blocks(found, Plot) if block.title == title]
    return drawn


def rows_of(drawn: Plot) -> list[dict]:
    return drawn.spec["data"]["values"]


@pytest.fixture(scope="module")
def whole(run_folder, tmp_path_factory) -> Path:
    """A finished run with one seed, trained and split."""
    run = run_folder(tmp_path_factory.mktemp("whole") / "run")
    run.split("splits-s1", 0.0, 0.3, 1.0)
    run.evaluated("evaluate-base", passing(0))
    run.trained("sft-n600-s1", [0.2, 0.4, 0.6])
    run.trained("grpo-s1", [0.5, 0.4])
    run.evaluated("evaluate-grpo-s1", passing(0.25))
    run.evaluated("evaluate-sft-n600-s1", passing(0.5))
    for percent, share in ((0, 0.75), (30, 0.6), (100, 0.5)):
        name = f"sft-grpo-n600-p{percent}-s1"
        run.trained(name, [0.2 + percent / 200, 0.4 + percent / 200])
        run.evaluated(f"evaluate-{name}", passing(share))
    return run.folder


@pytest.fixture(scope="module")
def summary(whole: Path):
    return summarise(whole)


@pytest.fixture(scope="module")
def found(summary):
    """Its page."""
    return page(summary)


@pytest.fixture(scope="module")
def text(found) -> str:
    return markdown(found)


def test_the_page_has_every_part(found):
    titles = [section.title for section in found.sections]
    assert titles == [
        "Results", "Overlap", "Paired differences", "Plots", "Verdicts", "Measured how",
        "Where the numbers come from", "The data", "Every rollout",
    ]  # fmt: skip
    (explorer,) = blocks(found, Explorer)
    rollouts = [d for c in explorer.conditions for r in c.runs for s in r.samples.values()
                for d in s.duals]  # fmt: skip
    assert len(rollouts) == 6 * 24 * 8


def test_all_numbers_of_the_results_table_are_in_results_json(whole: Path, summary):
    write(summary, whole)
    (task,) = json.loads((whole / "results.json").read_text())["tasks"]
    text = (whole / "report.md").read_text()
    for row in task["rows"]:
        (line,) = [li for li in text.splitlines() if li.startswith(f"| {row['name']} |")][:1]
        assert f" {100 * row['estimates']['S@1'][0]:.1f} " in line


def test_the_studys_numbers_stand_beside_and_are_marked_as_another_instruments(text: str):
    (line,) = [li for li in text.splitlines() if li.startswith("| sft+grpo@0 |") and "77.6" in li]
    assert [cell.strip() for cell in line.split("|")][3:5] == ["77.6", "47.9"]
    assert "| 93.9 | 78.1 |" in line
    assert "compare orders, not values" in text


def test_the_share_without_spread_stands_beside_the_numbers(text: str):
    assert "not that one causes the other" in text.replace("\\", "")
    assert "| sft+grpo@0 | 30.0 | 50.0 |" in text


def test_the_gradient_has_every_overlap_and_the_sft_line(found):
    rows = rows_of(plot(found, GRADIENT))
    curve = [r for r in rows if r["metric"] == "S@1" and r["condition"] == "SFT then GRPO"]
    assert [r["overlap"] for r in curve] == [0, 30, 100]
    assert [r["value"] for r in curve] == pytest.approx([50, 100 * 5 / 8 * 2 / 3, 100 / 3], abs=0.1)
    assert all(r["low"] < r["value"] < r["high"] for r in curve)
    level = {r["value"] for r in rows if r["metric"] == "S@1" and r["condition"] == "SFT alone"}
    assert [*level] == [pytest.approx(100 / 3, abs=0.1)]
    assert {r["metric"] for r in rows} == {"C@1", "C@8", "S@1", "S@8"}


def test_the_dynamics_are_drawn_step_by_step_from_the_metrics_file(found):
    rows = rows_of(plot(found, "training dynamics of GRPO, by step"))
    spread = [
        r["value"] for r in rows
        if r["condition"] == "sft+grpo@1" and r["metric"] == "groups without spread, percent"
    ]  # fmt: skip
    assert spread == pytest.approx([70, 90])
    assert {"reward", "entropy, nats a token"} <= {r["metric"] for r in rows}
    loss = rows_of(plot(found, "SFT loss, by step"))
    assert [r["value"] for r in loss if r["condition"] == "sft"] == pytest.approx([0.8, 0.6, 0.4])


def test_long_training_is_drawn_by_few_points_with_the_same_mean(make_run):
    run = make_run()
    run.trained("sft-n600-s1", [i / 1000 for i in range(1000)])
    run.evaluated("evaluate-sft-n600-s1", passing(0.5))
    rows = rows_of(plot(page(summarise(run.folder)), "SFT loss, by step"))
    assert len(rows) <= 240
    assert sum(r["value"] for r in rows) / len(rows) == pytest.approx(0.5, abs=0.005)
    assert all(a["step"] < b["step"] for a, b in pairwise(rows))


def test_what_the_splits_promise_and_hold_is_told(found):
    (table,) = [t for t in blocks(found, Table) if "overlap of the data" in t.title]
    assert [row[3:6] for row in table.rows] == [
        ("0.0", "0.0", "0.0"), ("30.0", "30.0", "30.0"), ("100.0", "100.0", "100.0"),
    ]  # fmt: skip


def test_one_seed_is_said_to_be_one(text: str):
    assert "One seed cannot tell a difference" in text
    assert "of the 2 seeds" not in text


def test_sizes_arms_overlaps_and_seeds_are_a_panel_or_a_point_each(make_run):
    overlaps = [0.0, 0.25, 1.0]
    run = make_run({
        "sft_sizes": [300, 600], "rl_size": 300, "arms": ["sft", "distinct"], "seeds": [1, 2],
        "overlaps": overlaps, "conditions": ["sft", "sft+grpo"],
    })  # fmt: skip
    run.trained("sft-grpo-n300-p25-s2", [0.5, 0.4])
    for number, stage in enumerate(run.plan.evaluations.values()):
        if stage not in run.index:
            run.evaluated(stage, passing(0.3 + number % 5 / 10))
    found = summarise(run.folder)
    (task,) = found.tasks
    assert all(len(row.seeds) == 2 for row in task.rows)
    assert len({row.name for row in task.rows}) == len(task.rows)
    assert "sft+grpo@0.25, 300, distinct" in {row.name for row in task.rows}
    made = page(found)
    rows = rows_of(plot(made, GRADIENT))
    panels = {r["panel"] for r in rows}
    assert panels == {"SFT 300, sft", "SFT 600, sft", "SFT 300, distinct", "SFT 600, distinct"}
    for panel in panels:
        for stage in ("SFT then GRPO", "SFT alone"):
            own = (panel, stage, "S@1")
            line = [r for r in rows if (r["panel"], r["condition"], r["metric"]) == own]
            at = [r["overlap"] for r in line]
            assert sorted(at) == [100 * p for p in overlaps]
    assert plot(made, "training dynamics of GRPO, by step, SFT 300, sft")
    assert "and of the 2 seeds" in markdown(made)


def test_several_tasks_are_reported_one_by_one(make_run):
    run = make_run()
    run.evaluated("evaluate-sft-n600-s1", passing(0.5), task="peano_dual_dev")
    run.evaluated("evaluate-sft-grpo-n600-p0-s1", passing(0.5))
    found = summarise(run.folder)
    assert [task.task for task in found.tasks] == ["peano_dual", "peano_dual_dev"]
    titles = [section.title for section in page(found).sections]
    assert "peano_dual: Results" in titles
    assert "peano_dual_dev: Results" in titles


def test_an_unfinished_run_says_what_is_missing(make_run):
    run = make_run()
    run.evaluated("evaluate-sft-n600-s1", passing(0.5))
    found = page(summarise(run.folder))
    told = " ".join(block.text for block in blocks(found, Prose))
    assert "Not evaluated (yet): base (evaluate-base), grpo (evaluate-grpo-s1)" in told
    assert not [block for block in blocks(found, Plot) if block.title == GRADIENT]


def test_a_run_without_results_says_so(make_run):
    found = page(summarise(make_run().folder))
    assert "nothing to compare" in markdown(found)


def test_different_instruments_are_warned_of(make_run, info):
    run = make_run()
    run.evaluated("evaluate-sft-n600-s1", passing(0.5))
    run.evaluated("evaluate-sft-grpo-n600-p0-s1", passing(0.5), info=info | {"gate": "0"})
    found = page(summarise(run.folder))
    told = [block.text for block in blocks(found, Prose) if block.text.startswith("Warning")]
    assert len(told) == 1
    assert "gate differs: 1 (sft), 0 (sft+grpo@0)" in told[0]


def test_the_terminals_tables_fit_80_columns(summary):
    console = Console(width=80, record=True, file=io.StringIO())
    for table in tables(summary):
        put(table, console)
    lines = console.export_text().splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("sft+grpo@0.3 ") for line in lines)


def test_the_command_writes_all_files_and_one_elsewhere(whole: Path, tmp_path: Path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["report", str(whole), "--out", str(tmp_path / "mine.html"), "--no-text"])
    assert not ended.value.code
    said = capsys.readouterr().out
    assert "Paired differences, percentage points" in said
    assert said.rstrip().endswith("mine.html")
    for path in (whole / "report.html", whole / "report.md", whole / "runs.json"):
        assert path.is_file()
    assert "Show that p1 holds" not in (tmp_path / "mine.html").read_text()
    assert not list(whole.glob("*.partial"))


def test_a_wrong_suffix_is_refused_before_a_run_is_read(tmp_path: Path, capsys):
    with pytest.raises(SystemExit) as ended:
        main(["report", str(tmp_path / "no-run"), "--out", str(tmp_path / "mine.pdf")])
    assert ended.value.code == 2
    assert "must end in .html or .md, got 'mine.pdf'" in " ".join(capsys.readouterr().err.split())


def test_leaneval_reads_the_run_folder_and_says_the_same(whole: Path, summary):
    write(summary, whole)
    again = numbers(read_conditions([str(whole)]))
    for row in summary.tasks[0].rows:
        assert again.measured[row.name].estimates["S@8"] == row.estimates["S@8"]
