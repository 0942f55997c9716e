"""The fixed lists of tactics that statements are related by, one list a Lean world.

A list is a readable file (`peano.toml`, `mathlib.toml`) of proof templates from cheap to dear, with
the Lean versions that each is for and a goal that each must close. Invariant: a tactic that does
not close its own goal under the checker at hand is not used, is named in a warning, and is missing
from the list's identity; one that closes a false goal stops everything. Out of scope: what a
closed goal means (judge `beq`, vacuity flags).
"""

from __future__ import annotations

from leaneval.tactics._list import Tactic, TacticList, tactic_list
from leaneval.tactics._trial import tactics_for, tried

__all__ = ["Tactic", "TacticList", "tactic_list", "tactics_for", "tried"]
