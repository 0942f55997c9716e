"""Reading a judge model's answer: a score and a reason, or a failed try.

Invariant: a number leaves this module only if the text states exactly one, inside [0, 1]. What is
out of range, contradictory, cut off or merely prose is a failed try; nothing is clamped or guessed.
Out of scope: asking again (see `_retry`).
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any

_LONGEST_TEXT = 20_000
_LONGEST_REASON = 600
_THOUGHTS = re.compile(r"<think>.*?</think>", re.DOTALL | re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069]+")
_JSON_START = re.compile(r'\{\s*"')
_NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(\s*%)?")

SCHEMA: dict[str, Any] = {
    "type": "json_schema",
    "json_schema": {
        "name": "grade",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"reason": {"type": "string"}, "score": {"type": "number"}},
            "required": ["reason", "score"],
            "additionalProperties": False,
        },
    },
}
"""`response_format` of endpoints that offer structured output."""


class AnswerError(ValueError):
    """The text holds no score that can be relied on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a judge model said.

    Attributes:
        score: In [0, 1].
        reason: One line, at most 600 characters.
    """

    score: float
    reason: str


def read_answer(text: str) -> Answer:
    """The one answer that `text` gives.

    Accepts a JSON object with `score` and `reason` alone, in a fence or within prose, and the
    number as a number, a numeric string or a percentage.

    Raises:
        AnswerError: There is no such object, there are several that disagree, or the score is not
            a number in [0, 1].
    """
    text = _THOUGHTS.sub(" ", text[:_LONGEST_TEXT])
    found = [_answer(item) for item in _objects(text) if "score" in item]
    if not found:
        raise AnswerError(f"no JSON object with a score in the answer {_shown(text)!r}")
    if len({answer.score for answer in found}) > 1:
        raise AnswerError(f"several scores that disagree in the answer {_shown(text)!r}")
    return found[0]


def one_line(text: str, limit: int = _LONGEST_REASON) -> str:
    """`text` without control and direction characters, shortened: safe for tables and logs."""
    text = _CONTROL.sub(" ", text).encode("utf-8", "replace").decode().strip()
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _answer(item: dict[str, Any]) -> Answer:
    reason = item.get("reason") or item.get("reasoning") or ""
    return Answer(_score(item["score"]), one_line(str(reason)))


def _score(value: Any) -> float:
    if isinstance(value, str) and (match := _NUMBER.fullmatch(value.strip())):
        number = float(value.strip().rstrip("% \t")) / (100 if match[1] else 1)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value)
    else:
        raise AnswerError(f"the score must be a number in [0, 1], got {_shown(repr(value))}")
    if not (math.isfinite(number) and 0 <= number <= 1):
        raise AnswerError(f"the score must lie in [0, 1], got {_shown(repr(value))}")
    return number


def _objects(text: str) -> list[dict[str, Any]]:
    """The outermost JSON objects of a text, in order.

    A brace of prose (`{x | x > 0}`) is passed over; JSON that breaks off is not, lest an object
    within it be taken for the answer.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_unique)
    found, start = [], text.find("{")
    while start >= 0:
        try:
            item, end = decoder.raw_decode(text, start)
        except RecursionError as error:
            raise AnswerError("the answer is nested beyond reason") from error
        except json.JSONDecodeError as error:
            if _JSON_START.match(text, start):
                raise AnswerError(f"broken JSON in the answer {_shown(text)!r}") from error
            end = start + 1
        else:
            found.append(item)
        start = text.find("{", end)
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise AnswerError("a JSON object that gives one key twice")
    return dict(pairs)


def _shown(text: str) -> str:
    return one_line(text, 120)
