"""Finished runs, read back."""

from __future__ import annotations

from leaneval.results._types import Condition, Run, Sample

__all__ = ["Condition", "Run", "Sample"]
