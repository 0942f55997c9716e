"""A checker that remembers, in this process, what it said of statements.

Invariant: only decided verdicts are kept. Beside the cache on disk, which may be off: a judge asks
about one reference once for every candidate that differs from it.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from leaneval.candidate import nameless
from leaneval.types import StatementClaim, Verdict, VerdictKind

if TYPE_CHECKING:
    from leaneval.protocols import Checker
    from leaneval.types import Claim

_KEPT = frozenset({VerdictKind.COMPILES, VerdictKind.FAILS})
_MOST = 10_000


class Remembered:
    """`inner`, asked once a statement.

    Args:
        inner: Entered and left by its owner.
    """

    def __init__(self, inner: Checker) -> None:
        self._inner = inner
        self._known: OrderedDict[Claim, asyncio.Task[Verdict]] = OrderedDict()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    async def check(self, claim: Claim) -> Verdict:
        """The remembered verdict, the one under way, or else the inner checker's."""
        if not isinstance(claim, StatementClaim):
            return await self._inner.check(claim)
        claim = replace(claim, statement=nameless(claim.statement))
        asked = self._known.get(claim)
        if asked is None:
            asked = self._known[claim] = asyncio.create_task(self._inner.check(claim))
            if len(self._known) > _MOST:
                self._known.popitem(last=False)
        self._known.move_to_end(claim)
        try:
            # a caller that gives up must not take the others' verdict with it
            verdict = await asyncio.shield(asked)
        except BaseException:
            self._forget(claim, asked)
            raise
        if verdict.kind not in _KEPT:
            self._forget(claim, asked)
        return verdict

    def _forget(self, claim: Claim, asked: asyncio.Task[Verdict]) -> None:
        if self._known.get(claim) is asked:
            del self._known[claim]
