"""Bad input: a message with rule, value and remedy, and nothing left behind."""

import gzip
import json
import sys
from pathlib import Path

import polars as pl
import pytest

from crossfade_splits.errors import SplitsError
from crossfade_splits.make import make
from crossfade_splits.read._arrow import _holds_bytes
from crossfade_splits.recipe import parse_recipe

DEEP = '{"prompt": ' + "[" * 3000 + "]" * 3000 + "}"


def attempt(path, tmp_path, **more):
    base = {"pool": [{"path": str(path)}], "sft": [60], "rl": [40], "overlap": [0, 0.3]}
    out = tmp_path / "result" / "out"
    with pytest.raises(SplitsError) as caught:
        make(parse_recipe({**base, **more}), out)
    assert not out.exists()
    left = list(out.parent.iterdir()) if out.parent.exists() else []
    assert left == []
    return str(caught.value)


def test_missing_prompt_column(pool, tmp_path):
    text = attempt(pool, tmp_path, columns={"prompt": "question"})
    assert "no row has the column 'question' (prompt), the first has id, prompt, target" in text
    assert "--prompt-column" in text


def test_prompt_column_without_a_value(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text('{"prompt": null, "target": "t"}\n' * 3)
    text = attempt(path, tmp_path)
    assert "no row has a value in 'prompt' (prompt), the first has prompt, target" in text


@pytest.mark.parametrize("field", ["target", "id", "topic", "difficulty", "cluster"])
def test_missing_named_column(pool, tmp_path, field):
    text = attempt(pool, tmp_path, columns={field: "nowhere"})
    assert "'nowhere'" in text
    assert f"--{field}-column" in text


def test_missing_stratum_column(pool, tmp_path):
    assert "--stratify" in attempt(pool, tmp_path, stratify=["nowhere"])


def test_empty_pool(tmp_path):
    path = tmp_path / "p.jsonl"
    path.write_text("")
    assert "must hold rows, it is empty" in attempt(path, tmp_path)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[1, 2]", r":3: a row must be a JSON object, got list"),
        ('"text"', r":3: a row must be a JSON object, got str"),
        ('{"prompt": ', r":3: a line must be one JSON object"),
        ("not json", r":3: a line must be one JSON object"),
        (
            '{"prompt": NaN}',
            r":3: a line must be one JSON object (NaN is no JSON value; write null)",
        ),
        ('{"prompt": 1e999}', r":3: a line must be one JSON object (error parsing line: Invalid"),
        pytest.param(DEEP, r":3: a line must be one JSON object (", id="deep"),
    ],
)
def test_rows_that_are_not_objects(rows, jsonl, tmp_path, line, message):
    path = jsonl(tmp_path / "p.jsonl", rows(2))
    path.write_text(path.read_text() + line + "\n" + path.read_text())
    assert message in attempt(path, tmp_path)


@pytest.fixture
def room():
    """As much depth as Python has from 3.12 on, whatever its limit says."""
    usual = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(usual)


@pytest.mark.usefixtures("room")
def test_a_line_that_python_alone_can_read(rows, jsonl, tmp_path):
    path = jsonl(tmp_path / "p.jsonl", rows(400))
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines[:250], DEEP, *lines[250:], DEEP]))
    text = attempt(path, tmp_path)
    assert ":251: a line must be one JSON object (error parsing line: DepthLimitExceeded" in text
    assert 'got \'{"prompt": [[[' in text


def test_not_utf8(rows, jsonl, tmp_path):
    path = jsonl(tmp_path / "p.jsonl", rows(2))
    path.write_bytes(path.read_bytes() + b'{"prompt": "caf\xe9"}\n')
    text = attempt(path, tmp_path)
    assert "must be UTF-8, got byte 0xe9" in text
    assert ":3:" in text


@pytest.mark.parametrize("overlap", [-0.1, 1.5, float("nan")])
def test_overlap_outside(pool, tmp_path, overlap):
    text = attempt(pool, tmp_path, overlap=[overlap])
    assert "overlap" in text


def test_more_rl_than_sft_at_full_overlap(pool, tmp_path):
    text = attempt(pool, tmp_path, rl=[80], overlap=[0, 1.0])
    assert "needs 80 of them, the SFT set has 60" in text
    assert "lower --rl" in text


def test_pool_too_small(pool, tmp_path):
    text = attempt(pool, tmp_path, sft=[300], rl=[200])
    assert "must hold 500 distinct problems" in text
    assert "holds 400" in text
    assert "lower --sft or --rl by 100" in text


def test_an_id_twice(rows, jsonl, tmp_path):
    lines = rows(150)
    lines[7]["id"] = lines[3]["id"]
    text = attempt(jsonl(tmp_path / "p.jsonl", lines), tmp_path)
    assert "'p00003' names 2" in text
    assert "--id-column" in text


def test_parquet_cut_short(rows, tmp_path):
    path = tmp_path / "p.parquet"
    pl.DataFrame(rows(100)).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-200])
    assert "must be complete and readable" in attempt(path, tmp_path)


