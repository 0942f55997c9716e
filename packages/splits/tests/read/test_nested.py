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
