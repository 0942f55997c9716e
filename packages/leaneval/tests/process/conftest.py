"""Real Lean where a verdict is at stake, and scripts that misbehave where only the watching is."""

import sys
from pathlib import Path

import pytest

from leaneval.cage import Cage
from leaneval.checkers._binary import LeanBinary, embedded_lean
from leaneval.checkers._process import run_lean
from leaneval.errors import UnavailableError

GIB = 2**30
PYTHON = sys._base_executable


@pytest.fixture
def lean():
    try:
        return embedded_lean()
    except UnavailableError as error:
        pytest.skip(str(error))


@pytest.fixture
def run(tmp_path):
    """Run Lean on files of `tmp_path`, in the best cage of this system."""

    async def go(binary, *arguments, seconds=30.0, writable=(), **options):
        return await run_lean(
            binary,
            arguments,
            cwd=tmp_path,
            readable=[tmp_path, Path(sys.base_prefix), *options.pop("readable", [])],
            writable=writable,
            seconds=seconds,
            memory=options.pop("memory", 8 * GIB),
            cage=options.pop("cage", Cage.detect()),
            **options,
        )

    return go


@pytest.fixture
def script(tmp_path):
    """A program that stands where Lean would, written in Python."""

    def write(code, name="lean"):
        path = tmp_path / name
        path.write_text(f"#!{PYTHON} -IS\nimport os, sys\n{code}\n")
        path.chmod(0o755)
        toolchain = (path, Path(PYTHON), Path(sys.base_prefix))
        return LeanBinary((str(path),), "4.35.0", {"ONLY": "this"}, "a test", None, toolchain)

    return write
