"""The commands as a user types them: real processes, real Lean, exit status and messages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.lean

GOOD = "theorem good (n : Nat) : Eq (add n zero) n := by sorry"
BAD = "theorem bad (n : Nat) : Eq (add n zero) m := by sorry"
COMMAND = "#eval one\ntheorem cmd : True := sorry"


def alone(**changes: str) -> dict[str, str]:
    """An environment without the caller's settings, and without a cache."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith("LEANEVAL_")}
    return keep | {"LEANEVAL_CACHE": "off", "COLUMNS": "120", "HF_HUB_OFFLINE": "1"} | changes


def leaneval(*words: str, stdin: str = "", cache: Path | None = None, **environment: str):
    kept = {"LEANEVAL_CACHE": str(cache)} if cache else {}
    return subprocess.run(
        [sys.executable, "-m", "leaneval", *words],
        input=stdin,
        env=alone(**kept | environment),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def rows(*statements: str) -> str:
    return "".join(
        json.dumps({"id": f"s{i}", "statement": s}) + "\n" for i, s in enumerate(statements)
    )


@pytest.mark.parametrize(
    ("statements", "status"),
    [((GOOD,), 0), ((GOOD, BAD), 1), ((COMMAND,), 1), (("no Lean here",), 1)],
)
def test_check_exits_by_what_it_found(statements: tuple[str, ...], status: int):
    done = leaneval("check", "-", "--json", stdin=rows(*statements))
    assert done.returncode == status, done.stderr
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["id"] for row in found] == [f"s{i}" for i in range(len(statements))]
    keys = {"id", "verdict", "rule", "diagnostics", "seconds", "flags"}
    assert all(set(row) == keys for row in found)


def test_check_names_rule_and_place():
    done = leaneval("check", "-", "--json", stdin=rows(BAD, COMMAND))
    bad, command = (json.loads(line) for line in done.stdout.splitlines())
    assert (bad["verdict"], bad["rule"]) == ("fails", None)
    assert bad["diagnostics"][0]["line"] == 1
    assert "`m`" in bad["diagnostics"][0]["message"]
    assert (command["verdict"], command["rule"]) == ("rejected", "hash_command")


def test_check_reads_a_lean_file_and_prints_a_table(tmp_path: Path):
    file = tmp_path / "two.lean"
    file.write_text(f"import Peano\n\n/-- Adding zero. -/\n{GOOD}\n\n{BAD}\n")
    done = leaneval("check", str(file))
    assert done.returncode == 1, done.stderr
    assert "2 statements: 1 compiles, 1 fails" in done.stdout
    assert "checker embedded (lean 4." in done.stdout
    assert "cage: " in done.stdout


@pytest.mark.parametrize(
    ("words", "stdin", "says"),
    [
        (("check", "nowhere.lean"), "", "there is no such file"),
        (("check", "-"), "", "must hold at least one statement"),
        (("check", "-"), '{"id": 1, "statement": "x"}', "-:1: 'id' must be a string, got 1"),
        (("check", "-"), rows(GOOD) + '{"id": "s0", "statement": "x"}', "stands in line 1 too"),
        (("check", "-"), rows(GOOD) + '{"id": "s1", "sta', "-:2: a line must be a JSON object"),
        (("check", "-", "--checker", "embeded"), rows(GOOD), "Did you mean 'embedded'?"),
        (("check", "-", "--time-limit", "-1"), rows(GOOD), "time_limit"),
        (("check", "-", "--checker", "lean:/nowhere"), rows(GOOD), "/nowhere"),
        (("score", "nowhere.jsonl"), "", "there is no such file"),
        (("check", "-", "--checker", "kimina:http://[::1"), rows(GOOD), "must name a Kimina"),
    ],
)
def test_a_bad_request_is_one_message_and_status_2(words: tuple[str, ...], stdin: str, says: str):
    done = leaneval(*words, stdin=stdin)
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert not done.stdout


def test_what_cannot_be_checked_is_status_2_and_no_verdict(tmp_path: Path):
    """A Lean that is there and says nothing: an outage, never a verdict."""
    mute = tmp_path / "lean"
    mute.write_text(
        '#!/bin/sh\n[ "$1" = --version ] && echo "Lean (version 4.20.0, x, commit abc)"\nexit 0\n'
    )
    mute.chmod(0o755)
    done = leaneval("check", "-", "--json", "--checker", f"lean:{mute}", stdin=rows(GOOD))
    assert done.returncode == 2
    assert not done.stdout


def test_hostile_text_reaches_the_terminal_spelt_out():
    evil = "theorem t (n : Nat) : Eq n \u202em\u001b[31m := sorry"
    done = leaneval("check", "-", stdin=rows(evil))
    assert done.returncode == 1
    assert "\u202e" not in done.stdout
    assert "\u001b[31m" not in done.stdout


def test_hostile_text_in_a_complaint_is_spelt_out():
    done = leaneval("check", "evil\u001b[31m\u202e.lean")
    assert done.returncode == 2
    assert "\\u001b[31m\\u202e" in done.stderr
    assert "\u001b[31m" not in done.stderr
    assert "\u202e" not in done.stderr


