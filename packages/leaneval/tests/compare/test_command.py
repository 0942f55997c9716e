"""`leaneval compare` as a user types it: exit status, messages and all its outputs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from leaneval.cli import main

PROBLEMS = [
    {"id": "commutes", "informal": "Show that a + b = b + a.",
     "reference": "theorem t (a b : Nat) : Eq (add a b) (add b a) := sorry"},
    {"id": "doubles", "informal": "Show that a + a = a.",
     "reference": "theorem t (a : Nat) : Eq (add a a) a := sorry"},
]  # fmt: skip
GOLD = [
    "theorem x (a b : Nat) : Eq (add a b) (add b a) := by sorry",
    "theorem x (a : Nat) : Eq (add a a) a := by sorry",
]
TAUTOLOGY = "theorem x (a : Nat) : Eq a a := by sorry"


def process(*words: object) -> subprocess.CompletedProcess[str]:
    keep = {k: v for k, v in os.environ.items() if not k.startswith("LEANEVAL_")}
    return subprocess.run(
        [sys.executable, "-m", "leaneval", *map(str, words)],
        env=keep | {"LEANEVAL_CACHE": "off", "HF_HUB_OFFLINE": "1"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@pytest.fixture
def leaneval(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., SimpleNamespace]:
    """The command inside this process: no start of Python for each."""

    def run(*words: object, columns: int = 80) -> SimpleNamespace:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setattr(sys, "argv", ["leaneval", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return SimpleNamespace(returncode=end.value.code or 0, stdout=out, stderr=err)

    return run


@pytest.mark.lean
def test_from_generations_to_a_comparison(tmp_path: Path):
    """Two models' generations scored by real Lean, then compared by id."""
    for name, answers in (("strong", GOLD), ("weak", [TAUTOLOGY, GOLD[1]])):
        rows = [
            problem | {"rollouts": [answer, answer]}
            for problem, answer in zip(PROBLEMS, answers, strict=True)
        ]
        samples = tmp_path / f"{name}-generations.jsonl"
        samples.write_text("".join(json.dumps(row) + "\n" for row in rows))
        done = process("score", samples, "--out", tmp_path / f"{name}.jsonl")
        assert done.returncode == 0, done.stderr
    done = process("compare", tmp_path / "weak.jsonl", tmp_path / "strong.jsonl", "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == "", "alike in everything that is told"
    found = json.loads(done.stdout)
    assert found["shared"]["problems"] == ["commutes", "doubles"]
    weak, strong = found["conditions"]
    assert (weak["name"], weak["metrics"]["C@1"]["value"]) == ("weak", 1)
    assert weak["metrics"]["S@1"]["value"] == 0.5
    assert strong["metrics"]["S@1"]["value"] == 1
    (pair,) = found["differences"]
    assert (pair["of"], pair["minus"]) == ("strong", "weak")
    assert pair["metrics"]["S@1"]["gained"] == ["commutes"]
    assert [change["problem"] for change in pair["changes"]] == ["commutes"]


def test_the_terminal_has_tables_that_fit(leaneval, write):
    a = write("a", *["++--"] * 20, *["----"] * 20)
    b = write("b", *["+++-"] * 30, *["----"] * 10)
    done = leaneval("compare", a, b)
    assert done.returncode == 0, done.stderr
    assert all(len(line) <= 80 for line in done.stdout.splitlines())
    assert "made: 40 problems, 4 rollouts each, percent" in done.stdout
    assert "b - a" in done.stdout
    assert "<0.001" in done.stdout
    shown = [line for line in done.stdout.splitlines() if " gained " in line and "p0" in line]
    assert len(shown) == 20
    assert "10 more are in --out" in " ".join(done.stdout.split())


def test_every_form_holds_the_same_numbers(leaneval, write, tmp_path: Path):
    runs = [write("a", "+-", "--", "++"), write("b", "++", "+-", "++")]
    plain = leaneval("compare", *runs, "--json")
    kept = leaneval("compare", *runs, "--markdown", "--out", tmp_path / "out.json")
    assert json.loads(plain.stdout) == json.loads((tmp_path / "out.json").read_text())
    leaneval("compare", *runs, "--out", tmp_path / "out.md")
    assert (tmp_path / "out.md").read_text() == kept.stdout
    assert "| b - a | S@1 | +33.3 " in kept.stdout
    again = leaneval("compare", *runs, "--json", "--seed", "1", "--resamples", "300")
    assert json.loads(again.stdout)["method"] == {"level": 0.95, "resamples": 300, "seed": 1}


def test_metrics_and_k_are_chosen(leaneval, write):
    runs = [write("a", "+-+-", "----"), write("b", "++--", "+---")]
    done = leaneval("compare", *runs, "--metric", "S@2", "--metric", "best@4", "--json")
    found = json.loads(done.stdout)["conditions"][0]["metrics"]
    assert list(found) == ["S@2", "best@4"]
    assert found["S@2"]["value"] == pytest.approx((1 - 1 / 6) / 2)
    done = leaneval("compare", *runs, "--k", "1,3", "--json")
    assert json.loads(done.stdout)["shared"]["k"] == [1, 3]


def test_what_differs_is_said_on_standard_error_and_in_the_notes(leaneval, write):
    runs = [write("a", "+-", "--"), write("b", "++", "+-", "++", threshold=0.5)]
    done = leaneval("compare", *runs, columns=200)
    assert done.returncode == 0
    for place in (done.stderr, done.stdout):
        assert "compared on the 2 that all runs hold (of 2 (a), 3 (b))" in place
        assert "threshold differs: 0.7 (a), 0.5 (b)" in place


def test_hostile_names_reach_no_terminal_as_they_are(leaneval, write, tmp_path: Path):
    path = write("a", "+-", "--")
    text = path.read_text().replace('"p000"', '"p\\u202e\\u001b[31m"')
    evil, other = tmp_path / "evil.jsonl", tmp_path / "other.jsonl"
    evil.write_text(text)
    other.write_text(
        text.replace('"fails"', '"compiles"').replace(
            '"score": null', '"score": {"value": 1, "reason": ""}'
        )
    )
    done = leaneval("compare", evil, f"[red]x\u202e={other}")
    assert done.returncode == 0, done.stderr
    assert "p\\u202e\\u001b[31m" in done.stdout
    assert "[red]x" in done.stdout
    assert not {"\u202e", "\u001b"} & set(done.stdout + done.stderr)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["A"], "at least two conditions, got 'a' alone"),
        (["A", "nowhere"], "nowhere must be a samples file"),
        (["A", "B", "--k", "9"], "from 1 to the 2 rollouts"),
        (["A", "B", "--k", "one"], "--k must be whole numbers"),
        (["A", "B", "--metric", "S@9"], "from 1 to the 2 rollouts"),
        (["A", "B", "--metric", "best"], "must be one that all runs have, got 'best'"),
        (["A", "B", "--baseline", "c"], "They are a, b"),
        (["A", "B", "--markdown", "--json"], "one of --markdown and --json"),
        (["A", "B", "--out", "x.txt"], "--out must be FILE.json or FILE.md"),
        (["A", "CUT"], "cut.jsonl:2: a line must be a JSON object"),
        (["A", "EMPTY"], "empty.jsonl:1: "),
    ],
)
def test_bad_requests_are_one_message_and_status_2(leaneval, write, tmp_path: Path, words, message):
    files = {"A": write("a", "+-", "--"), "B": write("b", "++", "--")}
    files["CUT"], files["EMPTY"] = tmp_path / "cut.jsonl", tmp_path / "empty.jsonl"
    files["CUT"].write_text(files["A"].read_text()[:-30])
    files["EMPTY"].touch()
    done = leaneval("compare", *(files.get(word, word) for word in words), columns=300)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
