"""Runs a batch as one Lean file in one caged child process."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from leaneval.checkers._assemble import assemble
from leaneval.checkers._library import MEMORY, last_words
from leaneval.checkers._messages import parse, read
from leaneval.checkers._process import run_lean
from leaneval.checkers._runner import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.cage import Cage
    from leaneval.checkers._binary import LeanBinary
    from leaneval.checkers._library import PreludeLibrary
    from leaneval.checkers._process import LeanRun
    from leaneval.types import Claim, Verdict


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
        return Outcome(verdicts, _ending(done, verdicts), last_words(done))


def _ending(
    done: LeanRun, verdicts: Sequence[Verdict | None]
) -> Literal["finished", "timeout", "died"]:
    if done.timed_out:
        return "timeout"
    return "finished" if done.returncode in (0, 1) and any(verdicts) else "died"
