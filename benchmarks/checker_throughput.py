"""Statements a second on one core: our embedded checker against the bare compiler.

    uv run python benchmarks/checker_throughput.py [ROUNDS]

2,000 distinct statements over the Peano library, one worker, one core, in interleaved rounds:

1. ours: caged, audited, default batches, every verdict positive;
2. bare: the same compiler without a cage, given one file of 200 statements at a time, their proofs
   closed by an axiom, nothing audited or read back;
3. single: the bare compiler once a statement, on a sample.

Prints statements a second (wall and processor time), the ratios of each round, and the greatest
resident memory of a Lean process of ours. Wanted: ours / bare >= 0.8, ours / single >= 20,
memory < 400 MB.
"""

from __future__ import annotations

import asyncio
import os
import platform
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from leaneval.checkers import PreludeLibrary, make_checker
from leaneval.checkers._assemble import STRICT_OPTIONS
from leaneval.checkers._binary import embedded_lean
from leaneval.peano import LIBRARY
from leaneval.settings import Settings
from leaneval.types import Statement, StatementClaim

COUNT, BARE_FILE, SAMPLE = 2000, 200, 15
BOOT = """
import ctypes, sys
lib = ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
words = [b"lean", *(word.encode() for word in sys.argv[2:])]
sys.exit(lib.lean_main(len(words), (ctypes.c_char_p * (len(words) + 1))(*words, None)))
"""


def statements(count: int) -> list[str]:
    """Signatures of the size of the benchmark's own, all different."""
    dice = random.Random(2026)

    def term(depth: int) -> str:
        if not depth or dice.random() < 0.2:
            return dice.choice(["a", "b", "c", "zero", "one", "two", "three"])
        return f"({dice.choice(['add', 'mul', 'gcd', 'max'])} {term(depth - 1)} {term(depth - 1)})"

    def fact() -> str:
        if dice.random() < 0.4:
            return f"({dice.choice(['Even', 'Odd', 'Prime'])} {term(2)})"
        return f"({dice.choice(['Eq', 'Le', 'Divides', 'Lt'])} {term(2)} {term(2)})"

    found: dict[str, None] = {}
    while len(found) < count:
        shape = dice.choice(["{0}", "And {0} {1}", "Exists fun d : Nat => Or {0} {1}"])
        conclusion = shape.format(fact(), fact())
        found[f"(a b c : Nat) (h : {fact()}) (g : {fact()}) : {conclusion}"] = None
    return list(found)


class Bare:
    """The compiler without any of our code around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.library = PreludeLibrary(LIBRARY)
        self.lean = str(embedded_lean().library)
        self.run("-o", str(folder / f"{self.library.name}.olean"), str(LIBRARY))

    def run(self, *words: str) -> str:
        environment = {"LEAN_PATH": str(self.folder), "LEAN_NUM_THREADS": "1"}
        command = [sys.executable, "-I", "-S", "-c", BOOT, self.lean, *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    def check(self, signatures: list[str], size: int) -> None:
        for start in range(0, len(signatures), size):
            lines = [self.library.preamble, "axiom closed (p : Prop) : p"]
            for number, signature in enumerate(signatures[start : start + size]):
                lines.append(f"theorem t{number} {signature} := closed _")
            path = self.folder / "Bare.lean"
            path.write_text("\n".join(lines) + "\n")
            assert not self.run("--json", *STRICT_OPTIONS, str(path)), "all of them compile"


def ours(signatures: list[str]) -> None:
    async def check() -> None:
        claims = [StatementClaim(Statement("", f"t{i}", s)) for i, s in enumerate(signatures)]
        async with make_checker(Settings(cache="off", workers=1)) as checker:
            verdicts = await asyncio.gather(*map(checker.check, claims))
        assert all(verdict.compiles for verdict in verdicts)

    asyncio.run(check())


def measure(count: int, work: Callable[[], None]) -> tuple[float, float]:
    """Statements a second of wall time and of processor time, children included."""
    wall, used = time.perf_counter(), sum(os.times()[:4])
    work()
    return count / (time.perf_counter() - wall), count / (sum(os.times()[:4]) - used)


def main(rounds: int = 3) -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    signatures = statements(COUNT)
    ours(signatures[:10])
    peak = 0
    ratios: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        bare = Bare(Path(folder))
        for number in range(rounds):
            wall, cpu = measure(COUNT, lambda: ours(signatures))
            if not number:
                peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            bare_wall, bare_cpu = measure(COUNT, lambda: bare.check(signatures, BARE_FILE))
            one_wall, one_cpu = measure(SAMPLE, lambda: bare.check(signatures[:SAMPLE], 1))
            print(
                f"round {number + 1}: statements/s wall (cpu): ours {wall:.0f} ({cpu:.0f}), "
                f"bare {bare_wall:.0f} ({bare_cpu:.0f}), single {one_wall:.1f} ({one_cpu:.1f})"
            )
            for name, value in (
                ("ours / bare, wall", wall / bare_wall),
                ("ours / bare, processor time", cpu / bare_cpu),
                ("ours / single, wall", wall / one_wall),
                ("ours / single, processor time", cpu / one_cpu),
            ):
                ratios.setdefault(name, []).append(value)
    for name, values in ratios.items():
        spread = f"{min(values):.2f} to {max(values):.2f}"
        print(f"{name}: median {statistics.median(values):.2f} ({spread})")
    print(f"greatest resident memory of a process of ours: {peak / 1024:.0f} MB")
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
