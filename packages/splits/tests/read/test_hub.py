"""Reading through `datasets`, from a folder in place of a hub, and pushing where there is none."""

import polars as pl
import pytest

from crossfade_splits.errors import DataError
from crossfade_splits.make import make
from crossfade_splits.push import push
from crossfade_splits.read import raw_blocks
from crossfade_splits.read._arrow import hub_blocks
from crossfade_splits.recipe import parse_recipe


@pytest.fixture
def offline(monkeypatch):
    import datasets
    import huggingface_hub

    monkeypatch.setattr(huggingface_hub.constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)


def test_a_data_set_comes_as_text(rows, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HOME", str(tmp_path / "home"))
    folder = tmp_path / "set"
    folder.mkdir()
    pl.DataFrame(rows(20)).write_parquet(folder / "train.parquet")
    wanted = ["id", "prompt", "pass_rate", "nowhere"]
    through = pl.concat(hub_blocks(str(folder), wanted))
    assert through.equals(pl.concat(raw_blocks(str(folder), wanted)))


def test_a_hub_out_of_reach_says_so(offline):
    with pytest.raises(DataError, match="must be reachable"):
        list(hub_blocks("nobody/nothing-at-all", ["prompt"]))


def test_push_without_a_hub_says_so(pool, tmp_path, offline):
    recipe = parse_recipe({"pool": [{"path": str(pool)}], "sft": [6], "rl": [4], "overlap": [0]})
    make(recipe, tmp_path / "out")
    with pytest.raises(DataError, match="did not take some/where"):
        push(tmp_path / "out", "some/where", endpoint="http://127.0.0.1:9")
