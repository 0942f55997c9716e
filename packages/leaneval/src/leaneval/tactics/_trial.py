"""Trying a tactic list on goals with known answers before anything hangs on it.

A tactic that Lean has dropped or renamed fails silently inside `first` or `try`, and a judge that
relies on it would call equivalent statements different.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from leaneval.errors import UnavailableError
from leaneval.tactics._list import tactic_list
from leaneval.types import Statement, VerdictKind

if TYPE_CHECKING:
    from leaneval.protocols import Checker
    from leaneval.tactics._list import Kind, Tactic, TacticList
    from leaneval.types import Verdict

logger = logging.getLogger("lm_eval.leaneval")


def tactics_for(checker: Checker) -> TacticList:
    """The list for the Lean world and version of an entered checker, not tried yet."""
    world = getattr(checker, "world", None)
    toolchain = checker.toolchain
    prelude = toolchain.library.startswith("Peano ") if world is None else not world.has_init
    return tactic_list("peano" if prelude else "mathlib", toolchain.lean)


async def tried(found: TacticList, checker: Checker, *kinds: Kind) -> TacticList:
    """The tactics of the given kinds that close their own goals under `checker`.

    Args:
        found: The list.
        checker: Entered.
        kinds: Which tactics are wanted.

    Raises:
        UnavailableError: The checker gives no answer, a tactic closes the false goal, or no tactic
            of one of the kinds works.
    """
    wanted = [tactic for tactic in found.tactics if tactic.kind in kinds]
    works = await asyncio.gather(*(_works(found, tactic, checker) for tactic in wanted))
    kept = tuple(tactic for tactic, does in zip(wanted, works, strict=True) if does)
    dropped = tuple(tactic.name for tactic, does in zip(wanted, works, strict=True) if not does)
    believed = _guarded(kept, dropped)
    for kind in kinds:
        if not any(tactic.kind == kind for tactic in believed):
            raise UnavailableError(
                f"of the {kind} tactics for the {found.world} world none closes its own goal, and "
                f"has a guard that does, under {checker.toolchain.key}; leaneval knows no tactics "
                "for this Lean."
            )
    return replace(found, tactics=believed, dropped=dropped)


def _guarded(kept: tuple[Tactic, ...], dropped: tuple[str, ...]) -> tuple[Tactic, ...]:
    """`kept` without the tactics whose guard was dropped: unguarded they are not believed."""
    return tuple(tactic for tactic in kept if tactic.guard not in dropped)


async def _works(found: TacticList, tactic: Tactic, checker: Checker) -> bool:
    refused_given, refused_target = found.refused
    closes, closes_false = await asyncio.gather(
        _ask(found, tactic, checker, tactic.given, tactic.target),
        _ask(found, tactic, checker, refused_given, refused_target),
    )
    if closes_false.compiles:
        raise UnavailableError(
            f"the tactic {tactic.name!r} proves a false goal (`{refused_target}`) under "
            f"{checker.toolchain.key}; nothing that it proves can be believed."
        )
    if closes.compiles:
        return True
    said = "; ".join(d.message for d in closes.diagnostics[:2])[:300]
    logger.warning(
        "the tactic %r does not close its own goal under %s and is not used: %s",
        tactic.name, checker.toolchain.key, said,
    )  # fmt: skip
    return False


async def _ask(
    found: TacticList, tactic: Tactic, checker: Checker, given: str, target: str
) -> Verdict:
    hypothesis = Statement("", "given", given) if tactic.kind == "equivalence" else None
    claim = found.claim(tactic, Statement("", "target", target), hypothesis)
    verdict = await checker.check(claim)
    if verdict.kind is VerdictKind.UNAVAILABLE:
        said = "; ".join(d.message for d in verdict.diagnostics)
        raise UnavailableError(f"the tactic {tactic.name!r} could not be tried: {said}")
    return verdict
