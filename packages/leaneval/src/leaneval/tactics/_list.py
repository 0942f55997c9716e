"""Reading a tactic list.

Pieces stand in for their `<name>` lines, at those lines' indentation; an entry with a list `n` is
as many tactics. `since` and `until` bound the Lean versions, `until` excluded.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from leaneval.store import digest
from leaneval.types import GoalClaim, Statement

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Kind = Literal["equivalence", "guard", "vacuity", "filter"]

_FOLDER = Path(__file__).parent
_PIECE = re.compile(r"^([ ]*)<(\w+)>$", re.MULTILINE)
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Tactic:
    """One proof template.

    Attributes:
        name: Unique within its list.
        kind: `equivalence`: proves a target from a hypothesis; `guard`: proves a target from
            nothing, so that a tactic which could do without its hypothesis is not believed;
            `vacuity`: proves a statement in a way in which none that says something is proved;
            `filter`: succeeds wherever a `vacuity` does.
        proof: With `{h0}` for the hypothesis (`equivalence`) and `{s}` for the support's namespace.
        target: Signature of a goal that it must close.
        given: Signature of the hypothesis of that goal (`equivalence`).
        guard: Name of the guard that must fail before it is believed, or None.
        heartbeats: Lean's `maxHeartbeats`, or None for Lean's own.
    """

    name: str
    kind: Kind
    proof: str
    target: str
    given: str = ""
    guard: str | None = None
    heartbeats: int | None = None


@dataclass(frozen=True, slots=True)
class TacticList:
    """The tactics for one Lean world and version.

    Attributes:
        world: `peano` or `mathlib`.
        version: Of the file.
        support: Lean commands that the proofs build on.
        refused: Signatures (hypothesis, target) of a goal that no tactic may close.
        tactics: From cheap to dear.
        dropped: Names of those that failed their trial.
    """

    world: str
    version: str
    support: str
    refused: tuple[str, str]
    tactics: tuple[Tactic, ...]
    dropped: tuple[str, ...] = ()

    def of(self, kind: Kind) -> tuple[Tactic, ...]:
        """The tactics of a kind, in order."""
        return tuple(tactic for tactic in self.tactics if tactic.kind == kind)

    @property
    def identity(self) -> str:
        """All that a proof's outcome depends on beside checker and statements, in one line."""
        content = digest(self.support, *(repr(tactic) for tactic in self.tactics))[:12]
        names = ", ".join(tactic.name for tactic in self.tactics)
        without = f"; without {', '.join(self.dropped)}" if self.dropped else ""
        return f"{self.world} tactics {self.version} ({names}{without}; {content})"

    def claim(self, tactic: Tactic, target: Statement, given: Statement | None = None) -> GoalClaim:
        """Does `tactic` prove the type of `target`, from that of `given` where there is one?

        The goal is closed: the proof can rest neither on the target itself nor on the axiom that
        stands for open proofs.
        """
        statements = (target,) if given is None else (given, target)
        return GoalClaim(
            statements,
            f"type_of% @{{{len(statements) - 1}}}",
            tactic.proof,
            support=self.support,
            given=() if given is None else (0,),
            heartbeats=tactic.heartbeats,
        )


def tactic_list(world: str, lean: str) -> TacticList:
    """The list for a Lean world.

    Args:
        world: `peano` or `mathlib`.
        lean: Lean's version, such as `4.27.0`; one that cannot be read counts as the newest.
    """
    raw = tomllib.loads((_FOLDER / f"{world}.toml").read_text(encoding="utf-8"))
    version = _version(lean)
    pieces = {p["name"]: p["text"].strip("\n") for p in raw.get("piece", ()) if _fits(p, version)}
    entries: Iterable[tuple[Kind, Mapping[str, Any]]] = [
        *(("equivalence", entry) for entry in raw["equivalence"]),
        *(("guard", entry) for entry in raw["guard"]),
        *(("vacuity", entry) for entry in raw["vacuity"]),
        ("filter", raw["filter"]),
    ]
    support = raw.get("support")
    return TacticList(
        world=world,
        version=raw["version"],
        support=(_FOLDER / support).read_text(encoding="utf-8") if support else "",
        refused=(raw["refused"]["given"], raw["refused"]["target"]),
        tactics=tuple(
            tactic
            for kind, entry in entries
            if _fits(entry, version)
            for tactic in _tactics(kind, entry, pieces)
        ),
    )


def _tactics(kind: Kind, entry: Mapping[str, Any], pieces: Mapping[str, str]) -> Iterable[Tactic]:
    fields = {key: value for key, value in entry.items() if key not in ("n", "since", "until")}
    proof = _PIECE.sub(lambda at: _indented(pieces[at[2]], at[1]), entry["proof"].strip("\n"))
    for n in entry.get("n", ("",)):
        name = entry["name"].replace("{n}", str(n))
        yield Tactic(kind=kind, **{**fields, "name": name, "proof": proof.replace("{n}", str(n))})


def _indented(text: str, margin: str) -> str:
    return "\n".join(margin + line for line in text.split("\n"))


def _fits(entry: Mapping[str, Any], version: tuple[int, ...]) -> bool:
    reaches = "until" not in entry or version < _version(entry["until"])
    return reaches and _version(entry.get("since", "0")) <= version


def _version(text: str) -> tuple[int, ...]:
    return tuple(map(int, _NUMBER.findall(text)[:3])) or (10**9,)
