"""How numbers are spelt: in percent, and with no more digits than they can bear.

Invariant: a value has one decimal, as published tables of the field do, so that it can be found in
them; half of an interval has one only where it is less than a point.
"""

from __future__ import annotations

from typing import Any

_WIDE = 0.01


def half_width(value: float, margin: float) -> str:
    """`46.9 ± 11`: percent and half of a symmetric 95 % interval."""
    digits = 0 if margin >= _WIDE else 1
    return f"{_rounded(100 * value, 1)} ± {_rounded(100 * margin, digits)}"


def share(value: float | None) -> str:
    """`46.9`: percent without an interval; empty for None."""
    return "" if value is None else _rounded(100 * value, 1)


def value_of(value: Any) -> str:
    """A setting, as tables show it."""
    if isinstance(value, (list, tuple)):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _rounded(number: float, digits: int) -> str:
    """Without the minus of a zero."""
    text = f"{number:.{digits}f}"
    return text.removeprefix("-") if float(text) == 0 else text
