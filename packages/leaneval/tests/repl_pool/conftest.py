"""A REPL pool over the embedded Lean: the real lean-interact, the real cage, real Lean."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from leaneval.checkers import make_checker
from leaneval.protocols import Checker
from leaneval.settings import Settings

PREAMBLE = "prelude\nimport Peano"


@pytest.fixture
def lake(repl_project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's lake first on PATH. What it names as libraries the cage grants: the REPL here
    is a Python program, and reads its faults from the project's folder."""
    program = tmp_path / "bin" / "lake"
    program.parent.mkdir()
    program.write_text(
        f"#!/bin/sh\nexport LD_LIBRARY_PATH={sys.base_prefix}:{repl_project}\n"
        f'exec {repl_project}/bin/lake "$@"\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return program


@pytest.fixture
def settings(repl_project: Path, lake: Path) -> Callable[..., Settings]:
    """Settings for `project:` over the fixture; `cage=False` where faults must act only once."""

    def make(**more: Any) -> Settings:
        usual = {
            "checker": f"project:{repl_project}",
            "repl": str(repl_project),
            "preamble": PREAMBLE,
            "workers": 1,
            "cache": "off",
        }
        return Settings(**{**usual, **more})

    return make


@pytest.fixture
def pool(settings: Callable[..., Settings]) -> Callable[..., Checker]:
    """Makes `project:` checkers over the fixture."""
    return lambda **more: make_checker(settings(**more))


@pytest.fixture(scope="session")
def known() -> ModuleType:
    """The tables of statements with known verdicts that the embedded checker is tested by."""
    path = Path(__file__).parents[1] / "checkers" / "test_embedded.py"
    spec = importlib.util.spec_from_file_location("known_statements", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
