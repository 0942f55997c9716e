"""Small-number arithmetic by which the grammar keeps out sentences that are plainly false.

A fact's `code` is evaluated over a grid: one variable from 0 to 40, two from 0 to 25, three from
0 to 11. Holding there is evidence, not proof; the benchmark claims no more. Out of scope:
quantified facts, which the families make true by construction.
"""

from __future__ import annotations

import math
from functools import cache
from typing import Any, TypeAlias

import numpy as np

Mask: TypeAlias = "np.ndarray[Any, np.dtype[np.bool_]]"

SIZES = {1: 41, 2: 26, 3: 12}
_LIMIT = 200_000


def _sieve(limit: int) -> Mask:
    prime = np.ones(limit, dtype=bool)
    prime[:2] = False
    for n in range(2, math.isqrt(limit) + 1):
        prime[n * n :: n] = False if prime[n] else prime[n * n :: n]
    return prime


_PRIME = _sieve(_LIMIT)


def _is_prime(values: Any) -> Any:
    if np.max(values) >= _LIMIT:
        raise OverflowError
    return _PRIME[values]


def _is_square(values: Any) -> Any:
    root = np.sqrt(values).astype(np.int64)
    return root * root == values


def _mod(values: Any, modulus: Any) -> Any:
    return np.where(modulus == 0, values, values % np.where(modulus == 0, 1, modulus))


def _divides(divisor: Any, values: Any) -> Any:
    return _mod(values, divisor) == 0


_SCOPE = {
    "divides": _divides,
    "factorial": np.array([math.factorial(n) for n in range(50)], dtype=object),
    "gcd": np.gcd,
    "is_composite": lambda values: (values > 3) & ~_is_prime(values),
    "is_prime": _is_prime,
    "is_square": _is_square,
    "lcm": np.lcm,
    "max": np.maximum,
    "min": np.minimum,
    "mod": _mod,
}


@cache
def _grid(slots: str) -> dict[str, Any]:
    axes = np.indices((SIZES[len(slots)],) * len(slots)).reshape(len(slots), -1)
    return dict(zip(slots, axes, strict=True))


@cache
def values(code: str, slots: str) -> Any:
    """The values of a term or fact over the grid, flat; None where they grow too large."""
    grid = _grid(slots)
    if "**x" in code or "**y" in code or "**k" in code:
        grid = {slot: axis.astype(object) for slot, axis in grid.items()}
    try:
        result = eval(code, {"__builtins__": {}}, {**_SCOPE, **grid})  # noqa: S307
    except (OverflowError, TypeError):
        return None
    return np.broadcast_to(result, SIZES[len(slots)] ** len(slots))
