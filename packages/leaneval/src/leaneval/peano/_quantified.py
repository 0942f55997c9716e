"""Sentences of depth 3: equivalences, existence, unique existence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np

from leaneval.peano._language import (
    Fact,
    Term,
    add,
    congruent,
    equal,
    number,
    ordered,
    product,
    variable,
)
from leaneval.peano._pools import binary, comparisons, conditions, properties, relations, unary
from leaneval.peano._sketch import Sketch
from leaneval.peano._truth import SIZES, values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_FEW = range(3, 6)


def quantified() -> Iterator[Sketch]:
    """All of them."""
    yield from _equivalences_of_properties()
    yield from _equivalences_of_relations()
    yield from _witnesses()
    yield from _pairs_exist()
    yield from _beyond()
    yield from _divisions()


def iff(p: Fact, q: Fact) -> Fact:
    """`p` if and only if `q`; the sides are read in order."""
    clauses = tuple(
        f"{a} {link} {b}"
        for a, b in zip(p.clauses, (*q.clauses, *q.clauses, *q.clauses), strict=False)
        for link in ("if and only if", "exactly when")
    )
    turned = f"Iff ({p.turned or p.lean}) ({q.turned or q.lean})"
    lean = f"Iff ({p.lean}) ({q.lean})"
    return Fact(lean, clauses, "", p.topic, turned="" if turned == lean else turned)


def exists(slot: str, *facts: Fact, unique: bool = False) -> Fact:
    """There is a number in `slot` of which one or two facts hold."""
    head = "ExistsUnique" if unique else "Exists"
    count = "exactly one" if unique else "a"
    name = "{" + slot + "}"
    wordings = zip(facts[0].clauses, facts[-1].clauses * 3, strict=False)
    joined = [a if len(facts) == 1 else f"{a} and {b}" for a, b in wordings]
    clauses = tuple(
        f"there {verb} {count} natural number {name} such that {text}"
        for text in joined
        for verb in ("is", "exists")
    )
    if (
        len(facts) == 2
        and not unique
        and facts[0].noun
        and not re.search(" (of|than) ", facts[0].noun)
    ):
        clauses += tuple(f"there is {facts[0].noun} {name} such that {c}" for c in facts[1].clauses)
    lean, swapped = _conjunction(*facts), _conjunction(*facts[::-1])
    turned = facts[0].turned if len(facts) == 1 else swapped
    body = f"{head} (fun {name} => " + "{})"
    return Fact(
        body.replace("{}", lean),
        clauses,
        "",
        facts[-1].topic,
        turned=body.replace("{}", turned) if turned else "",
    )


def _conjunction(*facts: Fact) -> str:
    return facts[0].lean if len(facts) == 1 else f"And ({facts[0].lean}) ({facts[1].lean})"


def _rows(facts: Sequence[Fact], slots: str) -> tuple[list[Fact], Any]:
    kept = [(f, row) for f in facts if (row := values(f.code, slots)) is not None]
    kept = [(f, row) for f, row in kept if 2 <= row.sum() < row.size - 1]
    return [f for f, _ in kept], np.array([row for _, row in kept], dtype=np.float32)


def _same(left: Sequence[Fact], known: dict[bytes, list[Fact]], slots: str) -> Iterator[Sketch]:
    """Pairs with one truth table; `known` holds the right sides by theirs."""
    for fact, row in zip(*_rows(left, slots), strict=True):
        for other in known.get(row.tobytes(), ()):
            if fact.lean != other.lean:
                yield Sketch(slots, (), iff(fact, other), 3)


def _by_truth(facts: Sequence[Fact], slots: str) -> dict[bytes, list[Fact]]:
    known: dict[bytes, list[Fact]] = {}
    for fact, row in zip(*_rows(facts, slots), strict=True):
        known.setdefault(row.tobytes(), []).append(fact)
    return known


def _equivalences_of_properties() -> Iterator[Sketch]:
    bare = _by_truth(conditions("x"), "x")
    for term in unary("x")[1:]:
        yield from _same(properties(term), bare, "x")


def _equivalences_of_relations() -> Iterator[Sketch]:
    known = _by_truth(relations("x", "y"), "xy")
    yield from _same(comparisons("x", "y"), known, "xy")
    both = [*conditions("x", _FEW), *conditions("y", _FEW), *relations("x", "y")]
    known = _by_truth(both, "xy")
    for term in binary("x", "y"):
        yield from _same(properties(term, _FEW), known, "xy")


def _witnesses() -> Iterator[Sketch]:
    """For every x (of some kind) there is a k that makes a term so."""
    supposed, given = _rows(conditions("x", _FEW), "x")
    size = SIZES[2]
    for term in binary("x", "k"):
        for fact in properties(term):
            row = values(fact.code, "xk")
            # A prime witness on the grid says little of large numbers.
            if row is None or row.all() or "is_prime" in fact.code:
                continue
            able = row.reshape(size, size).any(axis=1)
            if able.all():
                yield Sketch("x", (), exists("k", fact), 3)
                continue
            for i in np.flatnonzero((given[:, :size] * ~able).sum(axis=1) == 0):
                yield Sketch("x", (supposed[i],), exists("k", fact), 3)


def _pairs_exist() -> Iterator[Sketch]:
    """There is a k with two properties, one of k and one of a term in k."""
    own, has = _rows(conditions("k", _FEW), "k")
    for term in unary("k")[1:]:
        theirs, too = _rows(properties(term, _FEW), "k")
        if theirs:
            for i, j in np.argwhere((has @ too.T >= 1) & (has @ too.T <= 4)):
                yield Sketch("", (), exists("k", own[i], theirs[j]), 3)


def _beyond() -> Iterator[Sketch]:
    """However large x is, some k beyond it has a property that infinitely many numbers have."""
    bounds: list[Term] = list(unary("x")[:24])
    for bound in bounds:
        for fact in properties(variable("k")):
            yield Sketch("x", (), exists("k", ordered("Gt", variable("k"), bound), fact), 3)


def _divisions() -> Iterator[Sketch]:
    """Division with remainder, and its uniqueness."""
    x, k = variable("x"), variable("k")
    for fact in conditions("x", range(3, 10)):
        for m in range(3, 13):
            for r in range(1, m):
                line = add(product(number(m), k), number(r))
                if fact.lean == f"Eq (mod {{x}} {number(m).lean}) {number(r).lean}":
                    yield Sketch("x", (fact,), exists("k", equal(x, line)), 3)
    for m in range(3, 13):
        small = ordered("Lt", k, number(m))
        same = congruent(x, k, number(m))
        yield Sketch("x", (), exists("k", small, same, unique=True), 3)
        yield Sketch("x", (), exists("k", small, same), 3)
