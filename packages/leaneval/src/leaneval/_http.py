"""What every HTTP client here asks of an address and of an answer's headers; imports none."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from urllib.parse import SplitResult


def address(text: str) -> SplitResult | None:
    """The parts of the http or https address that `text` is; None where it is none."""
    try:
        parts = urlsplit(text)
        fits = parts.port != 0 and parts.hostname and text.isprintable()
    except ValueError:  # brackets astray, or a port that is none
        return None
    return parts if fits and parts.scheme in ("http", "https") else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` asks for (a number or an HTTP date, RFC 9110), or None.

    Args:
        headers: Names in lower case, or a mapping that takes them in any.
    """
    value = headers.get("retry-after", "").strip()
    try:
        return max(0.0, float(value)) if float(value) < 1e9 else None
    except ValueError:
        pass
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
