"""Statements a second on one core: our embedded checker against the bare compiler.

    uv run python benchmarks/checker_throughput.py

2,000 statements of the Peano benchmark, one worker, one core, each round all of them by every
means in turn, so that a noisy neighbour strikes all alike:

1. ours: caged, audited, default batches, every verdict positive, its start told apart;
2. bare: the same compiler without a cage, given one file of 200 statements at a time, their proofs
   closed by an axiom, nothing audited or read back;
3. audited: the same files with one `#print axioms` a statement, which no sound verdict can do
   without; what is missing from 1 to 3 is our own overhead, from 3 to 2 the audit's;
4. single: the bare compiler once a statement, on a sample.

Prints statements a second (wall and processor time, children included), the ratios with their
median and spread, and the greatest resident memory of a Lean process of ours. Wanted: ours / bare
at least 0.8, ours / single at least 20, memory under 400 MB.
"""

from __future__ import annotations

import asyncio
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from leaneval.checkers import PreludeLibrary, make_checker
from leaneval.checkers._assemble import STRICT_OPTIONS
from leaneval.checkers._binary import embedded_lean
from leaneval.extract import parse_reference
from leaneval.peano import LIBRARY, generate
from leaneval.protocols import Checker
from leaneval.settings import Settings
from leaneval.types import Statement, StatementClaim

ROUNDS, STATEMENTS, BARE_FILE, SAMPLE = 5, 2000, 200, 10
BOOT = """
import ctypes, sys
lib = ctypes.CDLL(sys.argv[1], mode=ctypes.RTLD_GLOBAL)
words = [b"lean", *(word.encode() for word in sys.argv[2:])]
sys.exit(lib.lean_main(len(words), (ctypes.c_char_p * (len(words) + 1))(*words, None)))
"""


def statements(count: int) -> list[str]:
    """Signatures of generated Peano problems, all different."""
    problems = generate(count, seed=2026)
    return [parse_reference(problem.reference, problem.header).signature for problem in problems]


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

    def check(self, signatures: list[str], size: int, *, audited: bool = False) -> None:
        for start in range(0, len(signatures), size):
            lines = [self.library.preamble, "axiom closed (p : Prop) : p"]
            for number, signature in enumerate(signatures[start : start + size]):
                lines.append(f"theorem t{number} {signature} := closed _")
                lines += [f"#print axioms t{number}"] * audited
            path = self.folder / "Bare.lean"
            path.write_text("\n".join(lines) + "\n")
            said = self.run("--json", *STRICT_OPTIONS, str(path))
            assert said.count("\n") == said.count("[closed]"), "all of them compile"


async def ours(checker: Checker, signatures: list[str]) -> None:
    claims = [StatementClaim(Statement("", f"t{i}", s)) for i, s in enumerate(signatures)]
    verdicts = await asyncio.gather(*map(checker.check, claims))
    assert all(verdict.compiles for verdict in verdicts)


def clocks() -> tuple[float, float]:
    """Wall time and processor time so far, ended children included."""
    return time.perf_counter(), sum(os.times()[:4])


def rate(count: int, before: tuple[float, float]) -> tuple[float, float]:
    """Statements a second of wall time and of processor time since `before`."""
    now = clocks()
    return count / (now[0] - before[0]), count / (now[1] - before[1])


async def compare(folder: Path) -> tuple[dict[str, list[float]], float]:
    """The ratios of every round, and the greatest memory of a process of ours, in MB."""
    signatures = statements(STATEMENTS)
    ratios: dict[str, list[float]] = {}
    before = clocks()
    async with make_checker(Settings(cache="off", workers=1)) as checker:
        print(f"ours starts in {clocks()[0] - before[0]:.2f} s, the library compiled with it")
        await ours(checker, signatures[:BARE_FILE])
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        bare = Bare(folder)
        for number in range(ROUNDS):
            before = clocks()
            await ours(checker, signatures)
            mine, before = rate(STATEMENTS, before), clocks()
            bare.check(signatures, BARE_FILE)
            theirs, before = rate(STATEMENTS, before), clocks()
            bare.check(signatures, BARE_FILE, audited=True)
            audited, before = rate(STATEMENTS, before), clocks()
            bare.check(signatures[:SAMPLE], 1)
            single = rate(SAMPLE, before)
            print(
                f"round {number + 1}: statements/s wall (processor): ours {mine[0]:.0f} "
                f"({mine[1]:.0f}), bare {theirs[0]:.0f} ({theirs[1]:.0f}), "
                f"audited {audited[0]:.0f} ({audited[1]:.0f}), "
                f"single {single[0]:.1f} ({single[1]:.1f})"
            )
            for name, other in (("bare", theirs), ("audited", audited), ("single", single)):
                for kind, index in (("wall", 0), ("processor time", 1)):
                    ratios.setdefault(f"ours / {name}, {kind}", []).append(
                        mine[index] / other[index]
                    )
    return ratios, peak


def main() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        ratios, peak = asyncio.run(compare(Path(folder)))
    for name, values in ratios.items():
        spread = f"{min(values):.2f} to {max(values):.2f}"
        print(f"{name}: median {statistics.median(values):.2f} ({spread})")
    print(f"greatest resident memory of a process of ours: {peak:.0f} MB")
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
