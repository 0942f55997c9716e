"""Makes the Lake project with Mathlib that the checker `mathlib[:VERSION]` uses.

Invariants: every step may be repeated and an interrupted one is taken up where it stopped (lake and
git keep what they fetched); a project is only called ready once its Mathlib is compiled and its
REPL built. lean-interact runs lake and builds the REPL; ours are the checks before and after,
because a failure in the fortieth minute helps nobody. Out of scope: installing `lake` itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from leaneval.checkers.repl._project import find_lake, open_project, read_manifest
from leaneval.errors import UnavailableError, UsageError
from leaneval.store import lasting_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leaneval.checkers._world import World
    from leaneval.checkers.repl._project import LeanProject

MATHLIB_VERSION = "v4.27.0"
"""What `gaokao_formal_dual` is written for."""

MATHLIB_URL = "https://github.com/leanprover-community/mathlib4.git"
DISK_SPACE = 6 * 10**9
"""Bytes that Mathlib's sources and compiled files take."""

_VERSION = re.compile(r"v\d+\.\d+\.\d+(?:-rc\d+)?")
_READY = ".leaneval-ready"
_NETWORK_ANSWERS_WITHIN = 60.0  # seconds
_LAKEFILE = """\
name = "leaneval-mathlib"

[[require]]
name = "mathlib"
git = "{url}"
rev = "{version}"
"""


def mathlib_folder(version: str | None, cache: str | None) -> Path:
    """Where the project of a Mathlib version lies.

    Args:
        version: A release's tag such as `v4.27.0`; None: the default.
        cache: `Settings.cache`; `off` means the user's own folder here, since a project is no memo.

    Raises:
        UsageError: The version is no release's tag.
    """
    version = version or MATHLIB_VERSION
    if not _VERSION.fullmatch(version):
        raise UsageError(
            f"a Mathlib version is a release's tag such as {MATHLIB_VERSION}, got {version!r}; "
            "project:PATH checks over any other project"
        )
    return lasting_folder(cache) / "mathlib" / version


def set_up(
    folder: Path,
    version: str,
    world: World,
    *,
    repl: Path | None,
    home: Path,
    url: str = MATHLIB_URL,
    say: Callable[[str], None] = print,
) -> LeanProject:
    """Make the project in `folder`, or finish one that was begun.

    Args:
        folder: The project's.
        version: Tag of Mathlib, which is Lean's as well.
        world: What must be importable at the end.
        repl: Folder of a built REPL; None: lean-interact builds one.
        home: Where lean-interact keeps its REPLs.
        url: Mathlib's repository.
        say: Told what happens; lake's own progress goes to the terminal.

    Raises:
        UnavailableError: No room, no lake, no network, or lake failed; the message says which.
    """
    lake = find_lake()
    if not _was_ready(folder):
        _need_room(folder)
        _write(folder, version, url)
        fetched = bool(read_manifest(folder))
        if not fetched:
            say(f"asking {url} for {version}")
            _need_network(url, version)
        say(f"fetching Mathlib {version} and its compiled files into {folder} (about 6 GB)")
        _build(folder, lake, update=not fetched)
    say("building the REPL for this Lean, unless there is one")
    project = open_project(folder, world, repl, home)
    (folder / _READY).touch()
    say(f"ready: lean {project.toolchain.lean}, {project.toolchain.library}")
    return project


def _was_ready(folder: Path) -> bool:
    """Whether an earlier run came to its end; `open_project` looks at the files themselves."""
    return (folder / _READY).is_file()


def _need_room(folder: Path) -> None:
    place = next(parent for parent in (folder, *folder.parents) if parent.exists())
    held = _size(folder)
    free = shutil.disk_usage(place).free
    if free + held < DISK_SPACE:
        raise UnavailableError(
            f"Mathlib needs about {DISK_SPACE / 1e9:.0f} GB of disk space, got {free / 1e9:.1f} GB "
            f"free at {place}: free some, or name another folder with --into"
        )


def _size(folder: Path) -> int:
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files)


def _write(folder: Path, version: str, url: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "lean-toolchain": f"leanprover/lean4:{version}\n",
        "lakefile.toml": _LAKEFILE.format(url=url, version=version),
    }
    for name, text in contents.items():
        path = folder / name
        if path.is_file() and path.read_text(encoding="utf-8") != text:
            raise UnavailableError(
                f"{folder} must be empty or hold the project of Mathlib {version}, got another "
                f"{name} there: name another folder with --into, or remove this one"
            )
        path.write_text(text, encoding="utf-8")


def _need_network(url: str, version: str) -> None:
    """Ask for the tag, so that a closed network is told from a failed build."""
    command = ["git", "ls-remote", "--exit-code", "--tags", url, version]
    try:
        done = subprocess.run(
            command,
            capture_output=True,
            timeout=_NETWORK_ANSWERS_WITHIN,
            check=False,
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        )
    except FileNotFoundError as error:
        raise UnavailableError("fetching Mathlib needs git, and there is none on PATH") from error
    except subprocess.TimeoutExpired as error:
        raise UnavailableError(_refused(url, "no answer within a minute")) from error
    if done.returncode == 2:
        raise UnavailableError(
            f"Mathlib must have the tag {version}, and {url} has not: see its releases"
        )
    if done.returncode != 0:
        raise UnavailableError(_refused(url, done.stderr.decode(errors="replace")))


def _refused(url: str, said: str) -> str:
    return (
        f"the network must let git reach {url}, and refuses: {' '.join(said.split())[-300:]}. Run "
        "`leaneval setup` where it is open and copy the folder here (project:PATH), or use "
        "kimina:URL, or the embedded checker for Peano statements"
    )


def _build(folder: Path, lake: Path, *, update: bool) -> None:
    from lean_interact.project import LocalProject

    project = LocalProject(directory=folder, lake_path=lake, auto_build=False)
    try:
        project.build(verbose=True, update=update)
    except (subprocess.CalledProcessError, RuntimeError, OSError) as error:
        raise UnavailableError(
            f"lake must fetch and build Mathlib in {folder}, got: {error}. What lake printed says "
            "why; `leaneval setup` again goes on where it stopped"
        ) from error
