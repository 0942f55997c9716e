"""Corpora in their published columns, small files of the same shape."""

import json
from pathlib import Path

import polars as pl
import pytest

from crossfade_splits.errors import DataError
from crossfade_splits.make import make
from crossfade_splits.proof import verify
from crossfade_splits.read import pool_blocks
from crossfade_splits.recipe import load_recipe, parse_recipe


def request(specs, **more):
    return parse_recipe({"pool": specs, "sft": [10], "rl": [5], "overlap": [0], **more})


def numinamath(rows):
    return [
        {
            "uuid": row["id"],
            "problem": row["prompt"],
            "question_type": "proof",
            "answer": "proof",
            "author": "human",
            "formal_statement": row["target"],
            "formal_ground_truth": None,
            "ground_truth_type": "statement",
            "formal_proof": None,
            "rl_data": {"n_correct_proofs": 1, "n_proofs": 8, "win_rate": 0.125},
            "source": "olympiads",
            "problem_type": "Algebra",
            "exam": "IMO",
        }
        for row in rows
    ]


def herald(rows):
    return [
        {"id": i, "informal_statement": row["prompt"], "formal_statement": row["target"]}
        for i, row in enumerate(rows)
    ]


def leanabell(rows):
    return [
        {"uuid": row["id"], "problem": row["prompt"], "statement": row["target"]} for row in rows
    ]


def lean_workbook(rows):
    return [
        {
            "natural_language_statement": row["prompt"],
            "answer": "",
            "tags": ["algebra"],
            "formal_statement": row["target"],
            "split": "lean_workbook",
            "proof": [],
        }
        for row in rows
    ]


def test_numinamath_lean(tmp_path, rows):
    lines = numinamath(rows(3))
    path = tmp_path / "n.parquet"
    pl.DataFrame(lines).write_parquet(path)
    block = next(iter(pool_blocks(request([{"path": str(path), "adapter": "numinamath-lean"}]))))[1]
    assert block["difficulty"].to_list() == [0.125] * 3
    assert block["topic"].to_list() == ["Algebra"] * 3
    assert block["source"].to_list() == ["numinamath-lean"] * 3
    assert block["license"].to_list() == ["Apache-2.0"] * 3


def first_block(path, adapter):
    return next(iter(pool_blocks(request([{"path": str(path), "adapter": adapter}]))))[1]


def test_herald(tmp_path, rows, jsonl):
    path = jsonl(tmp_path / "h.jsonl", herald(rows(2)))
    block = first_block(path, "herald")
    assert block["id"].to_list() == ["0", "1"]
    assert block["prompt"].to_list() == [row["prompt"] for row in rows(2)]


def test_a_stratum_may_be_a_column_that_the_adapter_does_not_read(tmp_path, rows, jsonl):
    told = [row | {"book": f"b{n}"} for n, row in enumerate(herald(rows(2)))]
    path = jsonl(tmp_path / "h.jsonl", told)
    asked = request([{"path": str(path), "adapter": "herald"}], stratify=["book"])
    assert next(iter(pool_blocks(asked)))[1]["book"].to_list() == ["b0", "b1"]
    asked = request([{"path": str(path), "adapter": "herald"}], stratify=["nowhere"])
    with pytest.raises(DataError, match=r"no row has the column 'nowhere'.*--stratify"):
        list(pool_blocks(asked))


def test_lean_workbook_is_one_of_its_two_files(tmp_path, rows, jsonl):
    jsonl(tmp_path / "lean_workbook.json", lean_workbook(rows(3)))
    steps = [{"id": "lean_workbook_0", "formal_statement": "theorem a : 1 = 1", "tactic": "rfl"}]
    pl.DataFrame(steps * 2).write_parquet(tmp_path / "wkbk_1009.parquet")
    block = first_block(tmp_path, "lean-workbook")
    assert block["prompt"].to_list() == [row["prompt"] for row in rows(3)]
    assert block["topic"].to_list() == ['["algebra"]'] * 3
    assert block["id"].n_unique() == 3


@pytest.mark.parametrize(
    "line",
    [
        {"informal_prefix": "/-- Two is even. -/\n", "formal_statement": "theorem a : Even 2"},
        {"formal_statement": "import Mathlib\n/-- Two is even. -/\ntheorem a : Even 2 := by sorry"},
        {"natural_language": "Two is even.", "statement": "theorem a : Even 2"},
    ],
)
def test_leanabell_in_the_shapes_of_its_family(tmp_path, jsonl, line):
    block = first_block(jsonl(tmp_path / "l.jsonl", [line]), "leanabell")
    assert block["prompt"].to_list() == ["Two is even."]
    assert "Even 2" in block["target"][0]


def test_the_paper_recipe_on_files_of_the_published_shape(tmp_path, rows, jsonl):
    recipe = load_recipe(Path(__file__).resolve().parents[4] / "recipes" / "splits-paper.toml")
    folders = {}
    for name, start, shape in (
        ("numinamath-lean", 0, numinamath),
        ("leanabell", 1000, leanabell),
        ("herald", 2000, herald),
    ):
        pl.DataFrame(shape(rows(300, start))).write_parquet(tmp_path / f"{name}.parquet")
        folders[name] = tmp_path / f"{name}.parquet"
    folders["lean-workbook"] = jsonl(
        tmp_path / "lean_workbook.json", lean_workbook(rows(300, 3000))
    )
    for source in recipe["pool"]:
        source["path"] = str(folders[source["adapter"]])
    recipe |= {"sft": [200], "rl": [160], "decontaminate": {}}
    manifest = make(parse_recipe(recipe), tmp_path / "out")
    assert all(check.holds for check in verify(tmp_path / "out"))
    assert [c["shared_rows"] for c in manifest["claims"]["overlap"]] == [0, 48, 160]
    sources = manifest["claims"]["sets"]["sft"]["sources"]
    wanted = {k: v * 2 for k, v in recipe["mixture"].items()}
    assert all(abs(sources[name] - count) <= 3 for name, count in wanted.items())


def test_a_mixture_of_corpora(tmp_path, rows, jsonl):
    theorems = jsonl(
        tmp_path / "h.jsonl",
        herald(rows(80)),
    )
    book = jsonl(tmp_path / "w.jsonl", lean_workbook(rows(80, 100)))
    manifest = make(
        parse_recipe(
            {
                "pool": [
                    {"path": str(theorems), "adapter": "herald"},
                    {"path": str(book), "adapter": "lean-workbook"},
                ],
                "sft": [40],
                "rl": [20],
                "overlap": [0, 1],
                "mixture": {"herald": 3, "lean-workbook": 1},
            }
        ),
        tmp_path / "out",
    )
    sources = manifest["claims"]["sets"]["sft"]["sources"]
    assert abs(sources["herald"] - 30) <= 2


def test_an_array_file(tmp_path, rows):
    path = tmp_path / "p.json"
    path.write_text(json.dumps(rows(4)))
    recipe = request([{"path": str(path)}])
    assert sum(len(block) for _, block in pool_blocks(recipe)) == 4


def test_parquet_and_jsonl_give_the_same_text(tmp_path, rows, jsonl):
    lines = [dict(r, extra=[1, 2], topic=k) for k, r in enumerate(rows(5))]
    a = jsonl(tmp_path / "a.jsonl", lines)
    b = tmp_path / "b.parquet"
    pl.DataFrame(lines).write_parquet(b)
    recipes = [request([{"path": str(p)}]) for p in (a, b)]
    left, right = (next(iter(pool_blocks(r)))[1] for r in recipes)
    assert left.equals(right)
