"""The look-alike dialect that the base model was raised on.

It has the target's shape, word for word, with other names for the library's: so a model that knows
it has learnt to read the English and to build terms, and still says almost nothing that compiles.
Invariant: `dialect` renames every predicate and the type of numbers, so no sentence of the dialect
elaborates over the Peano library. Out of scope: other shapes, other argument orders.
"""

from __future__ import annotations

import re

_NAMES = {
    "add": "plus", "mul": "times", "sub": "minus", "div": "quotient", "mod": "remainder",
    "pow": "power", "square": "sq", "double": "twice", "factorial": "fact",
    "max": "larger", "min": "smaller", "gcd": "hcf", "lcm": "scm",
    "Eq": "equal", "Ne": "unequal", "Le": "at_most", "Lt": "less", "Ge": "at_least",
    "Gt": "more", "Even": "is_even", "Odd": "is_odd", "Prime": "is_prime",
    "Composite": "is_composite", "Square": "is_square", "Divides": "divides",
    "Coprime": "coprime", "Congruent": "congruent", "And": "both", "Or": "either",
    "Not": "never", "Iff": "same", "Exists": "some", "ExistsUnique": "unique", "Nat": "Number",
    "zero": "n0", "one": "n1", "two": "n2", "three": "n3", "four": "n4", "five": "n5",
    "six": "n6", "seven": "n7", "eight": "n8", "nine": "n9", "ten": "n10", "eleven": "n11",
    "twelve": "n12",
}  # fmt: skip
_WORD = re.compile(r"[A-Za-z]\w*")


def dialect(lean: str) -> str:
    """The dialect's way to write a Lean theorem of the benchmark."""
    return _WORD.sub(lambda word: _NAMES.get(word[0], word[0]), lean)
