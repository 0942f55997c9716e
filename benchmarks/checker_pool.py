"""Statements a second on one core: the pool of REPLs against other ways to use the same Lean.

    uv run python benchmarks/checker_pool.py

400 statements of the Peano benchmark, one core, each round all of them by every means in turn, so
that a noisy neighbour strikes all alike. All but `single` speak to the same REPL program (the
tests' REPL over the embedded Lean, for want of a registry's Mathlib):

1. ours: `project:PATH`, one worker, caged, every verdict positive and audited;
2. bare: the same commands in the same batches written to a REPL by hand and read back unread; from
   1 to 2 is what the pool, lean-interact and the reading cost. Wanted: 1 / 2 at least 0.9;
3. auto: lean-interact's AutoLeanServer used plainly, one statement a call, proofs closed by an
   axiom, nothing audited;
4. kimina: a Kimina Lean Server used plainly, one statement a snippet, 50 snippets a request, one
   REPL, nothing audited (left out where kimina-ast-server is not installed);
5. single: one `lean` process a statement, on a sample.

Wanted: ours at least as fast as the best of 3 to 5. Over Mathlib a statement takes ten to a hundred
times as long and the cost of a call all but vanishes: there the ratios to 2 and 3 come near 1.
"""

from __future__ import annotations

import asyncio
import json
import os
import platform
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import httpx
from checker_throughput import Bare, ours, statements
from lean_interact import AutoLeanServer, Command, LeanREPLConfig

from leaneval.checkers import make_checker
from leaneval.checkers._assemble import assemble
from leaneval.checkers._world import World
from leaneval.peano import PREAMBLE
from leaneval.protocols import Checker
from leaneval.settings import Settings
from leaneval.types import Statement, StatementClaim

ROUNDS, STATEMENTS, BATCH, SAMPLE, SNIPPETS = 3, 400, 100, 10, 50
TESTS = Path(__file__).parents[1] / "packages" / "leaneval" / "tests"
AXIOM = "axiom closed (p : Prop) : p"


def lay_out(folder: Path) -> Path:
    """The tests' project, its lake first on PATH (its Python granted to the cage)."""
    project = folder / "project"
    subprocess.run([sys.executable, TESTS / "repl" / "project.py", project], check=True)
    lake = folder / "bin" / "lake"
    lake.parent.mkdir()
    libraries = f"{sys.base_prefix}:{project}"
    lake.write_text(
        f'#!/bin/sh\nexport LD_LIBRARY_PATH={libraries}\nexec {project}/bin/lake "$@"\n'
    )
    lake.chmod(0o755)
    os.environ["PATH"] = f"{lake.parent}:{os.environ['PATH']}"
    return project


class BareRepl:
    """The REPL by hand."""

    def __init__(self, project: Path) -> None:
        self.world = World.of(PREAMBLE)
        self.child = subprocess.Popen(
            [project / "bin" / "lake", "env", project / ".lake/build/bin/repl"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "LEAN_NUM_THREADS": "1"},
        )
        self.env = json.loads(self.ask({"cmd": self.world.imports}))["env"]

    def ask(self, request: dict[str, object]) -> bytes:
        assert self.child.stdin is not None
        assert self.child.stdout is not None
        self.child.stdin.write(json.dumps(request).encode() + b"\n\n")
        self.child.stdin.flush()
        answer = b""
        while not answer.endswith(b"\n\n"):
            answer += self.child.stdout.readline()
        return answer

    def commands(self, signatures: list[str]) -> list[str]:
        claims = [StatementClaim(Statement("", f"t{i}", s)) for i, s in enumerate(signatures)]
        batches = [claims[start : start + BATCH] for start in range(0, len(claims), BATCH)]
        return [assemble(batch, self.world, as_command=True).text for batch in batches]

    def check(self, commands: list[str]) -> None:
        for command in commands:
            assert b'"error"' not in self.ask({"cmd": command, "env": self.env})

    def close(self) -> None:
        self.child.kill()
        self.child.communicate()


