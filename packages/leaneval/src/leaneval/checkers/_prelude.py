"""The checker behind `embedded` and `lean[:PATH]`: files of statements over a prelude-mode library.

The library (one Lean file that begins with `prelude`, no Init below it) is compiled once into the
cache, keyed by its content and Lean's version, and each batch of statements is one file that
imports it, elaborated by one caged child process.

Limits: there is no Init, so no `sorry`, no numerals, no notation and hardly a tactic. Because
`sorry` has no meaning here, a `FileClaim`'s open proofs (`:= sorry`, `:= by sorry`) are closed by
the checker's axiom instead; a `sorry` anywhere else makes it fail. Out of scope: Mathlib.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from leaneval.checkers._assemble import stands_alone
from leaneval.checkers._base import BatchedChecker
from leaneval.checkers._batching import Batcher
from leaneval.checkers._files import LeanFiles
from leaneval.checkers._library import compiled
from leaneval.checkers._world import World
from leaneval.types import Toolchain

if TYPE_CHECKING:
    from collections.abc import Callable

    from leaneval.cage import Cage
    from leaneval.checkers._binary import LeanBinary
    from leaneval.checkers._library import PreludeLibrary


class PreludeChecker(BatchedChecker):
    """A `Checker` over a prelude-mode library.

    Args:
        spec: Its spec string.
        find_lean: Locates Lean; called on entering. Raises `UnavailableError` where there is none.
        library: What statements are about.
        home: Folder that keeps compiled libraries, shared by processes; None: compile each time.
        workers: Lean processes at once.
        batch_size: Statements a file.
        time_limit: Seconds that a statement may take alone.
        find_cage: Decides the isolation; called on entering.
    """

    def __init__(
        self,
        spec: str,
        find_lean: Callable[[], LeanBinary],
        library: PreludeLibrary,
        *,
        home: Path | None,
        workers: int,
        batch_size: int,
        time_limit: float,
        find_cage: Callable[[], Cage],
    ) -> None:
        super().__init__(spec)
        self._find_lean = find_lean
        self._find_cage = find_cage
        self._library = library
        self._home = home
        self._limits = (workers, batch_size, time_limit)
        self._scratch: Path | None = None

    @property
    def world(self) -> World:
        """What claims are asked in."""
        return World.of(self._library.preamble, self._library.axioms)

    async def _open(self) -> Batcher:
        """Find Lean, and compile the library where need be."""
        lean = await asyncio.to_thread(self._find_lean)
        cage = await asyncio.to_thread(self._find_cage)
        self._cage = cage.level
        identity = self._library.digest()
        self._toolchain = Toolchain(lean.version, f"{self._library.name} {identity[:12]}")
        self._scratch = Path(tempfile.mkdtemp(prefix="leaneval-"))
        homes = (self._home, self._scratch) if self._home else (self._scratch,)
        folder = await compiled(lean, self._library, cage, homes)
        workers, batch_size, time_limit = self._limits
        return Batcher(
            LeanFiles(lean, self._library, folder, self._scratch, cage),
            self._toolchain.key,
            workers=workers,
            batch_size=batch_size,
            time_limit=time_limit,
            stands_alone=stands_alone,
        )

    async def _release(self) -> None:
        """Remove the scratch folder."""
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch = None
