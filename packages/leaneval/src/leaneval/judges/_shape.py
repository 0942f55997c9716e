"""The form of a request that an endpoint takes: found out once, from its own refusals.

OpenAI-compatible endpoints differ in three fields: structured output may be missing, reasoning
models refuse a temperature, and newer ones want `max_completion_tokens`. Invariant: a request only
ever loses demands, so finding the form ends after at most three refusals.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from leaneval.judges._answer import SCHEMA

_STRUCTURED = ("response_format", "json_schema", "structured", "guided", "grammar", "schema")


@dataclass(frozen=True, slots=True)
class Shape:
    """Which optional fields are sent.

    Attributes:
        structured: `response_format` with a JSON schema.
        temperature: `temperature: 0`.
        limit: Name of the field that bounds the answer's length.
    """

    structured: bool = True
    temperature: bool = True
    limit: str = "max_tokens"

    def fields(self, max_tokens: int) -> dict[str, Any]:
        """The optional fields of a request."""
        fields: dict[str, Any] = {self.limit: max_tokens}
        if self.temperature:
            fields["temperature"] = 0
        if self.structured:
            fields["response_format"] = SCHEMA
        return fields

    def relaxed(self, complaint: str) -> Shape | None:
        """The shape to try after a 400 or 422 that says `complaint`; None if there is none left.

        A complaint that names no field costs the structured output, the field least widely known.
        """
        said = complaint.lower()
        if self.limit == "max_tokens" and "max_completion_tokens" in said:
            return replace(self, limit="max_completion_tokens")
        if self.temperature and "temperature" in said:
            return replace(self, temperature=False)
        too_long = "context" in said and "length" in said
        named = any(word in said for word in _STRUCTURED)
        if self.structured and (named or not too_long):
            return replace(self, structured=False)
        return None
