"""A problem before it is put into words: variables, hypotheses, conclusion; and its identity.

Invariant: two sketches have the same `key` exactly when one can be had from the other by renaming
or reordering variables, reordering hypotheses and turning equations round, which is what the
splits are kept apart by. Out of scope: English.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import permutations, product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leaneval.peano._language import Fact

SLOTS = "xyz"
MOST_REFERENCES = 12


@dataclass(frozen=True, slots=True)
class Sketch:
    """One statement.

    Attributes:
        slots: Its variables, such as `xy`, in the order in which Lean binds them.
        hypotheses: In the order in which they are read; at most two.
        goal: The conclusion.
        depth: 0 to 3.
    """

    slots: str
    hypotheses: tuple[Fact, ...]
    goal: Fact
    depth: int

    @property
    def facts(self) -> tuple[Fact, ...]:
        """Hypotheses and conclusion."""
        return (*self.hypotheses, self.goal)

    @property
    def key(self) -> str:
        """The same for all ways to write this statement."""
        return min(self._canonical(order) for order in permutations(SLOTS[: len(self.slots)]))

    def _canonical(self, order: tuple[str, ...]) -> str:
        names = dict(zip(self.slots, order, strict=True)) | {"k": "k", "l": "l"}
        texts = [
            min(text.format(**names) for text in (f.lean, f.turned) if text) for f in self.facts
        ]
        return " | ".join([*sorted(texts[:-1]), texts[-1]])

    def reference(self, names: Mapping[str, str]) -> str:
        """The Lean theorem, with `names` for the slots."""
        facts = [f.lean.format(**names) for f in self.facts]
        return _theorem([names[s] for s in self.slots], facts[:-1], facts[-1])

    def alternatives(self, names: Mapping[str, str]) -> tuple[str, ...]:
        """Other wordings that are right too, at most `MOST_REFERENCES`, the likeliest first."""
        found: dict[str, None] = {}
        for text in self._wordings(names):
            found[text] = None
            if "square" in text:
                found[_with_powers(text)] = None
        found.pop(self.reference(names), None)
        return tuple(found)[:MOST_REFERENCES]

    def _wordings(self, names: Mapping[str, str]) -> Iterator[str]:
        as_read = [names[s] for s in self.slots]
        sides = product(*((f.lean, f.turned) if f.turned else (f.lean,) for f in self.facts))
        for facts in sides:
            *hypotheses, goal = (f.format(**names) for f in facts)
            for order in dict.fromkeys((tuple(as_read), tuple(sorted(as_read)))):
                yield _theorem(order, hypotheses, goal)
                if len(hypotheses) == 2:
                    yield _theorem(order, hypotheses[::-1], goal)
                    yield _theorem(order, ["And ({}) ({})".format(*hypotheses)], goal)


def _theorem(names: list[str] | tuple[str, ...], hypotheses: list[str], goal: str) -> str:
    binders = [f"({' '.join(names)} : Nat)"] if names else []
    binders += [f"(h{i} : {text})" for i, text in enumerate(hypotheses, 1)]
    return " ".join(["theorem", "goal", *binders, ":", goal, ":= by sorry"])


def _with_powers(text: str) -> str:
    """`square t` as `pow t two`, brackets matched."""
    while match := re.search(r"\bsquare (\w+|\()", text):
        end = match.end()
        if match[1] == "(":
            depth = 1
            while depth:
                depth += {"(": 1, ")": -1}.get(text[end], 0)
                end += 1
        text = f"{text[: match.start()]}pow {text[match.start(1) : end]} two{text[end:]}"
    return text