class Auto:
    """lean-interact as its documentation shows it."""

    def __init__(self, project: Path) -> None:
        lake = project / "bin" / "lake"
        config = LeanREPLConfig(local_repl_path=project, build_repl=False, lake_path=lake)
        self.server = AutoLeanServer(config)
        self.env = self.server.run(Command(cmd=f"{PREAMBLE}\n{AXIOM}")).env

    def check(self, signatures: list[str]) -> None:
        for signature in signatures:
            asked = Command(cmd=f"theorem t {signature} := closed _", env=self.env)
            assert self.server.run(asked, timeout=60).lean_code_is_valid()

    def close(self) -> None:
        self.server.kill()


class Kimina:
    """A Kimina Lean Server over the same REPL."""

    def __init__(self, project: Path, log: Path) -> None:
        serving = runpy.run_path(str(TESTS / "kimina" / "serving.py"))
        self.server = serving["KiminaServer"](project, log, max_repls=1)
        self.server.start()
        self.client = httpx.Client(trust_env=False, timeout=300)

    def check(self, signatures: list[str]) -> None:
        imports = PREAMBLE.removeprefix("prelude\n")  # the server knows import lines alone
        for start in range(0, len(signatures), SNIPPETS):
            snippets = [
                {"id": str(i), "code": f"{imports}\n{AXIOM}\ntheorem t {s} := closed _"}
                for i, s in enumerate(signatures[start : start + SNIPPETS])
            ]
            asked = {"snippets": snippets, "timeout": 60, "reuse": True}
            said = self.client.post(f"{self.server.url}/api/check", json=asked)
            results = said.raise_for_status().json()["results"]
            wrong = [r for r in results if r.get("error") or '"error"' in json.dumps(r)]
            assert not wrong, wrong[0]

    def close(self) -> None:
        self.client.close()
        self.server.kill()


async def measure(folder: Path) -> dict[str, list[float]]:
    """Statements a second of wall time, by means, a figure a round."""
    project, signatures = lay_out(folder), statements(STATEMENTS)
    settings = Settings(
        checker=f"project:{project}", repl=str(project), preamble=PREAMBLE, workers=1, cache="off"
    )
    rates: dict[str, list[float]] = {}
    with ExitStack() as stack:
        bare, auto, files = BareRepl(project), Auto(project), Bare(folder)
        means: dict[str, Callable[[], object]] = {
            "bare": lambda: bare.check(commands),
            "auto": lambda: auto.check(signatures),
            "single": lambda: files.check(signatures[:SAMPLE], 1),
        }
        opened = [bare, auto]
        if find_spec("server"):
            kimina = Kimina(project, folder / "kimina.log")
            means["kimina"] = lambda: kimina.check(signatures)
            opened.append(kimina)
        for each in opened:
            stack.callback(each.close)
        commands = bare.commands(signatures)
        async with make_checker(settings) as checker:
            print(f"{checker.toolchain.key}; cage: {checker.cage}")
            await rounds(checker, signatures, means, rates)
            print(f"pool: {checker.usage()}")  # type: ignore[attr-defined]
    return rates


async def rounds(
    checker: Checker,
    signatures: list[str],
    means: dict[str, Callable[[], object]],
    rates: dict[str, list[float]],
) -> None:
    await ours(checker, signatures[:BATCH])
    for number in range(ROUNDS):
        before = time.perf_counter()
        await ours(checker, signatures)
        rates.setdefault("ours", []).append(STATEMENTS / (time.perf_counter() - before))
        for name, check in means.items():
            before = time.perf_counter()
            check()
            count = SAMPLE if name == "single" else STATEMENTS
            rates.setdefault(name, []).append(count / (time.perf_counter() - before))
        said = ", ".join(f"{name} {values[-1]:.1f}" for name, values in rates.items())
        print(f"round {number + 1}: statements/s: {said}", flush=True)


def main() -> None:
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    with tempfile.TemporaryDirectory() as folder:
        rates = asyncio.run(measure(Path(folder)))
    for name, values in rates.items():
        if name != "ours":
            ratios = [mine / other for mine, other in zip(rates["ours"], values, strict=True)]
            spread = f"{min(ratios):.2f} to {max(ratios):.2f}"
            print(f"ours / {name}: median {statistics.median(ratios):.2f} ({spread})")
    print(f"{platform.platform()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
