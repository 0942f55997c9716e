"""Prompts that do not stand in the YAML: Peano's own, and the study's.

Our prompts for Mathlib are in the YAML files, where lm-eval's users look for them. The study's
system prompt is fetched from its repository, pinned, when `protocol: study` asks for it; its text
is no part of this package.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from leaneval.data import Source, pinned_file
from leaneval.documents import problem_of
from leaneval.errors import DataError
from leaneval.profile import MATHLIB

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leaneval.tasks._plan import Plan

STUDY = Source(
    repository="suxls/data-overlap-autoformalization-osmosis",
    revision="4866106f158ce3da8671bb656ddb39b4415b762a",
    path="docs/eval_kickstart_prompt.md",
    sha256="d5fa091ed269de01421214a3f9fd2e070750f914e904bf7ad017ae511a350db0",
)
_SYSTEM_PROMPT = re.compile(r"^System prompt:\n```\n(.+?)\n```$", re.MULTILINE | re.DOTALL)


def overrides(plan: Plan) -> dict[str, str]:
    """The parts of the task's configuration that replace the YAML's."""
    is_theirs = plan.profile is MATHLIB and plan.style == "statement"
    if plan.settings.protocol == "study" and is_theirs:
        return {"description": _literal(study_prompt()), "doc_to_text": "{{informal}}"}
    return {}


def study_prompt() -> str:
    """The study's system prompt for its own models.

    Raises:
        DataError: The pinned document holds none.
        UnavailableError: It cannot be fetched.
    """
    path = pinned_file(STUDY)
    found = _SYSTEM_PROMPT.search(path.read_text(encoding="utf-8"))
    if found is None:
        raise DataError(f"{path} holds no system prompt")
    return found[1].strip()


def peano_description() -> str:
    """What comes before a Peano problem: the words of its library, and an example."""
    from leaneval.peano import INSTRUCTION

    return _literal(INSTRUCTION)


def peano_text(document: Mapping[str, Any]) -> str:
    """The user's message for a Peano problem."""
    from leaneval.peano import prompt

    return prompt(problem_of(document))


def _literal(text: str) -> str:
    """Text that lm-eval's Jinja leaves alone, with the blank line a base model needs after it."""
    return f"{{% raw %}}{text.strip()}{{% endraw %}}\n\n"
