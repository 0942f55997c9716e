"""Being found without --include_path, and the early preflight of the command line."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from leaneval.tasks._early import preflight_or_exit
from leaneval.tasks._wrap import FOLDER, wrap
from leaneval.tasks.dual import DualTask

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

MANAGER = """
class TaskManager:
    def __init__(self, verbosity=None, include_path=None, include_defaults=True, metadata=None):
        self.paths, self.metadata = include_path, metadata
"""


def loaded(folder: Path, source: str) -> ModuleType:
    path = folder / "module_under_test.py"
    path.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_file_location("module_under_test", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    wrap(module)
    return module


@pytest.mark.parametrize(
    ("arguments", "paths"),
    [
        ({}, [FOLDER]),
        ({"include_path": "/own"}, [FOLDER, "/own"]),
        ({"include_path": ["/own", "/more"]}, [FOLDER, "/own", "/more"]),
        ({"include_path": [FOLDER]}, [FOLDER]),
        ({"include_path": "/own", "include_defaults": False}, "/own"),
    ],
)
def test_our_folder_comes_before_the_users(
    tmp_path: Path, arguments: dict[str, Any], paths: Any
) -> None:
    manager = loaded(tmp_path, MANAGER).TaskManager(metadata={"a": 1}, **arguments)
    assert (manager.paths, manager.metadata) == (paths, {"a": 1})


def test_a_harness_that_discovers_plugins_is_left_alone(tmp_path: Path) -> None:
    newer = f"from importlib.metadata import entry_points\n{MANAGER}"
    assert loaded(tmp_path, newer).TaskManager().paths is None


def python(code: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


WRAPPED = "import lm_eval.tasks.manager as m; print(hasattr(m.TaskManager.__init__, '__wrapped__'))"


@pytest.mark.slow
def test_the_installed_hook_wraps_the_real_harness() -> None:
    assert python(WRAPPED) == "True"


def test_the_hook_can_be_switched_off() -> None:
    code = "import sys; print([f for f in sys.meta_path if 'leaneval' in str(f)])"
    assert "Finder" in python(code)
    assert python(code, LEANEVAL_NO_HOOK="1") == "[]"


def test_starting_python_imports_next_to_nothing() -> None:
    """The .pth line may cost every interpreter of the environment no more than two small files."""
    code = "import sys; print(sorted(n for n in sys.modules if n.split('.')[0] in {wanted}))"
    wanted = "('leaneval', 'lm_eval', 'typing', 'pathlib', 'importlib.machinery', 'inspect')"
    assert python(code.replace("{wanted}", wanted)) == "['leaneval', 'leaneval._harness_hook']"


class Entry(SimpleNamespace):
    """An entry of the harness' index."""


OURS = {"class": "/somewhere/leaneval.tasks.dual.DualTask", "task": "ours"}
INDEX = {
    "ours": Entry(kind=SimpleNamespace(name="PY_TASK"), cfg=OURS, tags=set()),
    "theirs": Entry(kind=SimpleNamespace(name="TASK"), cfg={"task": "theirs"}, tags={"tag"}),
    "group": Entry(
        kind=SimpleNamespace(name="GROUP"), cfg={"task": ["theirs", "ours"]}, tags=set()
    ),
    "tag": Entry(kind=SimpleNamespace(name="TAG"), cfg=None, tags={"ours"}),
    "other": Entry(kind=SimpleNamespace(name="GROUP"), cfg={"task": ["theirs"]}, tags=set()),
}


def test_only_our_tasks_are_tried_early() -> None:
    tried: list[Any] = []
    manager = SimpleNamespace(task_index=INDEX, load=tried.extend)
    from_file = {"task": "mine", "class": DualTask}
    preflight_or_exit(
        manager,
        ["theirs", "ours", "group", "tag", "other", "gone", {"task": "x"}, from_file],
    )
    assert tried == ["ours", "group", "tag", from_file]


def test_a_failed_preflight_ends_in_one_line(
    manager: Callable[..., Any], own_task: Callable[..., str], capsys: pytest.CaptureFixture[str]
) -> None:
    tasks = manager(own_task(), checker="no-such-checker")
    with pytest.raises(SystemExit) as ended:
        preflight_or_exit(tasks, ["mine"])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("leaneval: ")
    assert "no-such-checker" in said
    assert "Traceback" not in said


@pytest.mark.slow
@pytest.mark.parametrize("arguments", [["--metadata", "checker=no-such-checker"]])
def test_the_command_line_stops_before_the_model(arguments: list[str]) -> None:
    """A model that does not exist is never looked for, because preflight comes first."""
    result = subprocess.run(
        [sys.executable, "-m", "lm_eval", "run", "--model", "hf", "--tasks", "peano_dual",
         "--model_args", "pretrained=/no/such/model", *arguments],
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == 2
    last = result.stderr.strip().splitlines()[-1]
    assert last.startswith("leaneval: ")
    assert "no-such-checker" in last


@pytest.mark.slow
def test_listing_knows_our_tasks_and_starts_nothing() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "lm_eval", "validate", "--tasks", "gaokao_formal_dual,leaneval"],
        env=os.environ | {"LEANEVAL_CHECKER": "no-such-checker"},
        capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    assert "All tasks found and valid" in result.stdout
