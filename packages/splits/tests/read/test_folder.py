"""Folders: the rows of one data set, and nothing that merely lies beside them."""

import gzip
import json

import polars as pl
import pytest

from crossfade_splits.audit import load_side
from crossfade_splits.errors import UsageError
from crossfade_splits.make import make
from crossfade_splits.read import files_of
from crossfade_splits.read._columns import first_columns
from crossfade_splits.recipe import parse_recipe


@pytest.fixture
def hub_copy(tmp_path, rows):
    """A folder as a hub holds it: a card, descriptions, a hidden cache and two splits."""
    folder = tmp_path / "copy"
    (folder / "data").mkdir(parents=True)
    (folder / ".cache").mkdir()
    (folder / ".cache" / "left.jsonl").write_text("not json")
    (folder / "README.md").write_text("---\nconfigs: []\n---\n")
    (folder / "dataset_infos.json").write_text(json.dumps({"default": {}}, indent=1))
    for part in range(2):
        made = pl.DataFrame(rows(50, 50 * part))
        made.write_parquet(folder / "data" / f"train-0000{part}-of-00002.parquet")
    pl.DataFrame(rows(20, 200)).write_parquet(folder / "data" / "test-00000-of-00001.parquet")
    return folder


def test_splits_are_not_mixed(hub_copy):
    with pytest.raises(UsageError, match=r"must hold one split, .* holds test and train"):
        files_of(str(hub_copy))


def test_a_pattern_names_one_split(hub_copy):
    side = load_side(str(hub_copy / "data" / "train-*.parquet"), None, None)
    assert side.ids == [f"p{i:05}" for i in range(100)]
    with pytest.raises(UsageError, match=r"must match files, '.*none-\*' matches none"):
        files_of(str(hub_copy / "none-*"))


def test_descriptions_are_no_rows(hub_copy):
    (hub_copy / "data" / "test-00000-of-00001.parquet").unlink()
    assert len(load_side(str(hub_copy), None, None).ids) == 100


@pytest.mark.parametrize("name", ["trained.jsonl", "contest.jsonl", "latest_part.jsonl", "x.jsonl"])
def test_words_that_name_no_split(tmp_path, rows, jsonl, name):
    jsonl(tmp_path / name, rows(3))
    jsonl(tmp_path / "plain.jsonl", rows(3, 3))
    assert len(files_of(str(tmp_path))) == 2
    jsonl(tmp_path / "train.jsonl", rows(3, 6))
    with pytest.raises(UsageError, match=r"holds train and \w+\.jsonl, which names none; name"):
        files_of(str(tmp_path))


@pytest.mark.parametrize("spec", ["copy", "copy/**", "copy/*/*.parquet"])
def test_a_folder_called_as_a_file_is_read_once(tmp_path, rows, spec):
    """Spark and dask write `train.parquet/part-0.parquet`."""
    (tmp_path / "copy" / "train.parquet").mkdir(parents=True)
    part = tmp_path / "copy" / "train.parquet" / "part-0.parquet"
    pl.DataFrame(rows(5)).write_parquet(part)
    assert files_of(str(tmp_path / spec)) == [part]
    assert len(load_side(str(tmp_path / spec), None, None).ids) == 5


def test_a_pattern_of_folders_alone(tmp_path):
    (tmp_path / "copy").mkdir()
    with pytest.raises(UsageError, match="must match files"):
        files_of(str(tmp_path / "cop*"))


def test_a_data_set_of_ours_holds_several(pool, tmp_path):
    out = tmp_path / "out"
    recipe = {"pool": [{"path": str(pool)}], "sft": [6], "rl": [4], "overlap": [0]}
    make(parse_recipe(recipe), out)
    with pytest.raises(UsageError, match=r"name one: .*overlap_0\.parquet, .*sft\.parquet"):
        load_side(str(out), None, None)


def test_arrow_files_are_told_of(tmp_path):
    (tmp_path / "data-00000-of-00001.arrow").write_bytes(b"")
    (tmp_path / "state.json").write_text("{}")
    with pytest.raises(UsageError, match=r"load_from_disk\(FOLDER\)\.to_parquet"):
        files_of(str(tmp_path))


@pytest.mark.parametrize("name", ["p.jsonl", "p.jsonl.gz", "p.parquet", "p.json", "a.json"])
def test_columns_of_every_kind_of_file(tmp_path, name):
    path, row = tmp_path / name, {"question": "a", "answer": "b"}
    if name.endswith("gz"):
        path.write_bytes(gzip.compress(b"\n" + json.dumps(row).encode()))
    elif name.endswith("parquet"):
        pl.DataFrame([row]).write_parquet(path)
    elif name.startswith("a"):
        path.write_text("\ufeff" + json.dumps([row, {"other": 1}], indent=1), "utf-8")
    else:
        path.write_text(json.dumps(row))
    assert first_columns([path]) == ["question", "answer"]


def test_no_columns_where_none_can_be_told(tmp_path):
    path = tmp_path / "p.json"
    for text in ("[\n{}]", "[]", ""):
        path.write_text(text)
        assert first_columns([path]) == []
    assert first_columns(None) == []
