"""What the LLM judge is shown of a problem and a candidate.

`strict` shows the problem's text, the reference and the neutralised candidate as the three fields
of one JSON object, so that nothing in a candidate can end its field and speak as the examiner.
The text is shown because a reference alone does not tell an intended reading from an accident of
its wording. `study` shows what the study's judge saw: see `_study`. Invariant: rendering is a pure
function; `identity` changes whenever its result could.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, Protocol

from leaneval.judges._endpoint import Request
from leaneval.judges._neutral import NEUTRALISER, neutral_text
from leaneval.store import digest

if TYPE_CHECKING:
    from leaneval.types import Problem, Statement

_MAX_TOKENS = 1024


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a chat."""

    role: Literal["system", "user"]
    content: str


class Prompt(Protocol):
    """How a question is put."""

    @property
    def identity(self) -> str:
        """A name that is different for every different rendering."""

    def render(self, problem: Problem, statement: Statement) -> Request:
        """The question for one pair."""


class StrictPrompt:
    """Our own prompt: `prompts/strict.txt` and one JSON object."""

    def __init__(self) -> None:
        self._system = (files(__package__) / "prompts" / "strict.txt").read_text("utf-8")
        self.identity = f"strict {digest(self._system, NEUTRALISER, str(_MAX_TOKENS))[:16]}"

    def render(self, problem: Problem, statement: Statement) -> Request:
        """The question for one pair."""
        fields = {
            "problem": problem.informal,
            "reference": reference_text(problem),
            "candidate": neutral_text(statement),
        }
        # A lone surrogate (hostile output may hold one) cannot be sent as UTF-8.
        text = json.dumps(fields, ensure_ascii=False, indent=1).encode("utf-8", "replace").decode()
        return Request((Message("system", self._system), Message("user", text)), _MAX_TOKENS)


def reference_text(problem: Problem) -> str:
    """The reference as its benchmark gives it, its header before it."""
    return "\n\n".join(part for part in (problem.header, problem.reference) if part)
