"""Tactic lists: what is read for which Lean, and that no tactic is used before it has worked."""

import logging

import pytest

from leaneval.checkers import make_checker
from leaneval.errors import UnavailableError
from leaneval.settings import Settings
from leaneval.tactics import tactic_list, tactics_for, tried
from leaneval.types import Diagnostic, Statement, Toolchain, Verdict, VerdictKind

KINDS = ("equivalence", "guard", "vacuity", "filter")


def test_deprecated_names_are_left_to_the_lean_that_has_them():
    old, new = tactic_list("mathlib", "4.9.0"), tactic_list("mathlib", "4.27.0")
    for tactics, theirs, others in (
        (old, "simp_all_arith!", "+arith"),
        (new, "simp_all! +arith", "arith!"),
    ):
        proofs = "\n".join(tactic.proof for tactic in tactics.tactics)
        assert theirs in proofs
        assert others not in proofs
    assert tactic_list("mathlib", "unknown").tactics == new.tactics
    assert old.identity != new.identity


@pytest.mark.parametrize("world", ["peano", "mathlib"])
def test_every_tactic_is_whole(world):
    tactics = tactic_list(world, "4.27.0")
    names = [tactic.name for tactic in tactics.tactics]
    assert len(set(names)) == len(names)
    guards = {tactic.name for tactic in tactics.of("guard")}
    for tactic in tactics.tactics:
        assert tactic.kind in KINDS
        assert tactic.target
        assert bool(tactic.given) == (tactic.kind == "equivalence") == ("{h0}" in tactic.proof)
        assert tactic.guard is None or tactic.guard in guards
        assert "<" not in tactic.proof.replace("<;>", "")
        assert "{n}" not in tactic.proof + tactic.name
        assert "exact @{0}" not in tactic.proof, "a statement is a hypothesis, never a theorem"


def test_a_goal_is_closed_and_states_the_target():
    tactics = tactic_list("peano", "4.35.0")
    given, target = Statement("", "a", ": True"), Statement("", "b", ": False")
    exact, alone = tactics.of("equivalence")[0], tactics.of("guard")[0]
    claim = tactics.claim(exact, target, given)
    assert (claim.statements, claim.goal, claim.given) == ((given, target), "type_of% @{1}", (0,))
    claim = tactics.claim(alone, target)
    assert (claim.statements, claim.goal, claim.given) == ((target,), "type_of% @{0}", ())
    assert claim.support


@pytest.mark.lean
async def test_under_the_embedded_lean_every_tactic_works():
    async with make_checker(Settings(checker="embedded", cache="off", workers=1)) as checker:
        found = await tried(tactics_for(checker), checker, *KINDS)
    assert found.world == "peano"
    assert found.dropped == ()
    assert found.tactics == tactic_list("peano", "4.35.0").tactics


class Scripted:
    """A Lean in which the named tactics' proofs do what they should not."""

    toolchain = Toolchain("4.99.0", "Mathlib 0")

    def __init__(self, broken=(), unsound=(), kind=VerdictKind.FAILS):
        tactics = tactic_list("mathlib", "4.99.0")
        self.broken = {t.proof for t in tactics.tactics if t.name in broken}
        self.unsound = {t.proof for t in tactics.tactics if t.name in unsound}
        self.refused = tactics.refused[1]
        self.kind = kind

    async def check(self, claim):
        if claim.statements[-1].signature == self.refused:
            closes = claim.proof in self.unsound
        else:
            closes = claim.proof not in self.broken
        notes = (Diagnostic("error", "unknown tactic"),)
        return Verdict(VerdictKind.COMPILES if closes else self.kind, diagnostics=notes)


async def test_a_tactic_that_fails_its_own_goal_is_dropped_and_named(caplog):
    checker = Scripted(broken=["have", "convert using 3"])
    with caplog.at_level(logging.WARNING):
        found = await tried(tactics_for(checker), checker, "equivalence", "guard")
    assert found.dropped == ("have", "convert using 3")
    assert "have" not in [tactic.name for tactic in found.tactics]
    assert "without have, convert using 3" in found.identity
    assert "'have' does not close its own goal under lean 4.99.0" in caplog.text


async def test_without_its_guard_a_tactic_is_not_believed():
    checker = Scripted(broken=["alone"])
    found = await tried(tactics_for(checker), checker, "equivalence", "guard")
    assert "have" not in [tactic.name for tactic in found.of("equivalence")]


async def test_a_kind_whose_tactics_all_lost_their_guard_is_none_at_all():
    """Else every pair would be called not equivalent, and no reason given."""
    tactics = tactic_list("mathlib", "4.99.0").of("equivalence")
    others = [tactic.name for tactic in tactics if tactic.guard != "alone"]
    assert len(others) < len(tactics)
    checker = Scripted(broken=["alone", *others])
    with pytest.raises(UnavailableError, match="of the equivalence tactics"):
        await tried(tactics_for(checker), checker, "equivalence", "guard")


@pytest.mark.parametrize(
    ("checker", "says"),
    [
        (Scripted(unsound=["apply"]), "'apply' proves a false goal"),
        (Scripted(broken=["assumption", "alone"]), "of the guard tactics .* none closes"),
        (Scripted(kind=VerdictKind.UNAVAILABLE), "could not be tried: unknown tactic"),
    ],
)
async def test_nothing_hangs_on_a_list_that_cannot_be_relied_on(checker, says):
    with pytest.raises(UnavailableError, match=says):
        await tried(tactics_for(checker), checker, "equivalence", "guard")
