"""What a release is made of: the built wheels, and the interpreters at hand."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("3.11", "3.12", "3.13")


def run(*command: str | Path, cwd: Path = ROOT, exits: int = 0, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        env=os.environ | {"UV_PYTHON_DOWNLOADS": "never", "OMP_NUM_THREADS": "1"} | environment,
        cwd=cwd, capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert done.returncode == exits, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def interpreter(version: str) -> Path | None:
    """An interpreter of that version: this one, one that uv finds, or one of pyenv's."""
    if f"{sys.version_info[0]}.{sys.version_info[1]}" == version:
        return Path(sys.executable)
    found = subprocess.run(
        ["uv", "python", "find", "--no-python-downloads", version],
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    if found.returncode == 0:
        return Path(found.stdout.strip())
    root = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    named = sorted(root.glob(f"versions/{version}.*/bin/python{version}"))
    return named[-1] if named else None


@pytest.fixture(params=VERSIONS)
def python(request: pytest.FixtureRequest) -> Path:
    path = interpreter(request.param)
    if path is None:
        pytest.skip(f"no Python {request.param} here")
    return path


@pytest.fixture(scope="session")
def dist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All packages, each built by way of its source distribution."""
    if shutil.which("uv") is None:
        pytest.skip("building needs uv")
    folder = tmp_path_factory.mktemp("dist")
    run("uv", "build", "--quiet", "--all-packages", "--out-dir", folder)
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> Callable[..., Path]:
    """Makes a fresh environment with what is asked for; returns its folder of programs."""

    def make(python: Path, *asked: str | Path) -> Path:
        run("uv", "venv", "--quiet", "--python", python, tmp_path / "environment")
        programs = tmp_path / "environment" / "bin"
        run("uv", "pip", "install", "--quiet", "--python", programs / "python", *asked)
        return programs

    return make


@pytest.fixture(name="run")
def _run() -> Callable[..., str]:
    return run


@pytest.fixture
def this_python() -> Path:
    return Path(sys.executable)
