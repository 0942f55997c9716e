"""Judges: who says whether a statement that compiles means what its problem says.

`make_judge` turns a spec string into a judge; `JUDGES` lists the specs. Invariant: a judge's number
was given by Lean or by a model that was asked; what could not be had is `Score(None, why)`.
"""

from __future__ import annotations

from leaneval.judges._cached import CachedJudge, KeyedJudge
from leaneval.judges._make import JUDGES, make_judge

__all__ = ["JUDGES", "CachedJudge", "KeyedJudge", "make_judge"]
