"""A Lake project as a checker needs it: which Lean, which libraries, which REPL, which files.

Invariant: nothing here runs a candidate's text. `lake env` runs once, uncaged and trusted as the
project's owner trusts it, and what it prints is all that the caged REPL gets to know. Out of scope:
building the project.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leaneval.checkers._binary import shebang
from leaneval.checkers._process import SYSTEM
from leaneval.errors import UnavailableError
from leaneval.types import Toolchain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lean_interact.config import LeanREPLConfig

    from leaneval.checkers._world import World

_PASSED_ON = ("LEAN_PATH", "LEAN_SYSROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_DUMP = "import json, os; print(json.dumps(dict(os.environ)))"
_LAKE_ANSWERS_WITHIN = 120.0  # seconds; the first start of a toolchain may unpack it


@dataclass(frozen=True)
class LeanProject:
    """A project whose statements can be checked.

    Attributes:
        path: Its folder.
        toolchain: Its Lean, and the library with its revision.
        repl: The REPL's executable.
        environment: Variables that the REPL gets; it gets no others.
        config: lean-interact's view of it.
    """

    path: Path
    toolchain: Toolchain
    repl: Path
    environment: Mapping[str, str]
    config: LeanREPLConfig = field(repr=False)

    @property
    def readable(self) -> tuple[Path, ...]:
        """What the REPL reads: compiled libraries."""
        return tuple(path for path in _paths(self.environment, "LEAN_PATH") if path.exists())

    @property
    def executable(self) -> tuple[Path, ...]:
        """What it runs: itself, Lean's toolchain, the system's libraries."""
        libraries = [path for name in _PASSED_ON[1:] for path in _paths(self.environment, name)]
        wanted = (self.repl.parent, shebang(self.repl), *libraries, *SYSTEM)
        return tuple(path for path in wanted if path.exists())


def open_project(path: Path, world: World, repl: Path | None, home: Path) -> LeanProject:
    """The project in a folder. May fetch and build the REPL for its Lean, once a version.

    Args:
        path: The folder, with `lean-toolchain` and a lakefile.
        world: What will be imported.
        repl: Folder of a built REPL; None: lean-interact fetches and builds one.
        home: Where it keeps the REPLs that it built.

    Raises:
        UnavailableError: There is no project, no lake or no REPL, or the project is not built.
    """
    _must_be_project(path)
    lake = find_lake()
    config = _configured(path, lake, repl, home)
    program = Path(config.cache_repl_dir).absolute() / ".lake" / "build" / "bin" / "repl"
    if not os.access(program, os.X_OK):
        raise UnavailableError(
            f"a REPL must be built at {program}, and there is none: build it with `lake build` in "
            f"{config.cache_repl_dir}, or unset LEANEVAL_REPL and run `leaneval setup`"
        )
    environment = _environment(path, lake)
    compiled = _compiled(environment, path, world)
    version = str(config.lean_version).removeprefix("v")
    toolchain = Toolchain(version, _library(path, compiled))
    return LeanProject(path, toolchain, program, environment, config)


def find_lake() -> Path:
    """The `lake` on PATH, or elan's.

    Raises:
        UnavailableError: There is none.
    """
    found = shutil.which("lake") or shutil.which(Path.home() / ".elan" / "bin" / "lake")
    if found is None:
        raise UnavailableError(
            "a Lake project needs Lean's `lake`, and there is none on PATH or in ~/.elan/bin: "
            "install Lean's version manager (`install-lean` of lean-interact does it, or "
            "https://lean-lang.org/install)"
        )
    return Path(found).absolute()


def module_exists(environment: Mapping[str, str], module: str) -> bool:
    """Whether the project can import `module`: there is a compiled file of it."""
    return find_module(environment, module) is not None


def find_module(environment: Mapping[str, str], module: str) -> Path | None:
    """The `.olean` of a module, or None."""
    file = Path(*module.replace("«", "").replace("»", "").split(".")).with_suffix(".olean")
    roots = [root / "lib" / "lean" for root in _paths(environment, "LEAN_SYSROOT")]
    for folder in (*_paths(environment, "LEAN_PATH"), *roots):
        if (folder / file).is_file():
            return folder / file
    return None


def read_manifest(path: Path) -> list[dict[str, Any]]:
    """The packages that `lake-manifest.json` pins; none where there is no manifest."""
    try:
        packages = json.loads((path / "lake-manifest.json").read_text(encoding="utf-8"))["packages"]
        return [package for package in packages if isinstance(package, dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _must_be_project(path: Path) -> None:
    wanted = ("lean-toolchain", "lakefile.toml"), ("lean-toolchain", "lakefile.lean")
    if not any(all((path / name).is_file() for name in names) for names in wanted):
        raise UnavailableError(
            f"project:PATH must be a Lake project (a folder with lean-toolchain and lakefile.toml "
            f"or lakefile.lean), got {path}: give its folder, or make one with `leaneval setup`"
        )


def _configured(path: Path, lake: Path, repl: Path | None, home: Path) -> LeanREPLConfig:
    from lean_interact.config import LeanREPLConfig
    from lean_interact.project import LocalProject

    if repl is not None and not repl.is_dir():
        raise UnavailableError(
            f"LEANEVAL_REPL must be the folder of a built REPL, got {repl}: "
            "name one, or unset it and run `leaneval setup`"
        )
    try:
        return LeanREPLConfig(
            project=LocalProject(directory=path, lake_path=lake, auto_build=False),
            local_repl_path=repl,
            build_repl=repl is None,
            cache_dir=home / "lean-interact",
            lake_path=lake,
            # an answer must not depend on earlier questions, nor a worker take two cores
            enable_incremental_optimization=False,
            enable_parallel_elaboration=False,
        )
    except Exception as error:  # git, network, lake, file system: each raises its own
        said = " ".join(str(error).split())[-400:]
        raise UnavailableError(
            f"lean-interact must fetch and build a REPL for the Lean of {path}, got {said}. With "
            "network access `leaneval setup` does it once; LEANEVAL_REPL names one built by hand"
        ) from error


def _environment(path: Path, lake: Path) -> dict[str, str]:
    """What `lake env` sets, of that what a REPL needs."""
    command = [str(lake), "env", sys.executable, "-I", "-S", "-c", _DUMP]
    try:
        done = subprocess.run(
            command, cwd=path, capture_output=True, timeout=_LAKE_ANSWERS_WITHIN, check=False
        )
        found = json.loads(done.stdout) if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(
            f"`lake env` must answer in {path}, got {error}: run it there by hand to see why not"
        ) from error
    if found is None:
        said = done.stderr.decode(errors="replace").strip()[-400:]
        raise UnavailableError(f"`lake env` must succeed in {path}, got: {said}. Mend the project")
    kept = {name: str(found[name]) for name in _PASSED_ON if found.get(name)}
    return {**kept, "LEAN_NUM_THREADS": "1"}


def _compiled(environment: Mapping[str, str], path: Path, world: World) -> list[Path]:
    """The compiled files of the modules that the world imports."""
    files = []
    for module in world.modules:
        file = find_module(environment, module)
        if file is None:
            raise UnavailableError(
                f"the project {path} must have {module} compiled, and does not: run `lake exe "
                "cache get` and `lake build` there, or set LEANEVAL_PREAMBLE to what it has"
            )
        files.append(file)
    return files


def _library(path: Path, compiled: list[Path]) -> str:
    """The library's name and revision, with a digest of what is not Mathlib's own.

    The same on every machine that has the same revisions.
    """
    packages = read_manifest(path)
    pinned = [(str(package.get("name")), str(package.get("rev"))) for package in packages]
    digest = hashlib.sha256(json.dumps(sorted(pinned)).encode())
    for file in compiled:
        digest.update(file.read_bytes())
        digest.update(_dependencies(file.with_suffix(".trace")))
    names = [file.stem for file in compiled]
    for package in packages:
        if package.get("name") == "mathlib":
            revision = f"{package.get('inputRev') or ''} {str(package.get('rev'))[:12]}".strip()
            if names == ["Mathlib"]:
                return f"Mathlib {revision}"
            names.append(f"over Mathlib {revision},")
    return f"{' '.join(names)} {digest.hexdigest()[:12]}"


def _dependencies(trace: Path) -> bytes:
    """Lake's own digest of all that a compiled file was made from; empty where it left none."""
    try:
        return str(json.loads(trace.read_text(encoding="utf-8"))["depHash"]).encode()
    except (OSError, ValueError, KeyError, TypeError):
        return b""


def _paths(environment: Mapping[str, str], name: str) -> list[Path]:
    found = environment.get(name, "").split(os.pathsep)
    return [Path(part).absolute() for part in found if part]
