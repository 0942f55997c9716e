"""Statements of the Peano benchmark, our checkers over them, and the bare compiler."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from leaneval.checkers import PreludeLibrary, RayChecker, make_checker
from leaneval.checkers._assemble import STRICT_OPTIONS
from leaneval.checkers._binary import embedded_lean
from leaneval.checkers._spec import uncached
from leaneval.extract import parse_reference
from leaneval.peano import LIBRARY, generate
from leaneval.protocols import Checker
from leaneval.settings import Settings
from leaneval.types import Statement, StatementClaim

_BOOT = """
import ctypes, sys
lib = ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
words = [b"lean", *(word.encode() for word in sys.argv[2:])]
sys.exit(lib.lean_main(len(words), (ctypes.c_char_p * (len(words) + 1))(*words, None)))
"""

Check = Callable[[Sequence[str]], None]
"""Checks signatures; returns when all have compiled."""


def signatures(count: int, seed: int) -> list[str]:
    """Signatures of generated Peano problems, all different."""
    problems = generate(count, seed=seed)
    return [parse_reference(problem.reference, problem.header).signature for problem in problems]


async def ask(checker: Checker, given: Sequence[str]) -> None:
    """Ask for all verdicts at once; every one must be positive."""
    claims = [StatementClaim(Statement("", f"t{i}", s)) for i, s in enumerate(given)]
    verdicts = await asyncio.gather(*map(checker.check, claims))
    wrong = [verdict for verdict in verdicts if not verdict.compiles]
    assert not wrong, f"{len(wrong)} of {len(claims)} do not compile, the first: {wrong[0]}"


@contextlib.contextmanager
def opened(checker: contextlib.AbstractAsyncContextManager[Checker]) -> Iterator[Check]:
    """A checker that stays up between the turns; its event loop stands still meanwhile."""
    with asyncio.Runner() as runner:
        entered = runner.run(checker.__aenter__())
        try:
            yield lambda given: runner.run(ask(entered, given))
        finally:
            runner.run(checker.__aexit__(None, None, None))


def checking(settings: Settings) -> contextlib.AbstractContextManager[Check]:
    """The checker that these settings name."""
    return opened(make_checker(settings))


@contextlib.contextmanager
def ray_checking(settings: Settings, actors: int, given: Sequence[str]) -> Iterator[Check]:
    """A pool on a Ray cluster, without the cache of verdicts, all its actors up and tried.

    Raises:
        RuntimeError: They do not come up, or were fewer after a check.
    """
    checker = uncached(settings)
    assert isinstance(checker, RayChecker)
    with opened(checker) as check:
        for _ in range(60):
            check(given)
            if len(checker.actors) == actors:
                break

        def whole(asked: Sequence[str]) -> None:
            check(asked)
            if len(checker.actors) != actors:
                raise RuntimeError(f"{len(checker.actors)} of {actors} actors: the cluster is full")

        whole(given)
        yield whole


class Bare:
    """The compiler without any of our code around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = PreludeLibrary(LIBRARY)
        self.lean = str(embedded_lean().library)
        self.run("-o", str(folder / f"{self.library.name}.olean"), str(LIBRARY))

    def run(self, *words: str) -> str:
        environment = {"LEAN_PATH": str(self.folder), "LEAN_NUM_THREADS": "1"}
        command = [sys.executable, "-I", "-S", "-c", _BOOT, self.lean, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    def check(self, given: Sequence[str], size: int, *, audited: bool = False) -> None:
        """Compile files of `size` statements whose proofs an axiom closes."""
        for start in range(0, len(given), size):
            lines = [self.library.preamble, "axiom closed (p : Prop) : p"]
            for number, signature in enumerate(given[start : start + size]):
                lines.append(f"theorem t{number} {signature} := closed _")
                lines += [f"#print axioms t{number}"] * audited
            path = self.folder / "Bare.lean"
            path.write_text("\n".join(lines) + "\n")
            said = self.run("--json", *STRICT_OPTIONS, str(path))
            assert said.count("\n") == said.count("[closed]"), "all of them compile"