def test_gzip_cut_short(rows, tmp_path):
    path = tmp_path / "p.jsonl.gz"
    with gzip.open(path, "wt") as file:
        file.write("\n".join(str(i) * 50 for i in range(5000)))
    path.write_bytes(path.read_bytes()[:-30])
    assert "must be complete" in attempt(path, tmp_path)


def test_gzip_damaged_within(rows, damaged, tmp_path):
    path = damaged(tmp_path / "p.jsonl.gz", rows(3_000))
    assert "p.jsonl.gz: a .gz file must be complete: Error -3" in attempt(path, tmp_path)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="no file here that cannot be read")
def test_a_file_that_cannot_be_read(tmp_path):
    path = tmp_path / "p.jsonl"
    path.symlink_to("/proc/self/mem")
    text = attempt(path, tmp_path)
    assert "p.jsonl: a file must be read: [Errno 5]" in text


def test_an_array_that_python_alone_can_read(rows, tmp_path):
    path = tmp_path / "p.json"
    made = rows(9)
    made[7]["prompt"] = "half a pair: \udc00"
    path.write_text(json.dumps(made))
    text = attempt(path, tmp_path)
    assert "p.json: row 7 must be a JSON object (" in text
    assert 'got \'{"id": "p00007"' in text


def test_no_such_file(tmp_path):
    assert "must be a file, a folder or a hub id" in attempt(tmp_path / "none.jsonl", tmp_path)


def test_unknown_kind_of_file(tmp_path):
    path = tmp_path / "p.csv"
    path.write_text("a,b\n1,2\n")
    assert "by its ending" in attempt(path, tmp_path)


def test_difficulty_that_is_no_number(rows, jsonl, tmp_path):
    lines = rows(100)
    lines[5]["pass_rate"] = "hard"
    text = attempt(
        jsonl(tmp_path / "p.jsonl", lines), tmp_path, columns={"difficulty": "pass_rate"}
    )
    assert "must hold finite numbers or nothing, got 'hard'" in text


def test_output_exists_and_is_left_alone(pool, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine").write_text("keep")
    recipe = parse_recipe({"pool": [{"path": str(pool)}], "sft": [6], "rl": [4], "overlap": [0]})
    with pytest.raises(SplitsError, match="must not exist"):
        make(recipe, out)
    assert (out / "mine").read_text() == "keep"
    assert [p.name for p in tmp_path.iterdir() if p.name.startswith(".out")] == []


def test_unknown_recipe_key():
    with pytest.raises(SplitsError, match="sfft"):
        parse_recipe({"pool": [{"path": "x"}], "sfft": [1], "rl": [1], "overlap": [0]})


def test_template_without_slot():
    with pytest.raises(SplitsError, match=r"must hold \{prompt\} exactly once"):
        parse_recipe(
            {
                "pool": [{"path": "x"}],
                "sft": [1],
                "rl": [1],
                "overlap": [0],
                "format": {"prompt": "hi"},
            }
        )


def test_nothing_passes_quality(pool, tmp_path):
    text = attempt(pool, tmp_path, quality={"min_chars": 10_000})
    assert "none of 400 does (prompt-too-short)" in text


def test_an_adapter_that_is_none():
    with pytest.raises(SplitsError, match=r"one of numinamath-lean, .* got 'nope'"):
        parse_recipe(
            {
                "pool": [{"path": "p.jsonl", "adapter": "nope"}],
                "sft": [1],
                "rl": [1],
                "overlap": [0],
            }
        )


def test_a_parquet_column_that_is_no_text(tmp_path):
    path = tmp_path / "p.parquet"
    pl.DataFrame({"prompt": [b"\xff"]}).write_parquet(path)
    text = attempt(path, tmp_path)
    assert "'prompt' holds Binary" in text
    assert "convert it to text" in text


@pytest.mark.parametrize("kind", [pl.Binary, pl.Object])
def test_a_type_that_json_has_no_word_for(kind):
    inner = pl.List(pl.Struct({"role": pl.String, "image": pl.Struct({"bytes": kind})}))
    assert _holds_bytes(inner)
    assert not _holds_bytes(pl.Array(pl.Struct({"role": pl.String}), 2))


def test_a_conversation_with_an_image(tmp_path):
    path = tmp_path / "p.parquet"
    parts = [{"type": "text", "text": "What is this?"}, {"type": "image", "bytes": b"\xff"}]
    pl.DataFrame({"prompt": [[{"role": "user", "content": parts}]]}).write_parquet(path)
    text = attempt(path, tmp_path)
    assert "'prompt' holds bytes (List(Struct(" in text
    assert "convert it to text" in text
    assert "copy it again" not in text


def test_a_conversation_of_several_exchanges(rows, jsonl, tmp_path):
    talk = [{"role": role, "content": "Go on."} for role in ("user", "assistant", "user")]
    path = jsonl(tmp_path / "p.jsonl", [dict(rows(1)[0], prompt=talk)])
    text = attempt(path, tmp_path)
    assert "must hold one user message, got 2" in text
    assert "name a column of text" in text
