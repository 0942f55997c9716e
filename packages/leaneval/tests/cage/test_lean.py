"""Lean itself with hostile files and no gate before it, as `protocol: study` gives them to it.

Without Init the wheel's Lean has no `IO`, no notation and no string, so these texts find nothing to
act with; that is why prelude checkers may run with limits only. What a program with real means gets
in the same cage is tried in the other files of this folder, by Python in Lean's place.
"""

from __future__ import annotations

import os
import socket
from pathlib import Path

import psutil
import pytest

from leaneval.cage import Cage
from leaneval.checkers import PreludeChecker, PreludeLibrary
from leaneval.checkers._binary import embedded_lean
from leaneval.errors import UnavailableError
from leaneval.peano import LIBRARY
from leaneval.types import FileClaim

pytestmark = pytest.mark.lean

HARMLESS = "theorem t (n : Nat) : Even n := sorry"
HOSTILE = {
    "eval": '#eval (IO.FS.readFile "{secret}" >>= IO.println : IO Unit)',
    "eval of a declared IO": (
        "inductive String : Type where | mk : String\n"
        "axiom IO : Type -> Type\n"
        '@[extern "lean_io_prim_handle_mk"] axiom steal : String -> IO String\n'
        '#eval steal "{secret}"'
    ),
    "include_str": 'theorem s : include_str "{secret}" := sorry',
    "import of a path": 'import «{secret}»\nimport "{secret}"',
    "run_cmd": 'run_cmd IO.FS.writeFile "{made}" "x"',
    "initialize": 'initialize IO.FS.writeFile "{made}" "x"',
    "init": '@[init] def start : Nat := zero\nbuiltin_initialize IO.FS.writeFile "{made}" "x"',
    "elab": 'elab "x" : command => IO.FS.writeFile "{made}" "x"\nx',
    "macro": 'macro "x" : term => `(zero)\ntheorem m : Eq x x := sorry',
    "tactic": 'theorem r : True := by run_tac IO.FS.writeFile "{made}" "x"',
    "extern": (
        '@[extern "system"] opaque shell : Nat -> Nat\n'
        "theorem e : Eq (shell zero) zero := by decide\n#eval shell zero\n#reduce shell zero"
    ),
    "implemented_by": (
        "@[implemented_by kill] def live : Nat -> Nat := fun n => n\n#eval live zero"
    ),
    "native_decide": "theorem d : True := by native_decide",
    "load_dynlib": 'set_option loadDynlib "{secret}"\n#eval loadPlugin "{secret}"',
    "spawn": '#eval (IO.Process.spawn {{ cmd := "touch", args := #["{made}"] }} : IO Unit)',
    "socket": '#eval (IO.Process.output {{ cmd := "curl", args := #["127.0.0.1:{port}"] }})',
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(params=["full", "limits only"])
def checker(request: pytest.FixtureRequest, home: Path) -> PreludeChecker:
    cage = Cage.detect() if request.param == "full" else Cage.limits_only("a test asked for it")
    if cage.level != request.param:
        pytest.skip(f"this system grants no full cage: {'; '.join(cage.reasons)}")
    try:
        embedded_lean()
    except UnavailableError as error:
        pytest.skip(str(error))
    return PreludeChecker(
        "embedded",
        embedded_lean,
        PreludeLibrary(LIBRARY),
        home=home,
        workers=1,
        batch_size=10,
        time_limit=20,
        find_cage=lambda: cage,
    )


async def test_no_file_does_anything_but_elaborate(
    checker: PreludeChecker, secret: Path, tmp_path: Path
) -> None:
    made = tmp_path / "made"
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        names = {"secret": secret, "made": made, "port": server.getsockname()[1]}
        async with checker:
            for name, text in HOSTILE.items():
                claim = FileClaim(f"{text.format(**names)}\n{HARMLESS}")
                verdict = await checker.check(claim)
                assert not verdict.compiles, name
                said = " ".join(diagnostic.message for diagnostic in verdict.diagnostics)
                assert "hunter2" not in said, name
                assert not made.exists(), name
            assert (await checker.check(FileClaim(HARMLESS))).compiles
            assert lean_below(os.getpid()) == []
        with pytest.raises(TimeoutError):
            server.accept()
    assert secret.read_text() == "hunter2"


def lean_below(pid: int) -> list[psutil.Process]:
    return [
        child
        for child in psutil.Process(pid).children(recursive=True)
        if any("Claims.lean" in word for word in child.cmdline())
    ]
