"""Corpora in their published columns, small files of the same shape."""

import json

import polars as pl

from crossfade_splits.make import make
from crossfade_splits.read import ADAPTERS, pool_blocks
from crossfade_splits.recipe import parse_recipe


def request(specs):
    return parse_recipe({"pool": specs, "sft": [10], "rl": [5], "overlap": [0]})


def test_numinamath_lean(tmp_path, rows):
    lines = [
        {
            "uuid": row["id"],
            "problem": row["prompt"],
            "formal_statement": row["target"],
            "problem_type": "Algebra",
            "rl_data": {"n_correct_proofs": 1, "n_proofs": 8, "win_rate": 0.125},
            "answer": "proof",
        }
        for row in rows(3)
    ]
    path = tmp_path / "n.parquet"
    pl.DataFrame(lines).write_parquet(path)
    block = next(iter(pool_blocks(request([{"path": str(path), "adapter": "numinamath-lean"}]))))[1]
    assert block["difficulty"].to_list() == [0.125] * 3
    assert block["topic"].to_list() == ["Algebra"] * 3
    assert block["source"].to_list() == ["numinamath-lean"] * 3
    assert block["license"].to_list() == ["Apache-2.0"] * 3


def test_every_adapter_maps_its_columns(tmp_path, rows):
    for name, adapter in ADAPTERS.items():
        line = {c.split("|")[-1]: "x" for c in adapter.columns.values() if "$" not in c}
        path = tmp_path / f"{name}.jsonl"
        path.write_text(json.dumps(line) + "\n")
        block = next(iter(pool_blocks(request([{"path": str(path), "adapter": name}]))))[1]
        assert block["prompt"].to_list() == ["x"]
        assert block["target"].to_list() == ["x"]
        assert block["id"].null_count() == 0


def test_a_mixture_of_corpora(tmp_path, rows, jsonl):
    herald = jsonl(
        tmp_path / "h.jsonl",
        [
            {"id": i, "informal_statement": r["prompt"], "formal_statement": r["target"]}
            for i, r in enumerate(rows(80))
        ],
    )
    book = jsonl(
        tmp_path / "w.jsonl",
        [
            {
                "id": r["id"],
                "natural_language_statement": r["prompt"],
                "formal_statement": r["target"],
            }
            for r in rows(80, 100)
        ],
    )
    manifest = make(
        parse_recipe(
            {
                "pool": [
                    {"path": str(herald), "adapter": "herald"},
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
