import json

import pytest

from crossfade_splits.cli import main
from crossfade_splits.cli._arguments import spread


def run(*arguments):
    with pytest.raises(SystemExit) as caught:
        main([str(a) for a in arguments])
    return caught.value.code


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("--overlap 0 0.3 1.0 --out x", "--overlap 0 --overlap 0.3 --overlap 1.0 --out x"),
        ("--sft 5 pool.jsonl", "--sft 5 pool.jsonl"),
        ("--sft 5 10 pool.jsonl more", "--sft 5 --sft 10 pool.jsonl more"),
        ("--stratify a b --rl 1", "--stratify a --stratify b --rl 1"),
        ("--overlap --out x", "--overlap --out x"),
        ("--overlap -1", "--overlap -1"),
        ("pool --seed 3 4", "pool --seed 3 4"),
    ],
)
def test_spread(given, expected):
    assert " ".join(spread(given.split())) == expected


def test_make_verify_and_the_table(pool, tmp_path, capsys):
    out = tmp_path / "out"
    assert run("make", pool, "--sft", 60, "--rl", 40, "--overlap", 0, 0.3, 1.0, "--out", out) == 0
    text = capsys.readouterr().out
    assert "distinct problems" in text
    assert "12 (30.00%)" in text
    assert run("verify", out) == 0
    assert "every claim holds" in capsys.readouterr().out
    data = out / "data" / "sft.parquet"
    data.write_bytes(data.read_bytes() + b"x")
    assert run("verify", out) == 1
    assert "FAILS files: files.sft" in capsys.readouterr().err


def test_recipe_file_and_flags(pool, tmp_path, capsys):
    recipe = tmp_path / "r.toml"
    recipe.write_text(
        "sft = [60]\nrl = [40]\noverlap = [0]\nseed = 3\n"
        f'[[pool]]\npath = "{pool}"\n[near]\nthreshold = 0.8\n'
    )
    out = tmp_path / "out"
    assert run("make", "--recipe", recipe, "--rl", 20, "--out", out) == 0
    resolved = json.loads((out / "manifest.json").read_text())["recipe"]
    assert resolved["rl"] == [20]
    assert resolved["seed"] == 3
    assert resolved["near"]["threshold"] == 0.8
    capsys.readouterr()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--sft", "6", "--rl", "4"], "needs --overlap"),
        (["--sft", "6", "--rl", "4", "--overlap", "2"], "less than or equal to 1, got 2.0"),
        (["--sft", "6", "--rl", "4", "--overlap", "0", "0"], "lists a value twice"),
        (["--sft", "0", "--rl", "4", "--overlap", "0"], "greater than or equal to 1"),
        (["--sft", "6", "--rl", "9", "--overlap", "1"], "needs 9 of them"),
        (["--sft", "6", "--rl", "4", "--overlap", "0", "--mixture", "x"], "SOURCE=SHARE"),
        (["--sft", "6", "--rl", "4", "--overlap", "0", "--benchmark", "nope"], "nope"),
    ],
)
def test_wrong_requests_end_with_2(pool, tmp_path, capsys, arguments, message):
    assert run("make", pool, *arguments, "--out", tmp_path / "out") == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_inject(tmp_path, jsonl, capsys):
    source = jsonl(
        tmp_path / "in.jsonl",
        [
            {"nl": "Compute 2 + 2.", "lean4": "theorem a : 2 + 2 = 4 := by sorry", "keep": 1},
            {"nl": "Prove that n + 0 = n.", "lean4": "theorem b (n : ℕ) : n + 0 = n := by sorry"},
        ],
    )
    out = tmp_path / "out.jsonl"
    flags = ["--prompt-column", "nl", "--target-column", "lean4", "--out", out]
    assert run("inject", source, *flags) == 0
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert [r["injected"] for r in rows] == [True, False]
    assert rows[0]["keep"] == 1
    assert run("inject", source, *flags) == 2
    assert "exists" in capsys.readouterr().err


def test_push_refuses_what_does_not_verify(pool, tmp_path, capsys):
    out = tmp_path / "out"
    run("make", pool, "--sft", 6, "--rl", 4, "--overlap", 0, "--out", out)
    (out / "README.md").write_text("other")
    assert run("push", out, "some/where") == 2
    assert "Only a verified data set is pushed" in capsys.readouterr().err
    assert run("push", out, "nowhere") == 2
    assert "owner/name" in capsys.readouterr().err


def test_no_number_is_cut_short(pool, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "60")
    flags = ["--sft", 60, 80, "--rl", 20, 40, "--overlap", 0, 1.0, "--draws", 2]
    assert run("make", pool, *flags, "--out", tmp_path / "out") == 0
    text = capsys.readouterr().out
    assert "draw_1_overlap_100_rl_40" in text
    assert "40 (100.00%)" in text
    assert "…" not in text


def test_all_matches_with_a_benchmark_are_told_of(pool, rows, jsonl, tmp_path, capsys):
    held_out = jsonl(tmp_path / "held.jsonl", rows(14))
    flags = ["--sft", 60, "--rl", 20, "--overlap", 0, "--benchmark", held_out]
    assert run("make", pool, *flags, "--out", tmp_path / "out") == 0
    text = capsys.readouterr().out
    assert text.count("\ncontaminated: p000") == 10
    assert "contaminated: 4 more in evidence/contamination.parquet" in text


def test_files_that_cannot_be_had(pool, tmp_path, capsys):
    out = tmp_path / "nowhere" / "out.jsonl"
    flags = ["--prompt-column", "prompt", "--target-column", "target", "--out", out]
    assert run("inject", pool, *flags) == 2
    assert "must be readable and writable" in capsys.readouterr().err
    assert run("verify", tmp_path / "nowhere") == 2
    assert "is no folder; name the folder that" in capsys.readouterr().err
