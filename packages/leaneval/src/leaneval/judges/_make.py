"""From a spec string to a judge.

Invariant: making a judge starts nothing and imports no client; entering it does. Out of scope:
whether the judge works here (entering it, and preflight, tell).
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from leaneval.errors import UsageError
from leaneval.judges._beq import BeqJudge
from leaneval.judges._both import BothJudges
from leaneval.judges._cached import CachedJudge
from leaneval.judges._defeq import DefeqJudge
from leaneval.judges._llm import LlmJudge
from leaneval.store import Store, cache_folder

if TYPE_CHECKING:
    from collections.abc import Callable

    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings

JUDGES = {
    "none": "compile rates only",
    "defeq": "Lean's own definitional equality with the reference; exact for Peano; no key needed",
    "beq": "BEq+: candidate and reference are proved from each other in Lean; a lower bound; "
    "no key needed",
    "llm:MODEL": "a model at an OpenAI-compatible endpoint (LEANEVAL_JUDGE_BASE_URL or OPENAI_*)",
    "both:llm:MODEL": "the model's score (primary), beq's beside it",
}
"""Spec -> what it is, in one line."""

_FORMAL: dict[str, Callable[[Checker], Judge]] = {"defeq": DefeqJudge, "beq": BeqJudge}


def make_judge(settings: Settings, checker: Checker | None) -> Judge | None:
    """The judge that `settings.judge` names; None for `none`.

    Args:
        settings: Judge spec, protocol, concurrency, cache.
        checker: Entered by the caller; what a judge that asks Lean puts its questions to.

    Raises:
        UsageError: The spec names no judge, or one that needs a checker where there is none.
    """
    name, _, argument = settings.judge.partition(":")
    if name == "both":
        return _both(argument, settings, checker)
    if name == "llm" and argument:
        return CachedJudge(LlmJudge(argument, settings), _store(settings))
    if argument or name not in ("none", *_FORMAL):
        raise UsageError(_unknown(settings.judge))
    return None if name == "none" else _FORMAL[name](_required(checker, name))


def _both(inner: str, settings: Settings, checker: Checker | None) -> Judge:
    if not inner.startswith("llm:") or inner == "llm:":
        raise UsageError(_unknown(settings.judge))
    primary = make_judge(settings.model_copy(update={"judge": inner}), checker)
    assert primary is not None, "a model's spec makes a judge"
    return BothJudges(primary, BeqJudge(_required(checker, "both")))


def _required(checker: Checker | None, name: str) -> Checker:
    if checker is None:
        raise UsageError(f"the judge {name!r} asks Lean and needs a checker, got none: name one.")
    return checker


def _store(settings: Settings) -> Store | None:
    folder = cache_folder(settings.cache)
    return None if folder is None else Store(folder / "scores.sqlite")


def _unknown(spec: str) -> str:
    known = {usage.partition(":")[0]: usage for usage in JUDGES}
    near = difflib.get_close_matches(spec.partition(":")[0], [*known], n=1)
    hint = f" Did you mean {known[near[0]]!r}?" if near else ""
    listing = "; ".join(f"{name}: {what}" for name, what in JUDGES.items())
    return f"a judge is one of {', '.join(JUDGES)}, got {spec!r}.{hint} ({listing})"
