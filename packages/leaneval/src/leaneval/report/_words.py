"""How numbers are spelt: in percent, and with no more digits than they can bear.

Invariant: a value has one decimal, as published tables of the field do, so that it can be found in
them; its interval has one only where it is narrower than 10 points.
"""

from __future__ import annotations

from typing import Any, Protocol

_WIDE = 0.1


class Interval(Protocol):
    """A value with the bounds of its 95 % interval, as shares."""

    @property
    def value(self) -> float:
        """The estimate."""

    @property
    def low(self) -> float:
        """Lower bound."""

    @property
    def high(self) -> float:
        """Upper bound."""


def percent(estimate: Interval) -> str:
    """`46.9 (36-59)`: percent and 95 % interval."""
    digits = _digits(estimate)
    low, high = (_rounded(100 * bound, digits) for bound in (estimate.low, estimate.high))
    return f"{_rounded(100 * estimate.value, 1)} ({low}-{high})"


def points(estimate: Interval) -> str:
    """`+4.8 (2.3..7.4)`: percentage points and 95 % interval of a difference."""
    digits = _digits(estimate)
    low, high = (_rounded(100 * bound, digits) for bound in (estimate.low, estimate.high))
    return f"{_signed(100 * estimate.value)} ({low}..{high})"


def half_width(value: float, margin: float) -> str:
    """`46.9 ± 11`: percent and half of a symmetric 95 % interval."""
    return f"{_rounded(100 * value, 1)} ± {_rounded(100 * margin, 0 if margin >= _WIDE / 2 else 1)}"


def share(value: float | None) -> str:
    """`46.9`: percent without an interval; empty for None."""
    return "" if value is None else _rounded(100 * value, 1)


def value_of(value: Any) -> str:
    """A setting, as tables show it."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _digits(estimate: Interval) -> int:
    return 0 if estimate.high - estimate.low >= _WIDE else 1


def _rounded(number: float, digits: int) -> str:
    """Without the minus of a zero."""
    text = f"{number:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text


def _signed(number: float) -> str:
    text = _rounded(number, 1)
    return text if text.startswith("-") else f"+{text}"
