"""What judging cost, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leaneval.tables import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.calibration._judged import Judged

_COUNTERS = {
    "calls": "calls",
    "retries": "of them retries",
    "prompt_tokens": "prompt tokens",
    "completion_tokens": "completion tokens",
    "unavailable": "without a score",
    "cache_hits": "answers from the cache",
    "shared": "answers shared",
    "pairs": "pairs asked about",
    "proved": "of them proved",
    "undecided": "of them undecided",
    "cost_usd": "cost, dollars",
}


def costs(asked: Sequence[Judged]) -> Table:
    """What judging cost, a column a judge; stored answers cost nothing."""
    names = [n for n in _COUNTERS if any(n in j.usage for j in asked)]
    rows = [
        (_COUNTERS[n], *(f"{j.usage[n]:,.6g}" if n in j.usage else "" for j in asked))
        for n in names
    ]
    rows.append(("seconds", *(f"{j.seconds:.1f}" for j in asked)))
    if any("cost_usd" in j.usage for j in asked):
        rows.append(("dollars a 1,000 statements asked", *map(_dear, asked)))
    return Table("cost of judging", ("", *(j.name for j in asked)), tuple(rows))


def _dear(judged: Judged) -> str:
    usage = judged.usage
    kept = usage.get("cache_hits", 0) + usage.get("shared", 0)
    asked = int((~judged.outside).sum()) - kept
    if "cost_usd" not in usage or asked <= 0:
        return ""
    return f"{1000 * usage['cost_usd'] / asked:.3g}"
