"""The folder that keeps the compiled library, where it cannot be looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from leaneval.profile import PEANO
from leaneval.types import StatementClaim

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.lean


async def test_a_home_that_cannot_be_looked_into_costs_time_and_not_the_run(
    embedded: Callable[..., Any], tmp_path: Path
) -> None:
    # a name too long fails every look, as a folder without search permission does an ordinary user
    async with embedded(home=tmp_path / ("x" * 300)) as checker:
        verdict = await checker.check(StatementClaim(PEANO.control))
    assert verdict.compiles
