"""`leaneval calibrate` as a user types it."""

import json
import re

import pytest

PROBLEMS = {
    f"p{n}": (
        f"Show that a + {n} is what it is.",
        f"theorem p (a b : Nat) : Eq (add a (mul b {term})) (add (mul b {term}) a) := by sorry",
        f"theorem x (b c : Nat) : Eq (add b (mul c {term})) (add (mul c {term}) b) := by sorry",
        f"theorem x (b c : Nat) : Eq (add b (mul c {term})) (add b (mul c {term})) := by sorry",
    )
    for n, term in enumerate(["zero", "one", "(add one one)", "(mul one one)"])
}


def test_the_stored_scores_of_the_human_labelled_file(leaneval, leanscorer, tmp_path):
    out = tmp_path / "report.html"
    done = leaneval("calibrate", leanscorer, "--resamples", 500, "--out", out)
    assert done.returncode == 0, done.stderr
    text = " ".join(done.stdout.split())
    assert "people find 55 right and 43 wrong" in text
    assert "passes 48 3 51" in text
    assert "any t in (0.6, 0.67]" in text
    page = out.read_text()
    assert page.count("<svg") == 3
    assert "http://" not in re.sub(r"http://www\.w3\.org/\S*", "", page)
    assert str(out) in done.stderr


def test_json_has_every_number_and_nothing_else_on_standard_output(leaneval, leanscorer):
    done = leaneval("calibrate", leanscorer, "--json", "--resamples", 500)
    found = json.loads(done.stdout)
    (judge,) = found["judges"]
    assert judge["confusion"] == {"tp": 48, "fp": 3, "fn": 7, "tn": 40}
    assert judge["measures"]["f1"]["value"] == pytest.approx(96 / 106)
    assert judge["thresholds"][0]["by"] == "youden"
    assert len(judge["statement_scores"]) == 98
    assert judge["roc"]["threshold"][0] is None
    assert sum(score["passes"] for score in judge["statement_scores"]) == 51


def test_markdown_and_a_markdown_file_are_the_same_tables(leaneval, leanscorer, tmp_path):
    out = tmp_path / "report.md"
    words = ("calibrate", leanscorer, "--markdown", "--resamples", 300, "--threshold", 0.7)
    done = leaneval(*words, "--out", out)
    assert "| passes | 46 | 3 | 49 |" in done.stdout
    assert "| passes | 46 | 3 | 49 |" in out.read_text()


@pytest.mark.lean
def test_a_real_run_is_corrected_for_its_real_judge(leaneval, peano_labels, write, tmp_path):
    """Lean scores a run; the same judge, measured on known pairs, makes no error there."""
    samples = write(
        [
            {"id": name, "informal": informal, "reference": reference,
             "rollouts": [same, tautology, same, "I cannot."]}
            for name, (informal, reference, same, tautology) in PROBLEMS.items()
        ],
        "samples.jsonl",
    )  # fmt: skip
    scored = tmp_path / "scored.jsonl"
    done = leaneval("score", samples, "--k", "1,2,4", "--out", scored)
    assert done.returncode == 0, done.stderr
    done = leaneval(
        "calibrate", peano_labels, "--judge", "defeq", "--correct", f"mine={scored}",
        "--resamples", 500, "--json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (corrected,) = json.loads(done.stdout)["corrections"]
    assert (corrected["condition"], corrected["judge"]) == ("mine", "defeq")
    assert (corrected["sensitivity"], corrected["specificity"]) == (1, 1)
    assert corrected["S"]["1"]["measured"]["value"] == pytest.approx(0.5)
    assert corrected["S"]["1"]["corrected"]["value"] == pytest.approx(0.5)
    assert corrected["S"]["4"]["corrected"]["value"] == pytest.approx(1)
    assert not any("judge" in warning for warning in corrected["warnings"])
    done = leaneval("calibrate", peano_labels, "--judge", "defeq", "--correct", scored,
                    "--resamples", 500)  # fmt: skip
    assert "were the error known" in " ".join(done.stdout.split())


def test_a_model_beside_the_stored_scores(leaneval, endpoint, answered_by, leanscorer, tmp_path):
    """Two judges on the 98 statements: cells, agreement, cost, and a price."""
    scores = iter([0.9, 0.2] * 49)
    endpoint.default = lambda body: endpoint.reply(body=endpoint.graded(next(scores)))
    prices = json.dumps({"m": {"input": 1.0, "output": 2.0}})
    done = leaneval(
        "calibrate", leanscorer, "--judge", "llm:m", "--stored", "--no-reference", "--json",
        "--resamples", 500, **answered_by, LEANEVAL_PRICES=prices,
    )  # fmt: skip
    print(done.stderr)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    model, own = found["judges"]
    assert (model["judge"], own["judge"]) == ("llm:m", "stored")
    assert model["do_not_compile"] == 0, "Mathlib statements, whatever checker is the default"
    assert model["usage"]["cost_usd"] == pytest.approx(98 * (100 + 2 * 20) / 1e6)
    (pair,) = found["pairs"]
    assert sum(cell["statements"] for cell in pair["cells"]) == 98
    assert pair["answered"] == 98
    done = leaneval(
        "calibrate", leanscorer, "--judge", "llm:m", "--stored", "--no-reference",
        "--resamples", 300, **answered_by, LEANEVAL_PRICES=prices,
    )  # fmt: skip
    text = " ".join(done.stdout.split())
    assert "llm:m x stored x people" in text
    assert "answers from the cache 98" in text
    assert "shown no reference for 98 of 98 statements" in text


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("{labels}", "--stored", "--judge", "llm:m"), "got no column of scores"),
        (("nowhere.jsonl",), "there is no such file"),
        (("{labels}",), "holds no judge's scores: ask a judge by --judge SPEC"),
        (("{labels}", "--judge", "defeq"), "compares a statement with its problem's"),
        (("{labels}", "--judge", "defek"), "Did you mean 'defeq'?"),
        (("{labels}", "--judge", "none"), "must name a judge to be measured"),
        (("{labels}", "--out", "nowhere/x.html"), "must be in a folder that exists"),
        (("{labels}", "--out", "x.pdf"), "must end in .html or .md"),
        (("{labels}", "--label-column", "truth"), "--label-column 'truth' must be one of"),
        (("{labels}", "--correct", "nowhere.jsonl"), "nowhere.jsonl"),
    ],
)
def test_a_bad_request_is_one_message_and_status_2(leaneval, write, rows, words, says):
    labels = write(rows())
    done = leaneval("calibrate", *(str(labels) if w == "{labels}" else w for w in words))
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_hostile_text_is_spelt_out(leaneval, write, rows):
    evil = "x\u202e<script>\u001b[31m"
    table = rows(score=lambda n: 0.9)
    table[0]["id"] = evil
    done = leaneval("calibrate", write(table), "--resamples", 200)
    assert done.returncode == 0, done.stderr
    assert "\u202e" not in done.stdout
    assert "\u001b[31m" not in done.stdout
