"""The run folder: one process at a time, and only in a folder that is a run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from crossfade_train.errors import DataError, UnavailableError, UsageError
from crossfade_train.recipe import load_recipe
from crossfade_train.run import look, plan, recipe_of
from crossfade_train.run._folder import opened

HOLD = """
import sys, time
from pathlib import Path
from crossfade_train.recipe import load_recipe
from crossfade_train.run._folder import opened
with opened(Path(sys.argv[1]), load_recipe("peano"), []):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path / "run")], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def test_a_second_process_is_refused_and_told_who_holds_it(tmp_path: Path, holder):
    with (
        pytest.raises(UnavailableError, match=f"held by process {holder.pid} on .*--out"),
        opened(tmp_path / "run", load_recipe("peano"), []),
    ):
        pass


def test_a_killed_process_holds_nothing(tmp_path: Path, holder):
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    with opened(tmp_path / "run", load_recipe("peano"), ["ablate", "peano"]) as folder:
        assert (folder / "stages").is_dir()


def test_a_run_folder_says_what_was_asked_and_can_be_made_again(tmp_path: Path):
    recipe = load_recipe("peano", {"grpo.learning_rate": 3e-4})
    with opened(tmp_path / "run", recipe, ["ablate", "peano"]) as folder:
        pass
    assert recipe_of(folder) == recipe
    assert load_recipe(str(folder / "recipe.toml")) == recipe
    assert tomllib.loads((folder / "recipe.toml").read_text())["grpo"]["learning_rate"] == 3e-4
    found = json.loads((folder / "environment.json").read_text())
    assert {"commit", "python", "packages", "cores", "gpus"} <= found.keys()
    assert {"torch", "trl", "leaneval"} <= found["packages"].keys()
    (launch,) = (folder / "launches.jsonl").read_text().splitlines()
    assert json.loads(launch)["command"] == ["ablate", "peano"]


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "thesis.tex").write_text("x")
    with (
        pytest.raises(UsageError, match="holds something else"),
        opened(tmp_path, load_recipe("peano"), []),
    ):
        pass
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.tex"]


@pytest.mark.parametrize("below", [".", "run", "a/b"])
def test_a_file_is_no_run_folder(tmp_path: Path, below: str):
    (tmp_path / "README.md").write_text("x")
    asked = tmp_path / "README.md" / below
    recipe = load_recipe("peano")
    with (
        pytest.raises(UsageError, match=r"README\.md is a file\. Name another with --out"),
        opened(asked, recipe, []),
    ):
        pass
    with pytest.raises(UsageError, match=r"README\.md is a file"):
        look(recipe, plan(recipe), asked)


def test_a_folder_that_is_no_run_has_no_recipe(tmp_path: Path):
    with pytest.raises(DataError, match=r"holds recipe\.toml"):
        recipe_of(tmp_path)
