"""The folder of real data, for every test that reads it; Lean behind a REPL and a server."""

import gzip
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from leaneval.checkers._binary import embedded_lean
from leaneval.errors import UnavailableError
from leaneval.types import Statement

_RUNAWAY_DEPTH = 30


@pytest.fixture(scope="session")
def data_folder() -> Path:
    """`LEANEVAL_DATA`, or `shared/data` beside the repository; skips where there is neither."""
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("LEANEVAL_DATA") or beside)
    if not (folder / "putnambench.jsonl").is_file():
        pytest.skip(f"no benchmark data in {folder}: set LEANEVAL_DATA")
    return folder


@pytest.fixture(scope="session")
def rows(data_folder: Path) -> Callable[[str], list[dict[str, Any]]]:
    """Reader of one file of the data folder, JSON lines, compressed or not."""

    def read(name: str) -> list[dict[str, Any]]:
        path = data_folder / name
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]

    return read


@pytest.fixture(scope="session")
def runaway() -> Statement:
    """A statement over Peano that no machine elaborates in time, and that needs no deep stack.

    Two ways to write one tree of 2^30 different leaves are to be seen as equal: nothing that Lean
    keeps for later helps, and it goes but 30 levels down. Each level doubles the time; 14 of them
    take about a second. Lean's own limit, in allocations, is taken off.
    """
    depth = "(Nat.next " * _RUNAWAY_DEPTH + "Nat.first" + ")" * _RUNAWAY_DEPTH
    trees = [
        f"@Nat.rec (fun _ => Nat → Nat) (fun x => x) (fun _ f x => {node}) {depth} Nat.first"
        for node in (
            "add (f (Nat.next x)) (f (mul x x))",
            "(fun y => add y (f (mul x x))) (f (Nat.next x))",
        )
    ]
    signature = "(P : Nat → Prop) (h : P ({})) : (fun _ : P ({}) => True) h".format(*trees)
    return Statement("set_option maxHeartbeats 0", "t", signature)


@pytest.fixture(scope="session")
def repl_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Lake project and REPL folder over the embedded Lean (see `repl/project.py`)."""
    try:
        embedded_lean()
    except UnavailableError as error:
        pytest.skip(str(error))
    folder = tmp_path_factory.mktemp("repl")
    script = Path(__file__).with_name("repl") / "project.py"
    subprocess.run([sys.executable, script, folder], check=True)
    return folder


@pytest.fixture
def faults(repl_project: Path) -> Iterator[Callable[..., None]]:
    """Lays a fault in the REPL's way (see `repl/faults.py`); those left are taken away after."""
    folder = repl_project / "faults"

    def lay(match: str, do: str, **more: Any) -> None:
        name = f"{len(list(folder.iterdir()))}-{os.urandom(4).hex()}.json"
        (folder / name).write_text(json.dumps({"match": match, "do": do, **more}))

    yield lay
    for path in folder.iterdir():
        path.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def make_kimina(
    repl_project: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., Any]]:
    """Starts real Kimina servers over `repl_project` (see `kimina/serving.py`): `url`, `kill`."""
    if find_spec("server") is None:
        pytest.skip("no Kimina server: kimina-ast-server is not installed")
    serving = runpy.run_path(str(Path(__file__).with_name("kimina") / "serving.py"))
    made: list[Any] = []

    def make(**settings: object) -> Any:
        log = tmp_path_factory.mktemp("kimina") / "log"
        made.append(serving["KiminaServer"](repl_project, log, **settings))
        made[-1].start()
        return made[-1]

    yield make
    for server in made:
        server.kill()


@pytest.fixture(scope="session")
def kimina_server(make_kimina: Callable[..., Any]) -> Any:
    """One that tests share; those that kill one make their own."""
    return make_kimina()
