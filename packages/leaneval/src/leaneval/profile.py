"""A profile: the Lean world that a benchmark's statements live in.

It fixes the preamble that models are shown and candidates are checked under, the imports a
candidate's own header may name, and three control statements with known answers, which preflight
and the crash rule try before they believe anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaneval import gate
from leaneval.errors import UsageError
from leaneval.lean import commands, strip_comments, tokens
from leaneval.peano import LIBRARY
from leaneval.peano import PREAMBLE as _PEANO
from leaneval.types import Problem, Statement

if TYPE_CHECKING:
    from pathlib import Path

    from leaneval.gate import HeaderPolicy
    from leaneval.types import Toolchain


@dataclass(frozen=True, slots=True)
class Profile:
    """A benchmark's Lean world.

    Attributes:
        name: `peano` or `mathlib`.
        preamble: Header used for a candidate that brings none of its own.
        header: What the gate lets a candidate's own header say, and which names are taken.
        control: A statement that compiles.
        control_wrong: Compiles, but means something else than `control`.
        control_broken: Does not compile.
        informal: What `control` says, in words, for a judge that reads.
        lean: Version of Lean that its benchmarks are written for; empty where any will do.
    """

    name: str
    preamble: str
    header: HeaderPolicy
    control: Statement
    control_wrong: Statement
    control_broken: Statement
    informal: str
    lean: str = ""

    def mismatch(self, toolchain: Toolchain) -> str | None:
        """A warning where the checker's Lean is not the one that the benchmarks are written for."""
        if not self.lean or toolchain.lean.removeprefix("v") == self.lean:
            return None
        return (
            f"the {self.name} benchmarks are written for Lean {self.lean}, the checker has "
            f"{toolchain.key}: references may not compile, and rates do not compare with those of "
            "the pinned version (`leaneval check --references TASK` shows which references do)"
        )

    @property
    def control_problem(self) -> Problem:
        """The problem whose reference is `control`."""
        text = f"theorem {self.control.name} {self.control.signature} := sorry"
        return Problem(id="control", informal=self.informal, reference=text, header=self.preamble)


def declared(library: Path) -> frozenset[str]:
    """The names that a Lean file's definitions, opaque constants and inductive types declare."""
    text = strip_comments(library.read_text(encoding="utf-8"))
    return frozenset(
        command.body[0].text
        for command in commands(tokens(text), text)
        if command.word in {"def", "opaque", "inductive"} and command.body
    )


def _control(preamble: str, signature: str) -> Statement:
    return Statement(header=preamble, name="control", signature=signature)


_MATHLIB = "import Mathlib\nopen BigOperators Real Nat Topology Rat"

PEANO = Profile(
    name="peano",
    preamble=_PEANO,
    header=gate.prelude(LIBRARY.stem, declared(LIBRARY)),
    control=_control(_PEANO, "(a b : Nat) : Eq (add a b) (add b a)"),
    control_wrong=_control(_PEANO, "(a b : Nat) : Eq (add a b) (add a b)"),
    control_broken=_control(_PEANO, "(a b : Nat) : Eq (add a b) c"),
    informal="Show that a + b = b + a for all natural numbers a and b.",
)
"""The Peano benchmark: a prelude-mode library, checked by the embedded Lean."""

MATHLIB = Profile(
    name="mathlib",
    preamble=_MATHLIB,
    header=gate.MATHLIB,
    control=_control(_MATHLIB, "(a b : ℝ) (h : a < b) : ∃ c : ℝ, a < c ∧ c < b"),
    control_wrong=_control(_MATHLIB, "(a b : ℝ) (h : a < b) : ∃ c : ℝ, a < c ∨ c < b"),
    control_broken=_control(_MATHLIB, "(a b : ℝ) (h : a < b) : a < c ∧ c < b"),
    informal="Show that between any two real numbers a < b there is a real number c.",
    lean="4.27.0",
)
"""Mathlib under the study's preamble."""

PROFILES = {profile.name: profile for profile in (PEANO, MATHLIB)}


def profile_of(name: str) -> Profile:
    """The profile of that name.

    Raises:
        UsageError: There is none.
    """
    if name not in PROFILES:
        raise UsageError(f"a profile is one of {', '.join(PROFILES)}, got {name!r}")
    return PROFILES[name]
