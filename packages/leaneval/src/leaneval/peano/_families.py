"""Every sentence of the benchmark, as sketches, by depth.

Invariant: the enumeration is the same in every process and Python version (no hashing by
`hash()`, no unordered sets), and nothing here depends on a seed. A statement is kept only if it
has no counterexample on the small grid of `_truth`, needs every one of its hypotheses there, and
its hypotheses can hold. Out of scope: wording, splits.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from functools import cache
from itertools import product as pairs
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from leaneval.peano._language import (
    Fact,
    Term,
    add,
    congruent,
    coprime,
    divides,
    equal,
    number,
    ordered,
    product,
    square,
    variable,
)
from leaneval.peano._pools import (
    binary,
    comparisons,
    conditions,
    properties,
    relations,
    unary,
)
from leaneval.peano._quantified import quantified
from leaneval.peano._sketch import Sketch
from leaneval.peano._truth import values

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

DEPTHS = (0, 1, 2, 3)
_FEW = range(3, 6)
_MOST_PER_KIND = 600
_MOST_ORDERINGS = 120


def _open(facts: Sequence[Fact], slots: str) -> tuple[list[Fact], Any]:
    """The facts neither always nor hardly ever true, with one row of truth values each."""
    rows = [(fact, values(fact.code, slots)) for fact in facts]
    kept = [(fact, row) for fact, row in rows if row is not None and 2 <= row.sum() < row.size]
    return [fact for fact, _ in kept], np.array([row for _, row in kept], dtype=np.float32)


def _always(facts: Iterable[Fact], slots: str) -> Iterator[Sketch]:
    for fact in facts:
        row = values(fact.code, slots)
        if row is not None and row.all():
            yield Sketch(slots, (), fact, 0)


def _identities(terms: Sequence[Term], slots: str) -> Iterator[Fact]:
    alike: dict[bytes, list[Term]] = defaultdict(list)
    for term in terms:
        row = values(term.code, slots)
        if row is not None and row.dtype != object:
            alike[np.asarray(row, dtype=np.int64).tobytes()].append(term)
    for group in alike.values():
        for i, s in enumerate(group):
            yield from (equal(s, t) for t in group[:i])


def _plain() -> Iterator[Sketch]:
    one = [*unary("x"), *_compounds()]
    two = [*binary("x", "y"), *binary("y", "x")]
    yield from _always((p for t in one for p in properties(t)), "x")
    yield from _always((p for t in two for p in properties(t)), "xy")
    yield from _always(_identities(_spelled(one), "x"), "x")
    yield from _always(_identities([*two, *_expanded()], "xy"), "xy")
    yield from _always(comparisons("x", "y"), "xy")
    yield from _between(one[:60], "x")
    yield from _between(two, "xy")


def _compounds() -> list[Term]:
    n = variable("x")
    near = [n, *(add(n, number(c)) for c in range(1, 7))]
    monomials = [n, *(product(number(c), n) for c in range(2, 10)), square(n)]
    sums = [add(s, t) for s, t in pairs(monomials, repeat=2)]
    sums += [add(t, s) for s in near[1:] for t in monomials[:3]]
    return [*sums, *(product(s, t) for s, t in pairs(near, repeat=2) if s is not t)]


def _spelled(terms: Sequence[Term]) -> list[Term]:
    lines = [product(number(c), add(variable("x"), number(d)))
             for c in range(2, 8) for d in range(1, 6)]  # fmt: skip
    swapped = [add(number(d), product(number(c), variable("x")))
               for c in range(2, 8) for d in range(1, 8)]  # fmt: skip
    return [*terms, *lines, *swapped]


def _expanded() -> list[Term]:
    a, b = variable("x"), variable("y")
    squares, cross = add(square(a), square(b)), product(number(2), product(a, b))
    lines = [product(number(c), add(a, b)) for c in range(2, 8)]
    same = [add(product(number(c), a), product(number(c), b)) for c in range(2, 8)]
    return [add(squares, cross), *lines, *same, add(square(a), product(a, b))]


def _between(terms: Sequence[Term], slots: str) -> Iterator[Sketch]:
    """Relations that always hold of two terms."""
    rows = [(t, row) for t in terms if (row := values(t.code, slots)) is not None]
    rows = [(t, row) for t, row in rows if row.dtype != object]
    for (s, one), (t, two) in pairs(rows, repeat=2):
        if s is t or (one == two).all():
            continue
        if not two[one == 0].any() and not (two % np.maximum(one, 1)).any():
            yield Sketch(slots, (), divides(s, t), 0)
        if (one <= two).all():
            name = "Lt" if (one < two).all() else "Le"
            yield Sketch(slots, (), ordered(name, s, t), 0)


def _lasting(goals: Sequence[Fact]) -> list[Fact]:
    """Without primality, of which a small grid says little."""
    return [goal for goal in goals if not goal.lean.startswith("Prime")]


_Table: TypeAlias = "tuple[list[Fact], Any]"


def _implications(supposed: _Table, goals: Sequence[Fact], slots: str) -> Iterator[Sketch]:
    hypotheses, given = supposed
    goals, wanted = _open(_lasting(goals), slots)
    if goals:
        for i, j in np.argwhere(given @ (1 - wanted).T == 0):
            if hypotheses[i] != goals[j]:
                yield Sketch(slots, (hypotheses[i],), goals[j], 1)


def _one_hypothesis() -> Iterator[Sketch]:
    supposed = _open(conditions("x"), "x")
    for term in unary("x"):
        yield from _implications(supposed, properties(term), "x")
    supposed = _open(relations("x", "y"), "xy")
    yield from _implications(supposed, comparisons("x", "y"), "xy")
    for term in binary("x", "y"):
        yield from _implications(supposed, properties(term, _FEW), "xy")
    supposed = _open(conditions("x", _FEW), "xy")
    for term in binary("x", "y"):
        yield from _implications(supposed, properties(term), "xy")


def _doubled(
    supposed: tuple[_Table, _Table], goals: Sequence[Fact], slots: str
) -> Iterator[Sketch]:
    """Two hypotheses, neither of which will do alone."""
    (first, one), (second, two) = supposed
    goals, wanted = _open(_lasting(goals), slots)
    if not goals:
        return
    refuted = (1 - wanted).T
    alone_one, alone_two = one @ refuted == 0, two @ refuted == 0
    for i, fact in enumerate(first):
        both = two * one[i]
        holds = (both @ refuted == 0) & ~alone_one[i] & ~alone_two
        holds &= (both.sum(axis=1) >= 2)[:, None]
        for j, g in np.argwhere(holds):
            if fact != second[j] and goals[g] not in (fact, second[j]):
                yield Sketch(slots, (fact, second[j]), goals[g], 2)


def _two_hypotheses() -> Iterator[Sketch]:
    about_x = _open(conditions("x", _FEW), "xy")
    about_y = _open(conditions("y", _FEW), "xy")
    related = _open(relations("x", "y", _FEW), "xy")
    for term in binary("x", "y"):
        yield from _doubled((about_x, about_y), properties(term, _FEW), "xy")
    yield from _doubled((about_x, related), properties(variable("y"), _FEW), "xy")
    goals = [*_three(), *comparisons("x", "z"), *comparisons("x", "y")]
    for one, other in (("xy", "xz"), ("xy", "yz"), ("xz", "yz")):
        first = _open(relations(one[0], one[1], _FEW)[:7], "xyz")
        second = _open(relations(other[0], other[1], _FEW)[:7], "xyz")
        yield from _doubled((first, second), goals, "xyz")


def _three() -> list[Fact]:
    a = variable("x")
    goals: list[Fact] = []
    for t in binary("y", "z"):
        goals += [divides(a, t), ordered("Le", a, t), ordered("Lt", a, t), coprime(a, t)]
        goals += [congruent(a, t, number(m)) for m in _FEW]
    return goals


def _kind(sketch: Sketch) -> str:
    """Sketches of one kind read alike; no kind may crowd out the others."""
    words = (" ".join(re.findall(r"[A-Z]\w+|mod", f.lean)) for f in sketch.facts)
    return " | ".join([str(sketch.depth), sketch.slots, *words])


def order(text: str, salt: str) -> bytes:
    """A stable pseudo-random sort key."""
    return hashlib.sha256(f"{salt}\0{text}".encode()).digest()


@cache
def sketches() -> dict[int, tuple[tuple[str, Sketch], ...]]:
    """Every sketch with its key, by depth, in a fixed pseudo-random order."""
    kinds: dict[str, dict[tuple[str, ...], Sketch]] = defaultdict(dict)
    for family in (_plain(), _one_hypothesis(), _two_hypotheses(), quantified()):
        for sketch in family:
            if any(fact.lean == fact.turned for fact in sketch.facts):
                continue  # both sides of an equation in the same words: nobody asks that
            kinds[_kind(sketch)].setdefault(tuple(f.lean for f in sketch.facts), sketch)
    chosen: dict[str, Sketch] = {}
    for kind, group in kinds.items():
        most = _MOST_ORDERINGS if kind.split()[-1] in ("Le", "Lt", "Composite") else _MOST_PER_KIND
        for texts in sorted(group, key=lambda texts: order("|".join(texts), "kind"))[:most]:
            chosen.setdefault(group[texts].key, group[texts])
    ranked = sorted(chosen.items(), key=lambda item: order(item[0], "order"))
    return {d: tuple(item for item in ranked if item[1].depth == d) for d in DEPTHS}
