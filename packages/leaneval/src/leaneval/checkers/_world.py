"""The Lean world that claims are asked in: what is imported once and what is opened for each.

A preamble such as `import Mathlib` with `open ... Real Nat` below it falls into two parts. The
imports make one environment, built once and shared by every claim. The opens belong to a claim: one
that brings a header of its own sees its own opens and no others.

Invariant: nothing of one claim's header reaches another. Out of scope: which imports a candidate
may write at all (the gate).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

STANDARD_AXIOMS = frozenset({"propext", "Classical.choice", "Quot.sound"})
"""What classical mathematics in Lean rests on; every world with Init has them."""

_WITH_MATHLIB = {
    "Aesop", "Batteries", "ImportGraph", "Init", "Lean", "LeanSearchClient", "Mathlib", "Plausible",
    "ProofWidgets", "Qq", "Std",
}  # fmt: skip
_IMPORT = re.compile(r"import\s+(?:all\s+)?([\w'!?«».]+)\s*")


@dataclass(frozen=True, slots=True)
class World:
    """What stands before every claim.

    Attributes:
        imports: The lines that make the shared environment: `import Mathlib`, or `prelude` and
            `import Peano`.
        opens: The preamble's other lines, for claims that bring no header of their own.
        axioms: What a statement may depend on beside our own axiom.
        exists: Whether a module can be imported here, where that is known; an import that the
            environment covers by name but that does not exist stays in the text and fails there.
    """

    imports: str
    opens: str = ""
    axioms: frozenset[str] = frozenset()
    exists: Callable[[str], bool] | None = None

    @classmethod
    def of(cls, preamble: str, axioms: frozenset[str] | None = None) -> World:
        """The world of a preamble.

        Args:
            preamble: Import lines (after `prelude`, perhaps), then any `open` and `set_option`.
            axioms: None: the three standard ones where there is Init, else none.
        """
        lines = [line.strip() for line in preamble.splitlines() if line.strip()]
        imports = [line for line in lines if line == "prelude" or _IMPORT.fullmatch(line)]
        if axioms is None:
            axioms = frozenset() if "prelude" in imports else STANDARD_AXIOMS
        opens = "\n".join(line for line in lines if line not in imports)
        return cls("\n".join(imports), opens, axioms)

    @property
    def has_init(self) -> bool:
        """Whether Lean's own library is there, and with it `sorry`."""
        return "prelude" not in self.imports.splitlines()

    @property
    def modules(self) -> tuple[str, ...]:
        """The modules that are imported."""
        found = map(_IMPORT.fullmatch, self.imports.splitlines())
        return tuple(named[1] for named in found if named)

    def covers(self, line: str) -> bool:
        """Whether a header's line asks for no more than the shared environment holds already."""
        line = line.strip()
        if line in self.imports.splitlines():
            return True
        named = _IMPORT.fullmatch(line)
        if named is None or "Mathlib" not in self.modules:
            return False
        is_below = named[1].partition(".")[0] in _WITH_MATHLIB
        return is_below and (self.exists is None or self.exists(named[1]))
