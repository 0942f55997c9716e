"""Four ways to use one REPL program over the tests' project: ours, by hand, and two peers'."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
from lean_interact import AutoLeanServer, Command, LeanREPLConfig
from lean_interact.interface import CommandResponse

from benchmarks._needs import ROOT
from leaneval.checkers._assemble import assemble
from leaneval.checkers._world import World
from leaneval.peano import PREAMBLE
from leaneval.types import Statement, StatementClaim

BATCH, SNIPPETS = 100, 50
TESTS = ROOT / "packages" / "leaneval" / "tests"
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
    """The REPL by hand: commands written, answers left unread."""

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
            line = self.child.stdout.readline()
            assert line, "the REPL died"
            answer += line
        return answer

    def commands(self, given: Sequence[str]) -> list[str]:
        """The very commands that our pool would send."""
        claims = [StatementClaim(Statement("", f"t{i}", s)) for i, s in enumerate(given)]
        batches = [claims[start : start + BATCH] for start in range(0, len(claims), BATCH)]
        return [assemble(batch, self.world, as_command=True).text for batch in batches]

    def check(self, commands: Sequence[str]) -> None:
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
        started = self.server.run(Command(cmd=f"{PREAMBLE}\n{AXIOM}"))
        assert isinstance(started, CommandResponse), started
        self.env = started.env

    def check(self, given: Sequence[str]) -> None:
        for signature in given:
            asked = Command(cmd=f"theorem t {signature} := closed _", env=self.env)
            answer = self.server.run(asked, timeout=60)
            assert isinstance(answer, CommandResponse), answer
            assert answer.lean_code_is_valid(), answer

    def close(self) -> None:
        self.server.kill()


class Kimina:
    """A Kimina Lean Server over the same REPL."""

    def __init__(self, project: Path, log: Path) -> None:
        serving = runpy.run_path(str(TESTS / "kimina" / "serving.py"))
        self.server = serving["KiminaServer"](project, log, max_repls=1)
        self.server.start()
        self.client = httpx.Client(trust_env=False, timeout=300)

    def check(self, given: Sequence[str]) -> None:
        imports = PREAMBLE.removeprefix("prelude\n")  # the server knows import lines alone
        for start in range(0, len(given), SNIPPETS):
            snippets = [
                {"id": str(i), "code": f"{imports}\n{AXIOM}\ntheorem t {s} := closed _"}
                for i, s in enumerate(given[start : start + SNIPPETS])
            ]
            asked = {"snippets": snippets, "timeout": 60, "reuse": True}
            said = self.client.post(f"{self.server.url}/api/check", json=asked)
            results = said.raise_for_status().json()["results"]
            wrong = [r for r in results if r.get("error") or '"error"' in json.dumps(r)]
            assert not wrong, wrong[0]

    def close(self) -> None:
        self.client.close()
        self.server.kill()
