"""The verdict cache keeps facts, forgets accidents, and never mixes up two questions."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest

from leaneval.checkers import CHECKERS, CachedChecker, default_workers, make_checker
from leaneval.checkers._cached import cache_key
from leaneval.errors import UsageError
from leaneval.settings import Settings
from leaneval.store import Store
from leaneval.types import (
    Claim,
    Diagnostic,
    FileClaim,
    GoalClaim,
    Statement,
    StatementClaim,
    Toolchain,
    Verdict,
    VerdictKind,
)

STATEMENT = Statement("", "t", "(n : Nat) : Even n")


class Counting:
    """An inner checker that gives the verdicts it was told to, in order."""

    spec, cage, toolchain = "counting", "none", Toolchain("1", "none")

    def __init__(self, *kinds: VerdictKind) -> None:
        self.kinds: Iterator[VerdictKind] = iter(kinds)
        self.asked: list[Claim] = []

    async def check(self, claim: Claim) -> Verdict:
        self.asked.append(claim)
        said = (Diagnostic("error", "a · b", 2, 3),)
        return Verdict(next(self.kinds), diagnostics=said, seconds=1.0, toolchain="x")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


@pytest.mark.parametrize("kind", [VerdictKind.COMPILES, VerdictKind.FAILS])
async def test_facts_are_kept_whole_and_cost_nothing(tmp_path: Path, kind: VerdictKind) -> None:
    inner = Counting(kind)
    path = tmp_path / "v.sqlite"
    async with CachedChecker(inner, path) as checker:
        first = await checker.check(StatementClaim(STATEMENT))
    async with CachedChecker(inner, path) as checker:
        again = await checker.check(StatementClaim(replace(STATEMENT, source="as written")))
        assert (checker.hits, len(inner.asked)) == (1, 1)
    assert again == replace(first, seconds=0.0)


@pytest.mark.parametrize("kind", ["unavailable", "timeout", "crash"])
async def test_accidents_are_asked_again(tmp_path: Path, kind: str) -> None:
    inner = Counting(VerdictKind(kind), VerdictKind.COMPILES)
    async with CachedChecker(inner, tmp_path / "v.sqlite") as checker:
        assert (await checker.check(StatementClaim(STATEMENT))).kind == kind
        assert (await checker.check(StatementClaim(STATEMENT))).compiles
        assert checker.hits == 0


def test_different_questions_have_different_keys() -> None:
    claims: list[Claim] = [
        StatementClaim(STATEMENT),
        StatementClaim(STATEMENT, "default"),
        StatementClaim(replace(STATEMENT, header="open Nat")),
        StatementClaim(replace(STATEMENT, name="Nat.t")),
        StatementClaim(replace(STATEMENT, signature="(n : Nat) : Odd n")),
        StatementClaim(replace(STATEMENT, universes=("u",))),
        StatementClaim(replace(STATEMENT, context="def x : Prop := True")),
        GoalClaim((STATEMENT,), "True", "_"),
        GoalClaim((STATEMENT,), "_", "True"),
        FileClaim("theorem t : True"),
    ]
    keys = {cache_key(claim, toolchain) for claim in claims for toolchain in ("a", "b")}
    assert len(keys) == 2 * len(claims)


async def test_an_entry_that_is_no_verdict_is_asked_again(tmp_path: Path) -> None:
    inner = Counting(VerdictKind.COMPILES)
    path = tmp_path / "v.sqlite"
    with Store(path) as store:
        key = cache_key(StatementClaim(STATEMENT), inner.toolchain.key)
        store.put(key, '{"kind": "splendid", "diagnostics": []}')
    async with CachedChecker(inner, path) as checker:
        assert (await checker.check(StatementClaim(STATEMENT))).compiles


@pytest.mark.lean
async def test_a_second_run_with_real_lean_is_all_hits(tmp_path: Path) -> None:
    claims = [StatementClaim(replace(STATEMENT, name=f"t{n}")) for n in range(30)]
    settings = Settings(cache=str(tmp_path), workers=1)
    for hits in (0, 30):
        checker = make_checker(settings)
        async with checker:
            verdicts = await asyncio.gather(*map(checker.check, claims))
        assert all(verdict.compiles for verdict in verdicts)
        assert getattr(checker, "hits") == hits  # noqa: B009


def test_an_unknown_spec_lists_what_there_is_and_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'embedded'.*lean\[:PATH\]"):
        make_checker(Settings(checker="embeded"))
    with pytest.raises(UsageError, match="takes no argument"):
        make_checker(Settings(checker="embedded:x"))
    assert all(kind.summary and "\n" not in kind.summary for kind in CHECKERS.values())


def test_off_means_no_cache() -> None:
    assert not isinstance(make_checker(Settings(cache="off")), CachedChecker)
    assert isinstance(make_checker(Settings()), CachedChecker)


def test_workers_are_shared_among_local_ranks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "1000")
    assert default_workers() == 1
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "x")
    assert default_workers() >= 1
