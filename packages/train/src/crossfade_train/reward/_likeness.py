"""How alike two Lean statements are in structure: partial credit for the reward, and no more.

The likeness of two signatures is the Dice coefficient of two bags of features. A signature is read
as a tree over its brackets; the features are every complete subtree of the conclusion and of each
hypothesis (a wrong leaf costs all that contains it) and every token with the token that governs it
(a wrong leaf costs itself). Bound names are replaced by their place in the conclusion, and bags
have no order, so neither names nor the order of binders and hypotheses matter.

Invariants: pure and deterministic; symmetric; in [0, 1]; 1 for equal statements; total on any text
and linear in its length. 1 does not mean equal: that is Lean's to say, and why a reward gives
likeness half a point at most. Out of scope: evaluation, which never sees this number.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

from leaneval.lean import Kind, UnterminatedError, shape, tokens

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leaneval.lean import Token

MOST_TOKENS = 2_000
"""Signatures with more tokens are like nothing; honest ones have some dozens."""

_NODE = "\0"  # begins a node's name; no word of Lean's holds it
_PAIRS = {"(": ")", "[": "]", "{": "}", "⦃": "⦄", "⟨": "⟩"}
_CLOSERS = frozenset(_PAIRS.values())
_BINDING = frozenset({"fun", "λ", "∀", "∃", "∃!", "let", "have"})
_ENDS_NAMES = frozenset({"=>", "↦", ",", ":", ":=", "∈", "<", ">", "≤", "≥", "≠"})

Feature = tuple[object, ...]
Bag = Counter[Feature]


def likeness(one: str, other: str) -> float:
    """The likeness of two signatures (binders, `:`, type), in [0, 1].

    Text that cannot be read (an open comment, no `:`) is like nothing, itself included.
    """
    a, b = _bag(one), _bag(other)
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if a and b else 0.0


@lru_cache(maxsize=4096)
def _bag(signature: str) -> Bag:
    try:
        found = tokens(signature)
    except UnterminatedError:
        return Counter()
    colon = shape(found).colon
    if colon is None or len(found) > MOST_TOKENS:
        return Counter()
    groups = list(_binders(found[:colon]))
    names = {name for group, _ in groups for name in group} | _bound_within(found)
    goal = _texts(found[colon + 1 :])
    used = set(goal).union(*(kind for _, kind in groups))
    labels = _labels(goal, names)
    bag: Bag = Counter()
    _add(bag, "goal", goal, labels)
    for group, kind in groups:
        for name in group:
            # what nothing refers to is a hypothesis (or a variable that says nothing)
            _add(bag, "variable" if name in used else "hypothesis", kind, labels)
    return bag


def _texts(found: Iterable[Token]) -> list[str]:
    return [token.text for token in found]


def _binders(found: Sequence[Token]) -> Iterator[tuple[list[str], list[str]]]:
    """The bracketed groups in front of the colon: names, and the type's tokens."""
    start, depth = 0, 0
    for at, token in enumerate(found):
        if token.text in _PAIRS:
            start = at if depth == 0 else start
            depth += 1
        elif token.text in _CLOSERS:
            depth -= 1
            if depth == 0:
                yield _group(found[start + 1 : at])


def _group(inside: Sequence[Token]) -> tuple[list[str], list[str]]:
    texts = _texts(inside)
    if ":" not in texts:
        return [""], texts
    colon = texts.index(":")
    return texts[:colon] or [""], texts[colon + 1 :]


def _bound_within(found: Sequence[Token]) -> set[str]:
    """Names bound by `fun`, quantifiers and `let`; scopes are not told apart."""
    names: set[str] = set()
    binding = False
    for token in found:
        if token.text in _BINDING:
            binding = True
        elif token.text in _ENDS_NAMES:
            binding = False
        elif binding and token.kind is Kind.IDENT:
            names.add(token.text)
    return names


def _labels(goal: Sequence[str], names: set[str]) -> dict[str, str]:
    """Bound name -> its place among the bound names of the conclusion; the others share one."""
    labels: dict[str, str] = {}
    for text in goal:
        if text in names and text not in labels:
            labels[text] = f"#{len(labels)}"
    return {name: labels.get(name, "#") for name in names}


def _add(bag: Bag, role: str, texts: Sequence[str], labels: dict[str, str]) -> None:
    """Put one term's features into the bag; brackets are nodes."""
    stack: list[list[str]] = [[]]
    for text in texts:
        if text in _PAIRS:
            stack.append([])
        elif text not in _CLOSERS:
            stack[-1].append(labels.get(text, text))
        elif len(stack) > 1:
            _close(bag, role, stack)
    while len(stack) > 1:
        _close(bag, role, stack)
    _node(bag, role, stack[0])


def _close(bag: Bag, role: str, stack: list[list[str]]) -> None:
    """The innermost open bracket's content becomes a node of the one around it."""
    inside = stack.pop()
    # brackets around one thing say nothing
    stack[-1].append(inside[0] if len(inside) == 1 else _node(bag, role, inside))


def _node(bag: Bag, role: str, inside: Sequence[str]) -> str:
    """Count a node and its words; its name. The first word governs the others."""
    if len(inside) == 1 and inside[0].startswith(_NODE):
        return inside[0]
    governor = None
    for word in inside:
        if not word.startswith(_NODE):
            bag[role, "word", governor, word] += 1
            governor = governor or word
    name = _name(inside)
    bag[role, "term", name] += 1
    return name


def _name(inside: Sequence[str]) -> str:
    """A short name that equal subtrees share, whatever stands around them."""
    text = _NODE.join(inside).encode("utf-8", "surrogatepass")
    return _NODE + blake2b(text, digest_size=8).hexdigest()
