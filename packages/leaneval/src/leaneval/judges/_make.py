"""From a spec string to a judge.

Invariant: making a judge starts nothing and imports no client; entering it does. Out of scope:
whether the judge works here (entering it, and preflight, tell).
"""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from leaneval.errors import UsageError
from leaneval.judges._cached import CachedJudge
from leaneval.judges._defeq import DefeqJudge
from leaneval.judges._llm import LlmJudge
from leaneval.store import Store, cache_folder

if TYPE_CHECKING:
    from leaneval.protocols import Checker, Judge
    from leaneval.settings import Settings

JUDGES = {
    "none": "compile rates only",
    "defeq": "Lean's own definitional equality with the reference; exact for Peano; no key needed",
    "llm:MODEL": "a language model behind any OpenAI-compatible endpoint (LEANEVAL_JUDGE_BASE_URL, "
    "LEANEVAL_JUDGE_API_KEY, or OPENAI_*)",
}
"""Spec -> what it is, in one line."""


def make_judge(settings: Settings, checker: Checker | None) -> Judge | None:
    """The judge that `settings.judge` names; None for `none`.

    Args:
        settings: Judge spec, protocol, concurrency, cache.
        checker: Entered by the caller; what a judge that asks Lean puts its questions to.

    Raises:
        UsageError: The spec names no judge, or one that needs a checker where there is none.
    """
    name, _, argument = settings.judge.partition(":")
    if name == "llm" and argument:
        return CachedJudge(LlmJudge(argument, settings), _store(settings))
    if argument or name not in ("none", "defeq"):
        raise UsageError(_unknown(settings.judge))
    if name == "none":
        return None
    if checker is None:
        raise UsageError("the judge 'defeq' asks Lean and needs a checker, got none: name one.")
    return DefeqJudge(checker)


def _store(settings: Settings) -> Store | None:
    folder = cache_folder(settings.cache)
    return None if folder is None else Store(folder / "scores.sqlite")


def _unknown(spec: str) -> str:
    near = difflib.get_close_matches(spec.partition(":")[0], ["none", "defeq", "llm"], n=1)
    known = {"none": "none", "defeq": "defeq", "llm": "llm:MODEL"}
    hint = f" Did you mean {known[near[0]]!r}?" if near else ""
    listing = "; ".join(f"{name}: {what}" for name, what in JUDGES.items())
    return f"a judge is one of {', '.join(JUDGES)}, got {spec!r}.{hint} ({listing})"
