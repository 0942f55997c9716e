"""The study's own judge prompt, fetched pinned from its public repository when it is used.

Its text is no part of this package. The file is a Python script: it is parsed and its two string
constants are read, it is never run. `LEANEVAL_STUDY` names a local copy of the repository to use
instead; its digest is then part of the judge's identity and a difference from the pinned one is a
warning. As in the study, the candidate is shown as the model wrote it, comments and names included,
so a candidate can talk to this judge; that is one reason why `strict` is the default. The paper and
the script differ (temperature 0 and 256 tokens against none and 1,024); this follows the script.
"""

from __future__ import annotations

import ast
import asyncio
import hashlib
import logging
import os
from pathlib import Path
from typing import TYPE_CHECKING

from leaneval.data import Source, pinned_file
from leaneval.errors import DataError, UnavailableError
from leaneval.judges._endpoint import Request
from leaneval.judges._prompt import Message, reference_text

if TYPE_CHECKING:
    from leaneval.types import Problem, Statement

logger = logging.getLogger("lm_eval.leaneval")

LOCAL = "LEANEVAL_STUDY"
JUDGE_SCRIPT = Source(
    repository="suxls/data-overlap-autoformalization-osmosis",
    revision="4866106f158ce3da8671bb656ddb39b4415b762a",
    path="scripts/run_judge.py",
    sha256="33c2d1ebace132fcf2b9d74982130a6425e3dcba4000e2b8dad221ff6ecb84a7",
)
_INSTRUCTIONS, _TEMPLATE = "JUDGE_SYSTEM_PROMPT", "JUDGE_USER_TEMPLATE"
_MAX_TOKENS = 1024
_VERSION = "1"


class StudyPrompt:
    """The study's prompt: one message, instructions and pair together.

    Args:
        script: The judge script's text.
    """

    def __init__(self, script: str) -> None:
        constants = _constants(script)
        self._instructions, self._template = constants[_INSTRUCTIONS], constants[_TEMPLATE]
        self.identity = f"study {hashlib.sha256(script.encode()).hexdigest()[:16]} v{_VERSION}"

    def render(self, problem: Problem, statement: Statement) -> Request:
        """The question for one pair."""
        pair = self._template.format(
            generated=statement.source, ground_truth=reference_text(problem)
        )
        text = f"{self._instructions}\n\n{pair}".encode("utf-8", "replace").decode()
        return Request((Message("user", text),), _MAX_TOKENS, plain=True)


async def fetch_study_prompt() -> StudyPrompt:
    """The prompt, from `LEANEVAL_STUDY`, the cache or the network.

    Raises:
        UnavailableError: It cannot be had.
        DataError: What was found is not the study's judge script.
    """
    local = os.environ.get(LOCAL, "").strip()
    return StudyPrompt(await asyncio.to_thread(_local if local else _pinned, local))


def _local(folder: str) -> str:
    path = Path(folder).expanduser() / JUDGE_SCRIPT.path
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnavailableError(
            f"{LOCAL}={folder!r} must be a copy of {JUDGE_SCRIPT.repository}, but "
            f"{JUDGE_SCRIPT.path} cannot be read there ({error.strerror}). "
            "Unset it to fetch the file."
        ) from error
    if (found := hashlib.sha256(data).hexdigest()) != JUDGE_SCRIPT.sha256:
        logger.warning(
            "%s is not the study's published judge script (SHA-256 %s, pinned %s); scores are not "
            "comparable with the study's",
            path, found, JUDGE_SCRIPT.sha256,
        )  # fmt: skip
    return data.decode("utf-8", "replace")


def _pinned(_: str) -> str:
    try:
        return pinned_file(JUDGE_SCRIPT).read_text("utf-8")
    except UnavailableError as error:
        raise UnavailableError(
            f"protocol 'study' needs the study's judge prompt: {error} For this file, {LOCAL} may "
            f"name a local copy of {JUDGE_SCRIPT.repository}; protocol 'strict' needs none."
        ) from error


def _constants(script: str) -> dict[str, str]:
    found: dict[str, str] = {}
    try:
        body = ast.parse(script).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise DataError(f"{JUDGE_SCRIPT.path} is not Python ({error}); {_REMEDY}") from error
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(text))):
                found[name] = text
    template = found.get(_TEMPLATE, "")
    if _INSTRUCTIONS not in found or not _fits(template):
        raise DataError(
            f"{JUDGE_SCRIPT.path} must assign {_INSTRUCTIONS} and, with the fields generated and "
            f"ground_truth, {_TEMPLATE}; got {sorted(found)}; {_REMEDY}"
        )
    return found


def _fits(template: str) -> bool:
    try:
        filled = template.format(generated="<1>", ground_truth="<2>")
    except (KeyError, IndexError, ValueError, AttributeError):
        return False
    return "<1>" in filled and "<2>" in filled


_REMEDY = f"unset {LOCAL} to fetch the pinned file."
