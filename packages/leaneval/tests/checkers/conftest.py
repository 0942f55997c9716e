"""What the checkers' tests share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from leaneval.cage import Cage
from leaneval.checkers import PreludeChecker, PreludeLibrary
from leaneval.checkers._binary import embedded_lean
from leaneval.errors import UnavailableError
from leaneval.peano import LIBRARY


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the library is compiled, once for all tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def embedded(home: Path) -> Callable[..., PreludeChecker]:
    """Makes embedded checkers; skips where the wheel does not run."""
    try:
        embedded_lean()
    except UnavailableError as error:
        pytest.skip(str(error))

    def make(time_limit: float = 10.0, workers: int = 1, **options: object) -> PreludeChecker:
        return PreludeChecker(
            "embedded",
            embedded_lean,
            **{  # type: ignore[arg-type]
                "library": PreludeLibrary(LIBRARY),
                "home": home,
                "workers": workers,
                "batch_size": 150,
                "time_limit": time_limit,
                "find_cage": Cage.detect,
                **options,
            },
        )

    return make
