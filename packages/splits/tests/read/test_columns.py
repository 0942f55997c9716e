"""What a column may hold: nested values, nothing, conversations; and rows that bring no id."""

import json
import random

import polars as pl
import pytest

from crossfade_splits.read import pool_blocks, raw_blocks
from crossfade_splits.read._ids import ContentIds
from crossfade_splits.recipe import parse_recipe

_NESTED = [
    {"prompt": "one", "extra": [1, 2], "more": {"a": "ü", "b": [None, 0.5]}},
    {"prompt": None, "extra": None, "more": None},
    {"prompt": "three", "extra": [], "more": {"a": None, "b": []}},
]


def whole(path, columns):
    return pl.concat(raw_blocks(str(path), columns))


def test_parquet_and_jsonl_say_nested_values_alike(jsonl, tmp_path):
    pl.DataFrame(_NESTED).write_parquet(tmp_path / "p.parquet")
    columns = ["more", "prompt", "absent", "extra"]
    found = whole(tmp_path / "p.parquet", columns)
    assert found.equals(whole(jsonl(tmp_path / "p.jsonl", _NESTED), columns))
    assert found["extra"].to_list() == ["[1, 2]", None, "[]"]
    assert found["more"].to_list()[1] is None


def test_rows_are_counted_though_no_column_is_there(tmp_path):
    pl.DataFrame(_NESTED).write_parquet(tmp_path / "p.parquet")
    assert whole(tmp_path / "p.parquet", ["absent"])["absent"].to_list() == [None] * 3


@pytest.mark.parametrize("name", ["p.jsonl", "p.json"])
def test_a_byte_order_mark_is_no_text(tmp_path, name):
    line = b'{"prompt": "one"}'
    path = tmp_path / name
    path.write_bytes(b"\xef\xbb\xbf" + (b"[%b]" % line if name == "p.json" else line + b"\n"))
    assert whole(path, ["prompt"])["prompt"].to_list() == ["one"]


def block_of(path, **columns):
    recipe = {"pool": [{"path": str(path)}], "sft": [1], "rl": [1], "overlap": [0]}
    return pl.concat(b for _, b in pool_blocks(parse_recipe({**recipe, "columns": columns})))


def test_a_conversation_counts_for_what_is_said_in_it(jsonl, tmp_path):
    asked = {"role": "user", "content": "Is 7 prime?"}
    parts = {"role": "user", "content": [{"type": "text", "text": "Is 7 "}, {"text": "prime?"}]}
    answer = {"role": "assistant", "content": "Yes."}
    rows = [
        {"messages": [{"role": "system", "content": "Be brief."}, asked, answer]},
        {"messages": [parts, answer]},
        {"messages": [{"role": "system", "content": "Be brief."}]},
        {"messages": '[{"role": "no conversation'},
        {"messages": "\n" + json.dumps([asked, answer], indent=1)},
    ]
    path = jsonl(tmp_path / "p.jsonl", rows)
    block = block_of(path, prompt="messages", target="messages")
    odd = rows[3]["messages"]
    assert block["prompt"].to_list() == ["Is 7 prime?", "Is 7 prime?", None, odd, "Is 7 prime?"]
    assert block["target"].to_list() == ["Yes.", "Yes.", None, odd, "Yes."]


def test_ids_of_content_do_not_depend_on_the_order(jsonl, tmp_path):
    rows = [{"prompt": f"p{i % 20}", "license": f"l{i % 40}"} for i in range(120)]

    def named():
        block = block_of(jsonl(tmp_path / "p.jsonl", rows))
        return sorted(block.select("id", "prompt", "license").rows())

    before = named()
    random.Random(3).shuffle(rows)
    assert named() == before
    assert len({row[0] for row in before}) == 120


def test_nothing_and_an_empty_text_are_two_contents():
    """Alike, the order of the rows would say which of them is `-2`."""
    rows = pl.DataFrame({"id": [None, None], "prompt": ["a", "a"], "topic": [None, ""]})
    named = ContentIds().fill(rows.with_columns(pl.col("id").cast(pl.String)))["id"]
    assert not named.str.contains("-").any()


def test_ids_of_content_are_counted_across_blocks():
    given = ContentIds()
    block = pl.DataFrame({"id": [None, "mine", None], "prompt": ["a", "a", "b"]})
    block = block.with_columns(pl.col("id").cast(pl.String))
    a, mine, b = given.fill(block)["id"].to_list()
    assert mine == "mine"
    assert given.fill(block)["id"].to_list() == [f"{a}-2", "mine", f"{b}-2"]
    assert given.fill(block[:1])["id"].to_list() == [f"{a}-3"]
