"""Prompts that are records: refused where a column holds nothing else, never trained on."""

import polars as pl
import pytest

from crossfade_splits.errors import DataError
from crossfade_splits.read import pool_blocks
from crossfade_splits.recipe import parse_recipe


@pytest.mark.parametrize("kind", ["jsonl", "parquet"])
@pytest.mark.parametrize(
    "wrap",
    [
        lambda text: {"text": text},
        lambda text: [text],
        lambda text: [{"from": "human", "value": text}, {"from": "gpt", "value": "42"}],
    ],
)
def test_a_column_of_records(tmp_path, rows, jsonl, kind, wrap):
    made = [row | {"prompt": wrap(row["prompt"])} for row in rows(5)]
    path = tmp_path / f"p.{kind}"
    if kind == "jsonl":
        jsonl(path, made)
    else:
        pl.DataFrame(made).write_parquet(path)
    recipe = {"pool": [{"path": str(path)}], "sft": [2], "rl": [1], "overlap": [0]}
    with pytest.raises(DataError, match=r"text or messages .* every row holds a record"):
        list(pool_blocks(parse_recipe(recipe)))


@pytest.mark.parametrize(
    "prompts",
    [
        ['{"a": 1}', "Sort {1, 2}.", None],
        ["[x] is the floor of x. Find [2.5].", "{n : n odd} is infinite: prove it."],
    ],
)
def test_prompts_that_look_like_records(tmp_path, jsonl, prompts):
    path = jsonl(tmp_path / "p.jsonl", [{"prompt": prompt} for prompt in prompts])
    recipe = {"pool": [{"path": str(path)}], "sft": [1], "rl": [1], "overlap": [0]}
    ((_, block),) = pool_blocks(parse_recipe(recipe))
    assert block["prompt"].to_list() == prompts


@pytest.mark.parametrize("last", ["[1, 2, 3]", None])
@pytest.mark.parametrize("text", ["Sort 3, 1, 2.", '{"a": 1}'])
def test_blocks_of_one_input_are_judged_together(tmp_path, monkeypatch, last, text):
    monkeypatch.setattr("crossfade_splits.read._arrow.BLOCK_ROWS", 4)
    prompts = [None, *['{"b": 2}'] * 3, *[text] * 4, last]
    pl.DataFrame({"prompt": prompts}).write_parquet(tmp_path / "p.parquet")
    pool = [{"path": str(tmp_path / "p.parquet")}]
    blocks = pool_blocks(parse_recipe({"pool": pool, "sft": [1], "rl": [1], "overlap": [0]}))
    if text.startswith("Sort"):
        assert [p for _, block in blocks for p in block["prompt"]] == prompts
        return
    with pytest.raises(DataError, match=r"every row holds a record, the first '\{\"b\": 2"):
        list(blocks)
