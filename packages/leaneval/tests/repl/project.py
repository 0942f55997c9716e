"""Lays out a Lake project whose REPL is `embedded_repl.py`: what lean-interact and Kimina expect.

    python project.py FOLDER

    FOLDER/lean-toolchain lakefile.toml lake-manifest.json Peano.lean
    FOLDER/.lake/build/lib/lean/Peano.olean     what `import Peano` finds
    FOLDER/.lake/build/bin/repl                 the REPL (and the modules that it is made of)
    FOLDER/bin/lake                             answers `env [PROGRAM ...]`, `build`, `--version`
    FOLDER/faults/                              see `faults.py`

It is project and REPL folder in one. The REPL's interpreter is the base Python of this one, without
site packages.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
from pathlib import Path

from leaneval.cage import Cage
from leaneval.checkers import PreludeLibrary
from leaneval.checkers._binary import embedded_lean
from leaneval.checkers._library import compile_library
from leaneval.peano import LIBRARY

_REPL = """#!{python} -IS
import os, sys
home = os.path.dirname(os.path.realpath(__file__))
sys.path.insert(0, home)
import pathlib, embedded_repl, faults
folder = pathlib.Path(home).parents[2] / "faults"
embedded_repl.main(lambda request: faults.before(folder, request))
"""
_LAKE = """#!/bin/sh
# Stands where Lake would: knows the one project that it lies in.
case "$1" in
  env)
    shift
    export LEAN_SYSROOT={sysroot!s} LEAN_PATH={folder}/.lake/build/lib/lean
    if [ $# -eq 0 ]; then exec env; fi
    exec "$@" ;;
  build) test -x {folder}/.lake/build/bin/repl && echo "Build completed successfully." ;;
  --version) echo "Lake version 5.0.0 (Lean version {version})" ;;
  *) echo "this stand-in for lake knows no command '$1'" >&2; exit 1 ;;
esac
"""


def make(folder: Path) -> Path:
    """Lay the project out; `folder`. Raises `UnavailableError` without the wheel."""
    lean = embedded_lean()
    assert lean.library is not None
    binaries, libraries = folder / ".lake/build/bin", folder / ".lake/build/lib/lean"
    for each in (binaries, libraries, folder / "bin", folder / "faults"):
        each.mkdir(parents=True, exist_ok=True)
    asyncio.run(compile_library(lean, PreludeLibrary(LIBRARY), libraries, Cage.detect()))
    shutil.move(libraries / LIBRARY.name, folder / LIBRARY.name)
    (folder / "lean-toolchain").write_text(f"leanprover/lean4:v{lean.version}\n")
    (folder / "lakefile.toml").write_text('name = "peano"\n[[lean_lib]]\nname = "Peano"\n')
    manifest = {"version": "1.1.0", "name": "peano", "packages": []}
    (folder / "lake-manifest.json").write_text(json.dumps(manifest))
    here = Path(__file__).parent
    for name in ("embedded_repl.py", "lean_worker.py", "faults.py"):
        shutil.copyfile(here / name, binaries / name)
    _program(binaries / "repl", _REPL.format(python=sys._base_executable))
    sysroot = lean.library.parent
    lake = _LAKE.format(sysroot=sysroot, folder=folder, version=lean.version)
    _program(folder / "bin" / "lake", lake)
    return folder


def _program(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


if __name__ == "__main__":
    make(Path(sys.argv[1]).absolute())
