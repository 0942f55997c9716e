"""The flags that the commands share, and how they become settings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from leaneval.profile import MATHLIB, PEANO
from leaneval.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leaneval.profile import Profile

Checker = Annotated[
    str | None, typer.Option(help="Checker spec, such as embedded, mathlib or project:PATH.")
]
Judge = Annotated[
    str | None, typer.Option(help="Judge spec: defeq, beq, llm:MODEL, both:llm:MODEL or none.")
]
Protocol = Annotated[str | None, typer.Option(help="strict or study.")]
Json = Annotated[bool, typer.Option("--json", help="JSON instead of tables.")]
TimeLimit = Annotated[float | None, typer.Option(help="Seconds a statement may take alone.")]
Workers = Annotated[int | None, typer.Option(help="Lean processes at once.")]
Cache = Annotated[str | None, typer.Option(help="Folder of the caches, or off.")]
Caged = Annotated[
    bool | None,
    typer.Option("--cage/--no-cage", help="Refuse Mathlib without full isolation (default)."),
]
ProfileName = Annotated[
    str | None, typer.Option("--profile", help="Lean world of the statements: peano or mathlib.")
]


def settings_of(flags: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> Settings:
    """Settings from flags (None means not given) over the environment over `defaults`.

    Raises:
        UsageError: A value is out of range.
    """
    given = {name: value for name, value in flags.items() if value is not None}
    return Settings.resolve(defaults or {}, os.environ, given)


def profile_for(checker: str, preamble: str | None = None) -> Profile:
    """The Lean world that a checker is for: Peano without Lean's own library, else Mathlib.

    Args:
        checker: A spec string; `embedded` and `lean` run prelude files alone.
        preamble: `Settings.preamble`, which tells of a checker that could serve either.
    """
    kind = checker.removeprefix("ray:").partition(":")[0]
    is_prelude = kind in {"embedded", "lean"} or "prelude" in (preamble or "").split()
    return PEANO if is_prelude else MATHLIB
