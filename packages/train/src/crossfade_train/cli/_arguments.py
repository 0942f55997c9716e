"""Options that take several values: `--overlaps 0 0.3 1`.

The option parser underneath wants the flag before each value; this puts it there.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBERS = frozenset({"--overlaps", "--seeds", "--sft-sizes"})
_NUMBER = re.compile(r"[+-]?[\d.][\d._eE+-]*")


def spread(arguments: Sequence[str]) -> list[str]:
    """Repeat a flag of numbers before each of its values; commas separate as well as spaces."""
    out: list[str] = []
    flag, fresh = "", False
    for word in arguments:
        values = [part for part in word.split(",") if part]
        if flag and values and all(_NUMBER.fullmatch(value) for value in values):
            out += [part for value in values for part in (flag, value)]
            fresh = False
            continue
        if fresh:
            out.append(flag)  # without a value: the parser underneath complains
        flag, fresh = (word, True) if word in _NUMBERS else ("", False)
        if not flag:
            out.append(word)
    return [*out, flag] if fresh else out
