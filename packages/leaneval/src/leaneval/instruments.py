"""Checker and judge of a run, opened and closed together."""

from __future__ import annotations

from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from leaneval.profile import Profile
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings


@asynccontextmanager
async def instruments(
    settings: Settings, profile: Profile | None = None
) -> AsyncIterator[tuple[Checker, Judge | None]]:
    """Checker and judge of the settings, entered.

    Args:
        settings: The run's.
        profile: Whose preamble a REPL or server checker takes where the settings name none.

    Raises:
        UsageError: A spec string names nothing that exists.
        UnavailableError: One of them cannot start.
    """
    from leaneval.checkers import make_checker
    from leaneval.judges import make_judge

    if profile is not None and settings.preamble is None:
        settings = settings.model_copy(update={"preamble": profile.preamble})
    async with AsyncExitStack() as stack:
        checker = await stack.enter_async_context(make_checker(settings))
        judge = make_judge(settings, checker)
        if judge is not None:
            await stack.enter_async_context(judge)
        yield checker, judge
