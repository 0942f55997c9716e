"""`make` from files to files."""

import gzip
import json
import random
import shutil
import subprocess

import numpy as np
import polars as pl
import pytest

from crossfade_splits.errors import UsageError
from crossfade_splits.make import make
from crossfade_splits.proof import verify
from crossfade_splits.recipe import parse_recipe


def recipe(path, **more):
    base = {"pool": [{"path": str(path)}], "sft": [60], "rl": [40], "overlap": [0, 0.3, 1.0]}
    return parse_recipe({**base, **more})


def ids(out, name):
    return pl.read_parquet(out / "data" / f"{name}.parquet")["id"].to_list()


def tree(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def failing(out):
    return [check for check in verify(out) if not check.holds]


def test_sets_are_as_asked(pool, tmp_path):
    out = tmp_path / "out"
    manifest = make(recipe(pool), out)
    sft = set(ids(out, "sft"))
    assert len(sft) == 60
    for name, shared in (("overlap_0", 0), ("overlap_30", 12), ("overlap_100", 40)):
        rl = ids(out, name)
        assert len(set(rl)) == 40
        assert len(sft & set(rl)) == shared
    assert [c["near_rows"] for c in manifest["claims"]["overlap"]] == [0, 12, 40]
    assert failing(out) == []


def test_second_run_is_the_same_bytes_and_row_order_does_not_matter(rows, jsonl, tmp_path):
    lines = rows(300) + [dict(row, id=f"copy{row['id']}") for row in rows(50)]
    a = tmp_path / "a" / "pool.jsonl"
    b = tmp_path / "b" / "pool.jsonl"
    for path in (a, b):
        path.parent.mkdir()
    jsonl(a, lines)
    make(recipe(a), tmp_path / "one")
    make(recipe(a), tmp_path / "two")
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    random.Random(4).shuffle(lines)
    jsonl(b, lines)
    make(recipe(b), tmp_path / "three")
    for name in ("data/sft.parquet", "data/overlap_30.parquet", "evidence/removed.parquet"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "three" / name).read_bytes()


def test_two_processes_agree(pool, tmp_path):
    code = (
        "import sys; from crossfade_splits.cli import main; "
        "main(['make', sys.argv[1], '--sft', '60', '--rl', '40', '--overlap', '0', '1', "
        "'--out', sys.argv[2]])"
    )
    import sys

    for name in ("one", "two"):
        subprocess.run(
            [sys.executable, "-c", code, str(pool), str(tmp_path / name)],
            check=True,
            capture_output=True,
        )
    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_planted_duplicates_leave_with_their_reasons(rows, jsonl, tmp_path):
    base = rows(200)
    planted = [
        {**base[0], "id": "z-exact", "prompt": "  " + base[0]["prompt"].upper()},
        {**base[1], "id": "z-near", "prompt": base[1]["prompt"].replace("holds", "is true")},
        {**base[2], "id": "z-target", "prompt": "An altogether different English text about it."},
        {
            **base[3],
            "id": "z-number",
            "prompt": base[3]["prompt"].replace("case 3", "case 4003"),
            "target": "theorem z (n : ℕ) : n + 4003 > n := by sorry",
        },
        {**base[4], "id": "z-empty", "prompt": "   "},
    ]
    out = tmp_path / "out"
    make(recipe(jsonl(tmp_path / "p.jsonl", base + planted)), out)
    removed = pl.read_parquet(out / "evidence" / "removed.parquet")
    seen = {}
    for row in removed.iter_rows(named=True):
        pair = {row["id"], row["other"]}
        planted_id = next((p for p in pair if p and p.startswith("z-")), None)
        seen[planted_id] = row["reason"]
    assert seen == {
        "z-exact": "exact-duplicate",
        "z-near": "near-duplicate",
        "z-target": "same-target",
        "z-empty": "no-prompt",
    }
    near = removed.filter(pl.col("reason") == "near-duplicate")
    assert 0.7 <= near["similarity"][0] < 1
    assert failing(out) == []


def test_parquet_gzip_and_folder_are_read_alike(rows, tmp_path):
    lines = rows(300)
    (tmp_path / "g").mkdir()
    (tmp_path / "f").mkdir()
    with gzip.open(tmp_path / "g" / "pool.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in lines)
    pl.DataFrame(lines).write_parquet(tmp_path / "pool.parquet")
    pl.DataFrame(lines[:150]).write_parquet(tmp_path / "f" / "0.parquet")
    pl.DataFrame(lines[150:]).write_parquet(tmp_path / "f" / "1.parquet")
    for name, path in (("a", "g"), ("b", "pool.parquet"), ("c", "f")):
        make(recipe(tmp_path / path), tmp_path / name)
    assert ids(tmp_path / "a", "overlap_30") == ids(tmp_path / "b", "overlap_30")
    assert ids(tmp_path / "a", "overlap_30") == ids(tmp_path / "c", "overlap_30")


def test_sizes_draws_and_any_overlaps(pool, tmp_path):
    out = tmp_path / "out"
    make(recipe(pool, sft=[40, 80], rl=[20, 40], overlap=[0, 0.125, 0.5, 1.0], draws=2), out)
    assert failing(out) == []
    assert set(ids(out, "draw_0_sft_40")) < set(ids(out, "draw_0_sft_80"))
    assert set(ids(out, "draw_0_overlap_0_rl_20")) < set(ids(out, "draw_0_overlap_0_rl_40"))
    shared = set(ids(out, "draw_1_overlap_12.5_rl_40")) & set(ids(out, "draw_1_sft_40"))
    assert len(shared) == 5
    assert ids(out, "draw_0_sft_80") != ids(out, "draw_1_sft_80")


def test_hold_distinct_keeps_the_problems(pool, tmp_path):
    out = tmp_path / "out"
    make(recipe(pool, hold="distinct"), out)
    assert failing(out) == []
    everything = [
        set(ids(out, f"sft_for_{p}")) | set(ids(out, f"overlap_{p}")) for p in (0, 30, 100)
    ]
    assert everything[0] == everything[1] == everything[2]
    assert [len(ids(out, f"sft_for_{p}")) for p in (0, 30, 100)] == [60, 72, 100]
    plain = tmp_path / "plain"
    make(recipe(pool), plain)
    assert set(ids(plain, "overlap_0")) == set(ids(out, "overlap_0"))


def test_round_off_is_stated(pool, tmp_path):
    manifest = make(recipe(pool, rl=[7], overlap=[0.3]), tmp_path / "out")
    entry = manifest["claims"]["overlap"][0]
    assert entry["shared_rows"] == 2
    assert entry["round_off"] == pytest.approx(2 / 7 - 0.3)
    assert any("whole rows allow" in text for text in manifest["warnings"])


def test_a_pool_that_cannot_be_matched_is_warned_of(rows, jsonl, tmp_path):
    lines = rows(100)
    for i, row in enumerate(lines):
        row["source"] = "rare" if i < 30 else "common"
    path = jsonl(tmp_path / "p.jsonl", lines)
    manifest = make(
        recipe(path, sft=[40], rl=[40], stratify=["source"], mixture={"rare": 1, "common": 1}),
        tmp_path / "out",
    )
    assert any("cross strata" in text for text in manifest["warnings"])
    assert failing(tmp_path / "out") == []


def test_a_source_with_a_bar_in_its_name_can_be_mixed(rows, jsonl, tmp_path):
    lines = [dict(row, source=f"{row['source']}|2024=1") for row in rows(200)]
    manifest = make(
        recipe(
            jsonl(tmp_path / "p.jsonl", lines), mixture={"alpha|2024=1": 1, "beta|2024=1": 1},
            sft=[40], rl=[20],
        ),
        tmp_path / "out",
    )  # fmt: skip
    sources = manifest["claims"]["sets"]["sft"]["sources"]
    assert set(sources) == {"alpha|2024=1", "beta|2024=1"}
    assert failing(tmp_path / "out") == []


def test_a_mixture_that_the_pool_cannot_give_is_warned_of(rows, jsonl, tmp_path):
    path = jsonl(tmp_path / "p.jsonl", rows(120))
    out = tmp_path / "out"
    manifest = make(recipe(path, rl=[20], overlap=[1], mixture={"alpha": 9, "beta": 1}), out)
    said = [text for text in manifest["warnings"] if "the mixture asks for" in text]
    assert said[0].startswith("sft: 66.7% of the rows are from alpha, the mixture asks for 90.0%")
    assert failing(out) == []


def test_any_column_can_be_matched_on(rows, jsonl, tmp_path):
    lines = [dict(row, level=k % 2) for k, row in enumerate(rows(200))]
    path = jsonl(tmp_path / "p.jsonl", lines)
    manifest = make(recipe(path, stratify=["license", "level"]), tmp_path / "out")
    assert manifest["pool"]["strata"]["parts"] == ["license", "level"]
    assert failing(tmp_path / "out") == []


def test_cluster_column_joins_what_texts_do_not(rows, jsonl, tmp_path):
    lines = rows(120)
    for i, row in enumerate(lines):
        row["cluster_id"] = i // 2
    path = jsonl(tmp_path / "p.jsonl", lines)
    manifest = make(
        recipe(path, sft=[30], rl=[30], overlap=[0], columns={"cluster": "cluster_id"}),
        tmp_path / "out",
    )
    assert manifest["pool"]["problems"] == 60
    assert manifest["pool"]["removed"] == {"same-cluster": 60}
    taken = [
        int(i[1:]) // 2 for i in ids(tmp_path / "out", "sft") + ids(tmp_path / "out", "overlap_0")
    ]
    assert len(set(taken)) == 60


def test_prompts_only_and_ids_from_content(rows, jsonl, tmp_path):
    lines = [{"text": row["prompt"]} for row in rows(150)]
    path = jsonl(tmp_path / "p.jsonl", [*lines, lines[3]])
    out = tmp_path / "out"
    manifest = make(recipe(path, columns={"prompt": "text"}), out)
    assert manifest["pool"]["removed"] == {"exact-duplicate": 1}
    assert failing(out) == []
    assert "completion" not in pl.read_parquet(out / "data" / "sft.parquet").columns


def test_rows_are_in_trl_formats(pool, tmp_path):
    import datasets

    out = tmp_path / "out"
    make(
        recipe(
            pool,
            format={
                "system": "Be brief.",
                "prompt": "Formalise: {prompt}",
                "completion": "```\n{target}\n```",
            },
        ),
        out,
    )
    assert failing(out) == []
    sft = datasets.load_dataset(str(out), "sft", cache_dir=str(tmp_path / "c"))["train"][0]
    rl = datasets.load_dataset(str(out), "overlap_30", cache_dir=str(tmp_path / "c"))["train"][0]
    assert [m["role"] for m in sft["prompt"]] == ["system", "user"]
    assert sft["completion"][0]["role"] == "assistant"
    assert sft["completion"][0]["content"].startswith("```\nimport Mathlib")
    assert rl["prompt"][1]["content"] == "Formalise: " + rl["problem"]
    assert rl["header"] == "import Mathlib\n\nopen Nat\n\n"
    assert rl["reference"].startswith("theorem")
    assert rl["license"] in ("MIT", "Apache-2.0")


def test_verdicts_filter_the_pool(rows, jsonl, tmp_path):
    lines = rows(150)
    path = jsonl(tmp_path / "p.jsonl", lines)
    verdicts = [
        {"id": row["id"], "verdict": "fails" if i < 10 else "compiles"}
        for i, row in enumerate(lines[:140])
    ]
    file = jsonl(tmp_path / "v.jsonl", verdicts)
    manifest = make(recipe(path, quality={"verdicts": str(file)}), tmp_path / "out")
    assert manifest["pool"]["removed"] == {"verdict-fails": 10, "no-verdict": 10}


def test_injection_is_a_stage(rows, jsonl, tmp_path):
    lines = rows(120)
    lines[5].update(
        prompt="What is the largest integer n such that n squared is below fifty?",
        target="theorem q : IsGreatest {n : ℤ | n ^ 2 < 50} 7 := by sorry",
    )
    path = jsonl(tmp_path / "p.jsonl", lines)
    out = tmp_path / "out"
    manifest = make(recipe(path, sft=[100], rl=[20], overlap=[0], inject=True), out)
    assert failing(out) == []
    assert sum(manifest["injection"]["injected"].values()) == 1
    rows_ = pl.concat(
        [
            pl.read_parquet(p).select("id", "prompt", "answer", "problem")
            for p in (out / "data").iterdir()
        ]
    )
    row = rows_.filter(pl.col("id") == "p00005").to_dicts()[0]
    assert row["answer"] is not None
    assert row["prompt"][0]["content"].startswith(row["problem"])
    assert "7" in row["prompt"][0]["content"]


def test_the_pool_is_refined_when_minhash_overlooks_a_pair(rows, jsonl, tmp_path, monkeypatch):
    """With MinHash blinded, the exact join alone must keep near-duplicates out of the sets."""
    import crossfade_splits.pool._identity as identity

    none = np.zeros(0, dtype=np.int64)
    monkeypatch.setattr(identity, "candidate_pairs", lambda *_: (none, none))
    lines = rows(120)
    near = [
        {
            **r,
            "id": "n" + r["id"],
            "prompt": r["prompt"].replace("holds", "is true"),
            "target": f"theorem u (k : ℕ) : k + {r['id'][1:]} = k * 2 := sorry",
        }
        for r in lines[:40]
    ]
    out = tmp_path / "out"
    manifest = make(recipe(jsonl(tmp_path / "p.jsonl", lines + near)), out)
    assert manifest["pool"]["removed"].get("near-duplicate", 0) > 0
    assert failing(out) == []


@pytest.mark.slow
def test_real_pool(real_data, tmp_path, monkeypatch):
    monkeypatch.setenv("CROSSFADE_DATA", str(real_data))
    out = tmp_path / "out"
    manifest = make(
        parse_recipe(
            {
                "pool": [{"path": str(real_data / "train_pool.jsonl.gz")}],
                "columns": {"prompt": "nl", "target": "lean4"},
                "sft": [8000],
                "rl": [6000],
                "overlap": [0, 0.3, 1.0],
                "decontaminate": {"benchmarks": ["gaokao-formal", "putnambench"]},
            }
        ),
        out,
    )
    assert {m["problem"] for m in manifest["contamination"]} == {
        "putnam_2003_a6",
        "putnam_2017_b4",
        "putnam_2015_b4",
    }
    assert manifest["warnings"] == []
    assert failing(out) == []
    shutil.rmtree(out)


_CALLED = ("id", "prompt", "target", "problem", "reference", "header", "answer", "asked", "pattern")
_CALLED += ("reason", "stratum", "row", "at", "problems", "code", "license")


@pytest.mark.parametrize("name", _CALLED)
def test_strata_by_a_column_of_any_name(rows, jsonl, tmp_path, name):
    lines = [{name: f"k{n % 2}", **row} for n, row in enumerate(rows(60))]
    out = tmp_path / "out"
    asked = {"stratify": [name, "topic", "source"], "inject": True, "sft": [20], "rl": [10]}
    manifest = make(recipe(jsonl(tmp_path / "p.jsonl", lines), **asked), out)
    assert failing(out) == []
    if name not in ("id", "prompt", "target", "license"):
        strata = manifest["claims"]["sets"]["sft"]["strata"]
        assert {label.split("|")[0] for label in strata} == {f"{name}=k0", f"{name}=k1"}
        assert {len(label.split("|")) for label in strata} == {2}


@pytest.mark.parametrize("name", ["normal", "lean", "proxy"])
def test_strata_by_a_name_that_is_taken(name):
    with pytest.raises(UsageError, match=f"stratify: '{name}' is a name .* rename the column"):
        recipe("p.jsonl", stratify=["source", name])
