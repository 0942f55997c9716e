"""A prelude-mode library, and its compiled form in the cache.

Invariant: an `.olean` in the cache is whole and is of the library's content and Lean's version that
its folder is named after; processes that compile at once do not disturb each other.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaneval.checkers._process import run_lean
from leaneval.errors import UnavailableError
from leaneval.store import digest

if TYPE_CHECKING:
    from leaneval.cage import Cage
    from leaneval.checkers._binary import LeanBinary
    from leaneval.checkers._process import LeanRun

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


async def compiled(
    lean: LeanBinary, library: PreludeLibrary, cage: Cage, homes: tuple[Path, ...]
) -> Path:
    """Folder with the library's `.olean`, made now or by an earlier run.

    Args:
        lean: The compiler.
        library: What to compile.
        cage: Isolation of the compiler.
        homes: Folders to keep it in, the first that can be written; a cache that cannot be costs
            time, not the run.

    Raises:
        UnavailableError: No folder can be written, or Lean refuses the library.
    """
    key = digest(lean.version, library.digest())[:24]
    trouble: OSError | UnavailableError | None = None
    for home in homes:
        folder = home / "lean" / key
        target = folder / f"{library.name}.olean"
        try:
            if target.is_file():  # which raises where a folder above may not be searched
                return folder
            folder.mkdir(parents=True, exist_ok=True)
            work = Path(tempfile.mkdtemp(dir=folder, prefix="making-"))
        except OSError as error:
            trouble = error
            continue
        try:
            made = await compile_library(lean, library, work, cage)
            # renaming is atomic: a rival process that makes the same file changes nothing
            made.replace(target)
        except (OSError, UnavailableError) as error:
            # a full disk, say, to which Lean itself gives no better word than for a bad library
            trouble = error
            continue
        finally:
            shutil.rmtree(work, ignore_errors=True)
        return folder
    if isinstance(trouble, UnavailableError):
        raise trouble
    raise UnavailableError(f"no folder to compile the Lean library in: {trouble}; free some space")


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
            f"{last_words(done)} {said}. `leaneval doctor` shows which Lean was found."
        )
    return target


def last_words(done: LeanRun) -> str:
    """How a run ended, for a message."""
    said = done.stderr.decode(errors="replace").strip()[-300:]
    status = "killed at its time limit" if done.timed_out else f"status {done.returncode}"
    return f"{status}, {said}" if said else status
