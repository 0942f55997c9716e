"""The built wheel in a fresh environment beside lm-eval, as a stranger installs it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = Path(__file__).resolve().parents[2]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("uv") is None, reason="building the wheel needs uv"),
]


def run(*command: str | Path, **environment: str) -> str:
    result = subprocess.run(
        [str(part) for part in command],
        env=os.environ | {"UV_PYTHON_DOWNLOADS": "never"} | environment,
        cwd="/", capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built by way of the source distribution, as a release is."""
    folder = tmp_path_factory.mktemp("dist")
    run("uv", "build", "--out-dir", folder, PACKAGE)
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The interpreter of a fresh environment with the wheel and what it asks for."""
    folder = tmp_path_factory.mktemp("environment")
    run("uv", "venv", "--python", "3.11", folder)
    interpreter = folder / "bin" / "python"
    run("uv", "pip", "install", "--python", interpreter, f"{wheel}[embedded]")
    yield interpreter
    shutil.rmtree(folder, ignore_errors=True)


def test_the_wheel_holds_tasks_library_and_one_line_of_pth(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (pth,) = (name for name in names if name.endswith(".pth"))
        line = archive.read(pth).decode()
    assert pth.endswith(".data/purelib/leaneval_lm_eval.pth")
    assert line == "import leaneval._harness_hook\n"
    for wanted in (
        "leaneval/tasks/gaokao_formal_dual.yaml", "leaneval/tasks/_dual_yaml",
        "leaneval/peano/Peano.lean", "leaneval/py.typed",
    ):  # fmt: skip
        assert wanted in names
    assert not [name for name in names if "test" in Path(name).name or name.endswith(".jsonl")]


def test_no_training_stack_comes_along(python: Path) -> None:
    found = json.loads(run("uv", "pip", "list", "--python", python, "--format", "json"))
    names = {package["name"] for package in found}
    assert {"leaneval", "lm-eval"} <= names
    assert not names & {"torch", "trl", "transformers", "vllm", "accelerate", "peft"}
    assert not names & {"crossfade-splits", "crossfade-train"}


def test_the_harness_finds_the_task_and_says_what_is_missing(python: Path, tmp_path: Path) -> None:
    listed = run(python, "-m", "lm_eval", "validate", "--tasks", "gaokao_formal_dual")
    assert "All tasks found and valid" in listed
    without = subprocess.run(
        [python, "-m", "lm_eval", "validate", "--tasks", "gaokao_formal_dual"],
        env=os.environ | {"LEANEVAL_NO_HOOK": "1"},
        cwd="/", capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert "Tasks not found: gaokao_formal_dual" in without.stdout


def test_a_whole_measurement_runs(python: Path, tmp_path: Path) -> None:
    """`lm_eval --tasks peano_dual` from the wheel alone: real Lean, no torch."""
    out = run(
        python, "-m", "lm_eval", "run", "--model", "dummy", "--tasks", "peano_dual",
        "--limit", "2", "--log_samples", "--output_path", tmp_path / "out",
        LEANEVAL_CACHE=str(tmp_path / "cache"),
    )  # fmt: skip
    assert "C@1" in out
    assert "S@8" in out
    (results,) = (tmp_path / "out").rglob("results_*.json")
    facts = json.loads(results.read_text())["configs"]["peano_dual"]["metadata"]["leaneval"]
    assert facts["rollouts"] == 16
    assert facts["toolchain"].startswith("lean 4.")


def test_starting_python_stays_cheap(python: Path) -> None:
    """Least of twelve starts, by the interpreter's own clock; the bound leaves room for load."""
    times = []
    for _ in range(12):
        said = subprocess.run(
            [python, "-X", "importtime", "-c", "pass"],
            capture_output=True, text=True, timeout=60, check=True,
        ).stderr  # fmt: skip
        (line,) = (row for row in said.splitlines() if "leaneval._harness_hook" in row)
        times.append(int(line.split("|")[1]))
    assert min(times) < 3000, f"microseconds: {sorted(times)}"