def test_a_lone_surrogate_in_an_id_costs_no_verdict():
    row = json.dumps({"id": "\ud800", "statement": GOOD})
    done = leaneval("check", "-", "--json", stdin=f"\ufeff{row}\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["id"] == "\ud800"


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path):
    """The rest of the verdicts find the pipe closed; the first was shown."""
    file = tmp_path / "many.jsonl"
    file.write_text(rows(*(f"theorem t{i} (n : Nat) : Eq n n" for i in range(2000))))
    command = [sys.executable, "-m", "leaneval", "check", str(file), "--json"]
    with subprocess.Popen(
        command, env=alone(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout
        assert child.stderr
        assert json.loads(child.stdout.readline())["id"] == "s0"
        child.stdout.close()
        assert child.stderr.read() == b""
    assert child.returncode == 1, "as every command of click's ends then"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk_behind_standard_output_is_a_message_and_no_verdict():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "leaneval", "check", "-", "--json"],
            input=rows(GOOD), env=alone(), stdout=full, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "standard output must be a file" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(tmp_path: Path):
    file = tmp_path / "a.lean"
    file.write_text(GOOD)
    file.chmod(0)
    done = leaneval("check", str(file))
    assert done.returncode == 2
    assert "Permission denied" in done.stderr
    assert "Traceback" not in done.stderr


PROBLEM = {
    "id": "p",
    "informal": "Show that a + b = b + a for all natural numbers a and b.",
    "reference": "theorem p (a b : Nat) : Eq (add a b) (add b a) := by sorry",
}
SAME = "```lean4\ntheorem x (m n : Nat) : Eq (add m n) (add n m) := by sorry\n```"
TAUTOLOGY = "```lean4\ntheorem x (m n : Nat) : Eq (add m n) (add m n) := by sorry\n```"
LOOSE = "```lean4\ntheorem x (m : α) : Eq m m := by sorry\n```"


def test_score_measures_twice_and_keeps_both_compile_rates(tmp_path: Path):
    samples, out = tmp_path / "samples.jsonl", tmp_path / "dual.jsonl"
    row = json.dumps(PROBLEM | {"rollouts": [SAME, TAUTOLOGY, LOOSE, "I cannot."]})
    samples.write_text(f"\ufeff{row}\n\n", encoding="utf-8")
    done = leaneval("score", str(samples), "--json", "--k", "1,2", "--out", str(out))
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    values = {name: estimate["value"] for name, estimate in found["results"].items()}
    assert values["C@1"] == 0.5
    assert values["S@1"] == 0.25
    assert values["gap"] == 0.25
    assert values["C_study@1"] == 0.75, "Lean's own options bind the undeclared α"
    assert found["info"]["checker"] == "embedded"
    assert found["info"]["rejected_by_rule"] == {"no_lean": 1}
    duals = json.loads(out.read_text())["dual"]
    assert [d["verdict"]["kind"] for d in duals] == ["compiles", "compiles", "fails", "rejected"]
    assert duals[0]["score"]["value"] == 1
    assert "not definitionally equal" in duals[1]["score"]["reason"]


def test_score_takes_verdicts_from_the_cache_with_the_same_numbers(tmp_path: Path):
    samples = tmp_path / "samples.jsonl"
    samples.write_text(json.dumps(PROBLEM | {"rollouts": [SAME, TAUTOLOGY]}))
    runs = [
        json.loads(leaneval("score", str(samples), "--json", cache=tmp_path / "c").stdout)
        for _ in range(2)
    ]
    assert runs[0]["results"] == runs[1]["results"]
    assert runs[0]["info"]["verdict_cache_hits"] < runs[1]["info"]["verdict_cache_hits"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "at least one sample"),
        ('{"id": "p"}\n', ":1: a sample is"),
        (json.dumps(PROBLEM | {"rollouts": []}), "must not be empty"),
        (json.dumps(PROBLEM | {"rollouts": [SAME], "references": SAME}), "a list of strings"),
        (json.dumps(PROBLEM | {"rollouts": [SAME], "tags": [1]}), "'tags' must be a list of"),
        (json.dumps(PROBLEM | {"rollouts": [SAME]})[:-9], ":1: a line must be a JSON object"),
    ],
)
def test_score_names_file_and_line(tmp_path: Path, text: str, says: str):
    samples = tmp_path / "samples.jsonl"
    samples.write_text(text)
    done = leaneval("score", str(samples))
    assert done.returncode == 2
    assert says in " ".join(done.stderr.split())


def test_score_refuses_a_checker_that_cannot_speak_of_the_problems(tmp_path: Path):
    """Prelude Lean fails every Mathlib statement: that is our fault, not the statements'."""
    samples = tmp_path / "samples.jsonl"
    samples.write_text(json.dumps(PROBLEM | {"rollouts": [SAME], "profile": "mathlib"}))
    done = leaneval("score", str(samples), "--checker", "embedded", "--judge", "none")
    assert done.returncode == 2
    assert "preflight: the checker 'embedded' must say 'compiles'" in " ".join(done.stderr.split())
    assert not done.stdout


def test_doctor_fits_a_screen_and_says_what_to_type():
    done = leaneval("doctor")
    assert done.returncode == 0, done.stderr
    said = " ".join(done.stdout.split())
    assert "works embedded lean 4." in said
    assert "lean:/path/to/bin/lean" in said
    assert "leaneval setup" in said
    assert "cage: " in said
    assert "lm_eval --tasks peano_dual" in done.stdout
    assert len(done.stdout.splitlines()) <= 30


def test_doctor_exits_1_where_the_checker_asked_for_does_not_work():
    done = leaneval("doctor", "--checker", "lean:/nowhere")
    assert done.returncode == 1
    assert "/nowhere" in done.stdout
