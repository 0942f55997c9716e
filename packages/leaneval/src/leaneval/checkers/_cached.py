"""A checker that remembers: verdicts on disk, keyed by all that they depend on.

Invariant: only `compiles` and `fails` are kept, for they are facts about a text and a toolchain.
`unavailable` is ours, and `timeout` and `crash` depend on the machine and its load that day: a
later run tries those again.
"""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any, Self

from leaneval.checkers._assemble import RULES
from leaneval.store import Store, digest
from leaneval.types import Diagnostic, GoalClaim, StatementClaim, Verdict, VerdictKind

if TYPE_CHECKING:
    from pathlib import Path

    from leaneval.protocols import Checker
    from leaneval.types import Claim, Statement, Toolchain

_KEPT = (VerdictKind.COMPILES, VerdictKind.FAILS)


class CachedChecker:
    """A `Checker` around another one.

    Args:
        inner: Answers what is not known yet.
        path: The cache file; opened on entering.

    Attributes:
        hits: Claims answered from the cache.
    """

    def __init__(self, inner: Checker, path: Path) -> None:
        self._inner = inner
        self._path = path
        self._store: Store | None = None
        self.hits = 0

    @property
    def spec(self) -> str:
        """The inner checker's."""
        return self._inner.spec

    @property
    def toolchain(self) -> Toolchain:
        """The inner checker's."""
        return self._inner.toolchain

    @property
    def cage(self) -> str:
        """The inner checker's."""
        return self._inner.cage

    @property
    def world(self) -> Any:
        """The inner checker's world, None where it does not say."""
        return getattr(self._inner, "world", None)

    def _standing(self) -> str:
        """Toolchain and preamble: a claim without a header is asked under the preamble's opens."""
        opens = getattr(self.world, "opens", "")
        return f"{self.toolchain.key}\n{opens}" if opens else self.toolchain.key

    def usage(self) -> dict[str, float]:
        """The inner checker's counters; empty where it has none."""
        return dict(getattr(self._inner, "usage", dict)())

    async def check(self, claim: Claim) -> Verdict:
        """The kept verdict (0 seconds), else the inner checker's."""
        assert self._store is not None, "a checker answers only inside `async with`"
        claim = bare(claim)
        key = cache_key(claim, self._standing())
        known = _load(self._store.get(key))
        if known is not None:
            self.hits += 1
            return known
        verdict = await self._inner.check(claim)
        if verdict.kind in _KEPT:
            self._store.put(key, _dump(verdict))
        return verdict

    async def __aenter__(self) -> Self:
        """Start the inner checker, then open the cache."""
        await self._inner.__aenter__()
        self._store = Store(self._path)
        return self

    async def __aexit__(self, *exception: object) -> None:
        """Close both."""
        if self._store is not None:
            self._store.close()
        await self._inner.__aexit__(*exception)


def bare(claim: Claim) -> Claim:
    """`claim` without what Lean is not shown: the text that its statements were taken from."""
    if isinstance(claim, StatementClaim):
        return replace(claim, statement=_bare(claim.statement))
    if isinstance(claim, GoalClaim):
        return replace(claim, statements=tuple(map(_bare, claim.statements)))
    return claim


def _bare(statement: Statement) -> Statement:
    return replace(statement, source="") if statement.source else statement


def cache_key(claim: Claim, toolchain: str) -> str:
    """Digest of the claim, the toolchain and the version of the rules that turn one into a verdict.

    `source` is no part of it.
    """
    content = json.dumps(asdict(bare(claim)), sort_keys=True)
    return digest("verdict", RULES, toolchain, type(claim).__name__, content)


def _dump(verdict: Verdict) -> str:
    return json.dumps(asdict(replace(verdict, seconds=0.0)), separators=(",", ":"))


def _load(text: str | None) -> Verdict | None:
    """The verdict, or None where there is none or it is not one (an older layout)."""
    if text is None:
        return None
    try:
        raw = json.loads(text)
        diagnostics = tuple(Diagnostic(**entry) for entry in raw.pop("diagnostics"))
        kind = VerdictKind(raw.pop("kind"))
        return Verdict(kind, diagnostics=diagnostics, **raw)
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
