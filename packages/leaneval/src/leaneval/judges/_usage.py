"""What judging cost: calls, tries, tokens, money where prices are known.

Out of scope: knowing prices. `LEANEVAL_PRICES` gives them, as JSON or the name of a JSON file:
`{"model": {"input": dollars per million tokens, "output": dollars per million tokens}}`.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from leaneval.errors import UsageError

PRICES = "LEANEVAL_PRICES"


class Price(BaseModel):
    """Dollars per million tokens of one model."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float = Field(ge=0)
    output: float = Field(ge=0)


@dataclass(slots=True)
class Usage:
    """Counters of one judge.

    Attributes:
        calls: Requests sent, every try counted.
        retries: Requests beyond the first for a question.
        prompt_tokens: As the endpoint counts them, failed tries included.
        completion_tokens: Likewise.
        unavailable: Questions that ended without a score.
    """

    calls: int = 0
    retries: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    unavailable: int = 0

    def report(self, price: Price | None) -> dict[str, float]:
        """The counters, with `cost_usd` where there is a price."""
        counts: dict[str, float] = {name: getattr(self, name) for name in self.__slots__}
        if price:
            paid = self.prompt_tokens * price.input + self.completion_tokens * price.output
            counts["cost_usd"] = round(paid / 1e6, 6)
        return counts


def price_of(model: str) -> Price | None:
    """The price of `model` by the table that `LEANEVAL_PRICES` names, or None.

    Raises:
        UsageError: The variable is set and holds no such table.
    """
    given = os.environ.get(PRICES, "").strip()
    if not given:
        return None
    try:
        text = given if given.startswith("{") else Path(given).expanduser().read_text("utf-8")
        return TypeAdapter(dict[str, Price]).validate_python(json.loads(text)).get(model)
    except (OSError, ValueError, ValidationError) as error:
        raise UsageError(
            f"{PRICES} must be JSON, or name a JSON file, of the form "
            '{"model": {"input": 0.3, "output": 2.5}} in dollars per million tokens; '
            f"got {given[:80]!r} ({str(error).splitlines()[0]})."
        ) from error
