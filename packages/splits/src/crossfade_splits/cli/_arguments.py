"""Options that take several values: `--overlap 0 0.3 1.0`.

The option parser underneath wants the flag repeated; this repeats it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBERS = {"--sft", "--rl", "--overlap"}
_WORDS = {"--stratify", "--benchmark", "--mixture"}
_NUMBER = re.compile(r"[+-]?[\d.][\d._eE+-]*")


def spread(arguments: Sequence[str]) -> list[str]:
    """Repeat a flag before each of its values.

    A list of numbers ends at the first word that is none, any list at the next option.
    """
    out: list[str] = []
    flag = ""
    fresh = False
    for word in arguments:
        if word.startswith("--"):
            out += [flag] if fresh else []
            flag = word if word in _NUMBERS | _WORDS else ""
            fresh = bool(flag)
            if not flag:
                out.append(word)
        elif fresh or (flag in _WORDS) or (flag in _NUMBERS and _NUMBER.fullmatch(word)):
            out += [flag, word]
            fresh = False
        else:
            flag = ""
            out.append(word)
    return [*out, flag] if fresh else out
