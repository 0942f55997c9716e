"""A judge behind a cache: identical questions are asked once, in this run and in later ones.

Invariant: only scores that exist are kept; an outage is never remembered. What is kept under a key
was given by a judge of the same identity for the same question. Out of scope: eviction.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Protocol, Self

from leaneval._once import Once
from leaneval.protocols import Judge
from leaneval.types import Score

if TYPE_CHECKING:
    from leaneval.store import Store
    from leaneval.types import Problem, Statement


class KeyedJudge(Judge, Protocol):
    """A judge that says which of its questions are the same."""

    def key(self, problem: Problem, statement: Statement) -> str:
        """Equal for two pairs exactly where identity and all that the judge sees are equal."""


class CachedJudge:
    """`inner`, asked once a question.

    Args:
        inner: Does the judging; entered and left with this one.
        store: Kept scores; closed with this one. None: only questions under way are shared.
    """

    def __init__(self, inner: KeyedJudge, store: Store | None) -> None:
        self._inner = inner
        self._store = store
        self._once = Once[Score](lambda score: store is None and score.available)
        self._hits = 0
        self._questions = 0
        self._asked = 0

    @property
    def spec(self) -> str:
        """The inner judge's."""
        return self._inner.spec

    @property
    def identity(self) -> str:
        """The inner judge's."""
        return self._inner.identity

    async def score(self, problem: Problem, statement: Statement) -> Score:
        """The kept score, or the inner judge's, kept from now on."""
        key = self._inner.key(problem, statement)
        self._questions += 1
        if self._store is not None and (kept := _read(self._store.get(key))) is not None:
            self._hits += 1
            return Score(*kept, judge=self.spec)
        return await self._once(key, lambda: self._ask(key, problem, statement))

    def usage(self) -> dict[str, float]:
        """The inner judge's counters, `cache_hits` (from disk) and `shared` (asked once)."""
        shared = self._questions - self._hits - self._asked
        return {**self._inner.usage(), "cache_hits": self._hits, "shared": shared}

    async def __aenter__(self) -> Self:
        try:
            await self._inner.__aenter__()
        except BaseException:
            self._close()
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        try:
            await self._inner.__aexit__(*exception)
        finally:
            self._close()

    async def _ask(self, key: str, problem: Problem, statement: Statement) -> Score:
        self._asked += 1
        score = await self._inner.score(problem, statement)
        if self._store is not None and score.available:
            kept = {"value": score.value, "reason": score.reason}
            self._store.put(key, json.dumps(kept))
        return score

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()


def _read(text: str | None) -> tuple[float, str] | None:
    """A kept score; None for none, or for a row that this version cannot read."""
    try:
        row = json.loads(text or "null")
        value, reason = float(row["value"]), str(row["reason"])
    except (ValueError, TypeError, KeyError):
        return None
    return (value, reason) if 0 <= value <= 1 else None
