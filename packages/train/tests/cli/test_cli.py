"""The command line: what it prints, what it refuses, with which exit status."""

from __future__ import annotations

import errno
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from crossfade_train.cli import main
from crossfade_train.cli._arguments import spread


def crossfade(*arguments: str) -> int:
    with pytest.raises(SystemExit) as caught:
        main(list(arguments))
    return int(caught.value.code or 0)


def test_values_after_a_flag_belong_to_it():
    words = ["ablate", "peano", "--overlaps", "0", "0.3", "1", "--seeds", "1,2", "--dry-run"]
    assert spread(words) == [
        "ablate",
        "peano",
        "--overlaps",
        "0",
        "--overlaps",
        "0.3",
        "--overlaps",
        "1",
        "--seeds",
        "1",
        "--seeds",
        "2",
        "--dry-run",
    ]


def test_a_flag_without_a_value_stays_for_the_parser_to_refuse():
    assert spread(["ablate", "--seeds", "--dry-run"]) == ["ablate", "--seeds", "--dry-run"]


@pytest.mark.parametrize(
    "name",
    [
        "peano-quick",
        "peano",
        "peano-study",
        "smollm2-135m",
        "smollm2-135m-lora",
        "qwen3-8b-paper",
        "qwen3-8b-lora",
    ],
)
def test_every_recipe_has_a_dry_run(name: str, tmp_path: Path, capsys):
    assert crossfade("ablate", name, "--dry-run", "--out", str(tmp_path / "run")) == 0
    said = capsys.readouterr().out
    assert "0 done" in said
    assert "evaluate-base" in said
    assert not (tmp_path / "run").exists()


def test_a_dry_run_of_the_paper_shows_the_commands(tmp_path: Path, capsys):
    crossfade("ablate", "qwen3-8b-paper", "--dry-run", "--out", str(tmp_path / "run"))
    said = capsys.readouterr().out
    assert "CUDA_VISIBLE_DEVICES=4,5,6,7 vllm serve Qwen/Qwen3-8B --port 8000" in said
    assert "stages/sft-n20000-s1-KEY/model --port 8000" in said
    assert "{model}" not in said
    assert "--num_processes 4 --module crossfade_train.run.worker" in said
    assert "fsdp2.yaml" in said
    assert "about 556 GB of disk at most, 190 GB in the end" in said


def test_a_dry_run_says_what_its_estimate_rests_on(tmp_path: Path, capsys):
    rates = ["--set", "rates.machine='2 cores, 2026'"]
    for kind in ("base", "pool", "splits", "sft", "grpo", "evaluate"):
        rates += ["--set", f"rates.seconds.{kind}=60"]
    crossfade("ablate", "peano", "--dry-run", "--out", str(tmp_path / "run"), *rates)
    said = capsys.readouterr().out
    assert "about 14 min one after the other (from: 2 cores, 2026)" in said


def test_the_grid_follows_the_flags(tmp_path: Path, capsys):
    crossfade(
        "ablate", "peano", "--dry-run", "--overlaps", "0", "0.25", "--seeds", "3", "4",
        "--sft-sizes", "600", "--only", "sft+grpo@0.25", "--out", str(tmp_path / "run"),
    )  # fmt: skip
    said = capsys.readouterr().out
    assert "sft-grpo-n600-p25-s3" in said
    assert "sft-grpo-n600-p25-s4" in said
    assert "p0-s3" not in said


def test_dry_runs_load_no_torch():
    code = (
        "import sys; from crossfade_train.cli import main\n"
        "try: main(['ablate', 'peano', '--dry-run'])\n"
        "except SystemExit as end: assert not end.code\n"
        "heavy = {'torch', 'trl', 'transformers', 'lm_eval'} & set(sys.modules)\n"
        "print('loaded:', *heavy)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    said = done.stdout.splitlines()
    assert any("evaluate" in line for line in said), "the plan was shown"
    assert said[-1] == "loaded:"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ablate", "peanut"), "Did you mean 'peano'?"),
        (("ablate", "peano", "--set", "grpo.betta=0"), "did you mean 'beta'?"),
        (("ablate", "peano", "--overlaps", "1.2"), "got 1.2"),
        (("ablate", "peano", "--resume"), "--resume needs an earlier run"),
        (("ablate", "peano", "--only", "dpo", "--dry-run"), "got 'dpo'"),
        (("sft", "peano", "--data", "no/such/file.jsonl"), "got 'no/such/file.jsonl'"),
        (("report", "."), "holds recipe.toml"),
    ],
)
def test_a_bad_request_is_one_message_and_status_2(
    arguments, said, tmp_path: Path, monkeypatch, capsys
):
    monkeypatch.chdir(tmp_path)
    assert crossfade(*arguments) == 2
    text = capsys.readouterr().err
    assert text.startswith("crossfade: ")
    assert said in text
    assert "Traceback" not in text
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_outside_of_a_stage_is_one_message(tmp_path: Path, monkeypatch, capsys):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("crossfade_train.run._folder._sign", full)
    assert crossfade("ablate", "peano", "--out", str(tmp_path / "run"), "--only", "base") == 2
    text = capsys.readouterr().err
    assert text.startswith("crossfade: The disk must take what is written: No space left")


def test_what_cannot_be_read_is_not_said_to_be_written(tmp_path: Path, monkeypatch, capsys):
    def denied(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", "mine.toml")

    monkeypatch.setattr("crossfade_train.cli._options.load_recipe", denied)
    assert crossfade("ablate", "mine.toml", "--out", str(tmp_path / "run")) == 2
    text = capsys.readouterr().err
    assert "mine.toml: Permission denied" in text
    assert "written" not in text
    assert "space" not in text


@pytest.mark.parametrize(
    ("words", "goes_on"),
    [
        (("ablate", "peano"), True),
        (("grpo", "peano"), True),
        (("ablate", "peano", "--dry-run"), False),
        (("report", "."), False),
    ],
)
def test_what_an_interrupt_leaves_is_said_of_runs_alone(
    words: tuple[str, ...], goes_on: bool, monkeypatch, capsys
):
    def ended(_: object) -> None:
        raise SystemExit(128 + signal.SIGINT)

    monkeypatch.setattr("crossfade_train.cli.app", ended)
    assert crossfade(*words) == 130
    said = capsys.readouterr().err
    assert said.startswith("crossfade: interrupted")
    assert ("the same command goes on" in said) is goes_on


def test_recipes_are_listed(capsys):
    assert crossfade("recipes") == 0
    said = capsys.readouterr().out
    assert "peano-quick" in said
    assert "every stage once" in said


@pytest.mark.parametrize(("sent", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_run_that_is_ended_says_how_to_go_on(tmp_path: Path, sent: signal.Signals, status: int):
    process = subprocess.Popen(
        [sys.executable, "-c", "from crossfade_train.cli import main; main()", "ablate", "peano",
         "--out", "run"],
        cwd=tmp_path, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    while not (tmp_path / "run" / "launches.jsonl").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.1)
    process.send_signal(sent)
    _, said = process.communicate(timeout=120)
    assert process.returncode == status
    assert "the same command goes on" in said
    assert "Traceback" not in said


def test_a_report_as_json_is_json(tmp_path: Path, capsys):
    from crossfade_train.recipe import load_recipe
    from crossfade_train.run._folder import opened

    with opened(tmp_path / "run", load_recipe("peano"), []):
        pass
    assert crossfade("report", str(tmp_path / "run"), "--json") == 0
    assert json.loads(capsys.readouterr().out)["name"] == "peano"
