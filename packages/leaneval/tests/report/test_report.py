"""`leaneval report` on real runs: its numbers, warnings, forms and refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from leaneval.cli import app
from leaneval.errors import LeanevalError, UsageError
from leaneval.page import Explorer, Plot, Prose, html, markdown
from leaneval.report import numbers, report
from leaneval.report.study import PUBLISHED, published
from leaneval.results import read_conditions
from leaneval.tables import Table

pytestmark = pytest.mark.lean


def conditions(*paths: Path):
    return read_conditions([str(path) for path in paths])


def blocks(page, kind):
    return [block for section in page.sections for block in section.blocks
            if isinstance(block, kind)]  # fmt: skip


@pytest.fixture(scope="module")
def page(runs):
    return report(conditions(runs["worse"], runs["better"]), "Two runs")


def table(page, title: str) -> Table:
    (found,) = [table for table in blocks(page, Table) if title in table.title]
    return found


def test_the_numbers_are_those_that_the_rollouts_were_made_for(runs):
    found = numbers(conditions(runs["worse"], runs["better"])).measured
    values = {name: {m: e.value for m, e in one.estimates.items()} for name, one in found.items()}
    assert values["better"]["C@1"] == values["better"]["S@1"] == pytest.approx(0.75)
    assert values["worse"]["C@1"] == pytest.approx(0.5)
    assert values["worse"]["S@1"] == pytest.approx(0.25)
    assert values["worse"]["S@3"] == pytest.approx(0.75), "every k, not those of the run alone"
    assert values["worse"]["gap"] == pytest.approx(0.25)


def test_the_page_has_every_part(page):
    assert [section.title for section in page.sections] == [
        "Results", "Paired differences", "Plots", "Verdicts", "Measured how", "Every rollout",
    ]  # fmt: skip
    assert [plot.title for plot in blocks(page, Plot)] == [
        "pass@k, percent, with 95 % intervals",
        "best score of 4 rollouts, percent of problems",
        "gap against compile rate",
        "S@1 by tag, percent, with 95 % intervals",
    ]
    assert "24 problems, 4 rollouts each, 2 conditions" in page.lead
    assert len(blocks(page, Explorer)) == 1


def test_verdicts_and_rules_are_counted_by_condition(page):
    verdicts = table(page, "verdicts")
    assert dict(zip(verdicts.head, verdicts.rows[0], strict=True)) == {
        "condition": "worse", "compiles": "50.0", "fails": "25.0", "rejected": "25.0",
    }  # fmt: skip
    rules = table(page, "rejected by the gate")
    assert rules.head == ("condition", "no_lean")
    assert rules.rows == (("worse", "24"), ("better", "0"))


def test_the_conditions_of_the_measurement_are_told(page):
    told = dict(table(page, "the same for all").rows)
    assert told["protocol"] == "strict"
    assert told["judge"] == "defeq"
    assert told["toolchain"].startswith("lean 4.35")
    assert {"gate", "cage", "checker", "threshold", "rollouts a problem"} <= told.keys()


def test_the_curves_rise_and_the_bands_hold_them(page):
    drawn = blocks(page, Plot)[0]
    rows = drawn.spec["data"]["values"]
    line = [r for r in rows if r["condition"] == "worse" and r["metric"].endswith("(S@k)")]
    assert [r["k"] for r in line] == [1, 2, 3, 4]
    assert [r["value"] for r in line] == pytest.approx([25, 50, 75, 100])
    assert all(r["low"] <= r["value"] <= r["high"] for r in rows)


def test_the_histogram_counts_problems_by_their_best_score(page):
    rows = blocks(page, Plot)[1].spec["data"]["values"]
    of_worse = {r["band"]: r["problems"] for r in rows if r["condition"] == "worse"}
    assert of_worse == {"0": 0, "< .3": 0, "< .7": 0, "< 1": 0, "1": 100}


def test_the_studys_points_stand_beside_in_grey(page):
    spec = blocks(page, Plot)[2].spec
    study = next(layer for layer in spec["layer"] if "cross" in json.dumps(layer["mark"]))
    assert len(study["data"]["values"]) == 2 * len(PUBLISHED)
    assert [name for name, _, _ in published("gaokao_formal_dual")] == list(PUBLISHED)
    assert {benchmark for _, benchmark, _ in published("putnambench_dual")} == {"PutnamBench"}


def test_differences_between_the_runs_are_warned_of(runs, changed):
    other = changed("worse", problems=12, toolchain="lean 4.9.0, Mathlib abc")
    found = report(conditions(runs["better"], other), "t", plotted=False)
    told = " ".join(block.text for block in blocks(found, Prose))
    assert "Warning: problems differ: compared on the 12 that all runs hold" in told
    assert "Warning: toolchain differs: lean 4.35.0" in told
    assert "lean 4.9.0, Mathlib abc (worse-changed)" in told
    assert "12" in {row[2] for row in table(found, "what the numbers rest on").rows}


def test_protocols_are_never_mixed(runs, changed):
    settings = json.loads(runs["worse"].read_text().splitlines()[0])["info"]["settings"]
    other = changed("worse", settings=settings | {"protocol": "study"})
    with pytest.raises(UsageError, match="protocol"):
        report(conditions(runs["better"], other), "t")


def test_verdicts_are_those_of_the_runs_protocol(runs, changed):
    settings = json.loads(runs["worse"].read_text().splitlines()[0])["info"]["settings"]
    other = changed("worse", settings=settings | {"protocol": "study"})
    rows = [json.loads(line) for line in other.read_text().splitlines()]
    for dual in (dual for row in rows for dual in row["dual"]):
        dual["study"] |= {"kind": "timeout", "rule": None}
    other.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = report(conditions(other), "t", plotted=False)
    assert table(found, "verdicts").head == ("condition", "timeout")
    assert table(found, "verdicts").rows == (("worse-changed", "100.0"),)
    assert not [t for t in blocks(found, Table) if "rejected by the gate" in t.title]


def test_tasks_are_reported_one_by_one(runs, changed):
    other = changed("worse", task="mine")
    found = report(conditions(runs["better"], other), "t", plotted=False)
    titles = [section.title for section in found.sections]
    assert "peano: Results" in titles
    assert "mine: Results" in titles
    assert "mine: Paired differences" not in titles, "one condition has no pair"


def test_without_texts_no_text_of_a_problem_is_in_the_page(runs):
    found = conditions(runs["worse"])
    shown, hidden = (report(found, "t", texts=texts, plotted=False) for texts in (True, False))
    assert [block.texts for block in blocks(shown, Explorer)] == [True]
    assert [block.texts for block in blocks(hidden, Explorer)] == [False]
    for sample in found[0].runs[0].samples.values():
        assert sample.problem.informal not in html(hidden) + markdown(hidden)


def test_the_command_writes_html_and_markdown(runs, tmp_path: Path):
    for name in ("report.html", "report.md"):
        words = ["report", f"low={runs['worse']}", f"high={runs['better']}"]
        done = CliRunner().invoke(app, [*words, "--out", str(tmp_path / name), "--title", "<Mine>"])
        assert done.exit_code == 0, done.output
        assert done.output.strip().endswith(name)
    assert "<title>&lt;Mine&gt;</title>" in (tmp_path / "report.html").read_text()
    text = (tmp_path / "report.md").read_text()
    assert text.startswith("# \\<Mine\\>\n")
    assert "| high - low |" in text
    assert "| low | 50.0 " in text


def test_without_a_file_the_tables_are_printed(runs, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    done = CliRunner().invoke(app, ["report", str(runs["worse"]), str(runs["better"])])
    assert done.exit_code == 0, done.output
    assert "Paired differences" in done.output
    assert "verdicts, percent of rollouts" in done.output
    assert max(map(len, done.output.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.jsonl"], "there is no such file"),
        (["a={worse}", "a={better}"], "names of their own, got 'a'"),
        (["{worse}", "--out", "no/such/report.html"], "Make no/such"),
        (["nowhere.jsonl", "--out", "report.pdf"], "must end in .html or .md"),  # before it reads
    ],
)
def test_a_bad_request_is_refused_in_words(
    words: list[str], says: str, runs, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["report", *(word.format(**runs) for word in words)])
    assert isinstance(done.exception, LeanevalError)
    assert says in str(done.exception)


def test_models_of_one_name_are_not_told_as_one(runs, changed):
    models = [f"/home/me/{name}/step_100/huggingface" for name in "ab"]
    copies = [changed(name, model=model) for name, model in zip(runs, models, strict=True)]
    found = report(conditions(*copies), "t", plotted=False)
    differ = table(found, "not the same for all").rows
    shown = [value for name, _, value in differ if name == "model"]
    assert shown == ["a/step_100/huggingface", "b/step_100/huggingface"]


def test_a_served_judges_folder_is_not_published(runs, changed):
    judge = "llm:/home/me/models/judge-7b"
    copy = changed("worse", judge=judge, judge_identity=f"{judge} at http://h/v1, prompt p")
    found = report(conditions(copy), "t", plotted=False)
    told = dict(table(found, "the same for all").rows)
    assert told["judge"] == "llm:judge-7b"
    assert told["judge's identity"] == "llm:judge-7b at http://h/v1, prompt p"
    assert "/home/me" not in found.lead
