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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self

from leaneval.checkers._assemble import assemble, stands_alone
from leaneval.checkers._batching import Batcher, Outcome
from leaneval.checkers._messages import parse, read
from leaneval.checkers._process import run_lean
from leaneval.errors import UnavailableError
from leaneval.store import digest
from leaneval.types import Toolchain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from types import TracebackType

    from leaneval.cage import Cage
    from leaneval.checkers._binary import LeanBinary
    from leaneval.checkers._process import LeanRun
    from leaneval.types import Claim, Verdict

MEMORY = 8 * 2**30
"""Address space a Lean process may take, in bytes; with less than 6 GB it says nothing at all."""

_COMPILE_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class PreludeLibrary:
    """A Lean file in prelude mode.

    Attributes:
        path: The file; its stem is the module's name.
        axioms: Axioms of its own that a statement may depend on.
    """

    path: Path
    axioms: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The module's name."""
        return self.path.stem

    @property
    def preamble(self) -> str:
        """What a file that uses it begins with."""
        return f"prelude\nimport {self.name}"

    def digest(self) -> str:
        """SHA-256 of the content."""
        return digest(self.path.read_text(encoding="utf-8"), *sorted(self.axioms))


class LeanFiles:
    """A `Runner`: one file and one child process a batch.

    Args:
        lean: What to run, with `LEAN_PATH` set.
        library: What the files import.
        compiled: Folder of its `.olean`.
        scratch: Folder for the files.
        cage: Isolation of the child.
    """

    def __init__(
        self, lean: LeanBinary, library: PreludeLibrary, compiled: Path, scratch: Path, cage: Cage
    ) -> None:
        self._lean = replace(lean, environment={**lean.environment, "LEAN_PATH": str(compiled)})
        self._library = library
        self._compiled = compiled
        self._scratch = scratch
        self._cage = cage

    async def run(self, claims: Sequence[Claim], seconds: float) -> Outcome:
        """Check `claims` in one file. A text over Lean's means ends in an outcome, not an error."""
        file = assemble(claims, self._library.preamble)
        # a folder each: a child must not see what other children are asked
        folder = Path(tempfile.mkdtemp(dir=self._scratch))
        try:
            source = folder / "Claims.lean"
            source.write_text(file.text, encoding="utf-8", newline="\n")
            done = await run_lean(
                self._lean,
                ["--json", *file.options, str(source)],
                cwd=folder,
                readable=[folder, self._compiled],
                writable=[],
                seconds=seconds,
                memory=MEMORY,
                cage=self._cage,
            )
        finally:
            shutil.rmtree(folder, ignore_errors=True)
        code = None if done.timed_out else done.returncode
        verdicts = read(file, parse(done.stdout), self._library.axioms, code)
        return Outcome(verdicts, _ending(done, verdicts), _last_words(done))


def _ending(
    done: LeanRun, verdicts: Sequence[Verdict | None]
) -> Literal["finished", "timeout", "died"]:
    if done.timed_out:
        return "timeout"
    return "finished" if done.returncode in (0, 1) and any(verdicts) else "died"


def _last_words(done: LeanRun) -> str:
    said = done.stderr.decode(errors="replace").strip()[-300:]
    status = "killed at its time limit" if done.timed_out else f"status {done.returncode}"
    return f"{status}, {said}" if said else status


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
            compiled = await self._compiled(lean, digest(lean.version, identity))
            runner = LeanFiles(lean, self._library, compiled, self._scratch, self._cage)
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

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End every child process and remove the scratch folder."""
        if self._batcher is not None:
            await self._batcher.close()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)
        self._batcher = self._scratch = None

    async def _compiled(self, lean: LeanBinary, key: str) -> Path:
        """Folder with the library's `.olean`, made now or by an earlier run."""
        assert self._scratch is not None
        assert self._cage is not None
        home = self._home or self._scratch
        folder = home / "lean" / key[:24]
        target = folder / f"{self._library.name}.olean"
        if target.is_file():
            return folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(dir=folder, prefix="making-"))
        except OSError as error:
            if self._home is None:
                raise UnavailableError(f"no room to compile the Lean library: {error}") from error
            # a cache that cannot be written costs time, not the run
            self._home = None
            return await self._compiled(lean, key)
        try:
            made = await compile_library(lean, self._library, work, self._cage)
            # renaming is atomic: a rival process that makes the same file changes nothing
            made.replace(target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return folder


async def compile_library(
    lean: LeanBinary, library: PreludeLibrary, folder: Path, cage: Cage
) -> Path:
    """Compile `library` into `folder`; the `.olean`.

    Raises:
        UnavailableError: Lean refuses it, with Lean's words.
    """
    target = folder / f"{library.name}.olean"
    source = folder / library.path.name
    shutil.copyfile(library.path, source)
    done = await run_lean(
        lean,
        ["-o", str(target), str(source)],
        cwd=folder,
        readable=[],
        writable=[folder],
        seconds=_COMPILE_SECONDS,
        memory=MEMORY,
        cage=cage,
    )
    if done.returncode != 0 or not target.is_file():
        said = done.stdout.decode(errors="replace").strip()[:500]
        raise UnavailableError(
            f"Lean {lean.version} must compile the library {library.path}; it ended with "
            f"{_last_words(done)} {said}. `leaneval doctor` shows which Lean was found."
        )
    return target
