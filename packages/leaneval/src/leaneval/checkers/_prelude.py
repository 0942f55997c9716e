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
from typing import TYPE_CHECKING, Self

from leaneval.checkers._assemble import stands_alone
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
    from leaneval.types import Claim, Verdict


class PreludeChecker:
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
        self._spec = spec
        self._find_lean = find_lean
        self._find_cage = find_cage
        self._library = library
        self._home = home
        self._limits = (workers, batch_size, time_limit)
        self._toolchain: Toolchain | None = None
        self._cage: Cage | None = None
        self._scratch: Path | None = None
        self._batcher: Batcher | None = None

    @property
    def spec(self) -> str:
        """The spec string."""
        return self._spec

    @property
    def world(self) -> World:
        """What claims are asked in."""
        return World.of(self._library.preamble, self._library.axioms)

    @property
    def toolchain(self) -> Toolchain:
        """Lean's version; the library's name and the first 12 digits of its SHA-256."""
        assert self._toolchain is not None, "known once the context is entered"
        return self._toolchain

    @property
    def cage(self) -> str:
        """The isolation level reached."""
        assert self._cage is not None, "known once the context is entered"
        return self._cage.level

    async def check(self, claim: Claim) -> Verdict:
        """The verdict on `claim`; equal claims under way are run once."""
        assert self._batcher is not None, "a checker answers only inside `async with`"
        return await self._batcher.check(claim)

    async def __aenter__(self) -> Self:
        """Find Lean, compile the library where need be, try the controls, start the workers.

        Raises:
            UnavailableError: There is no Lean, or it does not compile the library, or it gives the
                wrong answer for a control statement.
        """
        lean = await asyncio.to_thread(self._find_lean)
        self._cage = await asyncio.to_thread(self._find_cage)
        identity = self._library.digest()
        self._toolchain = Toolchain(lean.version, f"{self._library.name} {identity[:12]}")
        self._scratch = Path(tempfile.mkdtemp(prefix="leaneval-"))
        try:
            homes = (self._home, self._scratch) if self._home else (self._scratch,)
            folder = await compiled(lean, self._library, self._cage, homes)
            runner = LeanFiles(lean, self._library, folder, self._scratch, self._cage)
            workers, batch_size, time_limit = self._limits
            self._batcher = Batcher(
                runner,
                self._toolchain.key,
                workers=workers,
                batch_size=batch_size,
                time_limit=time_limit,
                stands_alone=stands_alone,
            )
            await self._batcher.start()
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(self, *exception: object) -> None:
        """End every child process and remove the scratch folder."""
        if self._batcher is not None:
            await self._batcher.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._batcher = self._scratch = None
