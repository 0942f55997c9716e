"""The Peano benchmark: elementary number theory in English and in Lean, made from a grammar.

Invariant: every reference is correct by construction and elaborates over `Peano.lean`, whose
functions are opaque; so definitional equality with a reference (or one of its alternatives) is
the exact meaning of a right formalisation here. Out of scope: proofs, and anything that needs
Mathlib. It is a microscope for the pipeline, not a stand-in for a real benchmark.
"""

from __future__ import annotations

from pathlib import Path

from leaneval.peano._problems import development_problems, generate, test_problems
from leaneval.peano._prompt import INSTRUCTION, prompt

LIBRARY = Path(__file__).with_name("Peano.lean")
"""The Lean library, in `prelude` mode; compile it to `Peano.olean` and put that on `LEAN_PATH`."""

PREAMBLE = "prelude\nimport Peano"
"""What stands above a statement of this benchmark."""

__all__ = [
    "INSTRUCTION",
    "LIBRARY",
    "PREAMBLE",
    "development_problems",
    "generate",
    "prompt",
    "test_problems",
]
