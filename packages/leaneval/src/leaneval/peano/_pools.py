"""The terms, properties and relations that the families combine."""

from __future__ import annotations

from functools import cache

from leaneval.peano._language import (
    Fact,
    Term,
    add,
    adjective,
    congruent,
    coprime,
    divides,
    equal,
    factorial,
    leaves,
    named,
    number,
    ordered,
    power,
    product,
    square,
    unequal,
    variable,
)

ADJECTIVES = ("Even", "Odd", "Prime", "Composite", "Square")


@cache
def unary(slot: str) -> tuple[Term, ...]:
    """Terms in one variable, the bare variable first."""
    n = variable(slot)
    up = [add(n, number(c)) for c in range(1, 8)]
    times = [product(number(c), n) for c in range(2, 10)]
    lines = [add(t, number(d)) for t in times[:6] for d in range(1, 8)]
    squares = [add(square(n), number(c)) for c in range(1, 8)]
    quadratics = [add(square(n), t) for t in (n, *times[:5])]
    quadratics += [add(t, number(c)) for t in quadratics[:3] for c in (1, 2, 3)]
    quadratics += [product(number(c), square(n)) for c in range(2, 7)]
    quadratics += [product(n, t) for t in up] + [square(t) for t in (*up[:4], *times[:2])]
    cubes = [power(n, number(3)), add(power(n, number(3)), n)]
    cubes += [add(power(n, number(3)), t) for t in (*times[:4], number(1), number(2))]
    steep = [factorial(n), power(number(2), n), power(number(3), n)]
    steep += [add(t, number(1)) for t in steep]
    return (n, *up, *times, *lines, square(n), *squares, *quadratics, *cubes, *steep)


@cache
def binary(one: str, other: str) -> tuple[Term, ...]:
    """Terms in two variables."""
    a, b = variable(one), variable(other)
    multiples = [(product(number(c), a), product(number(c), b)) for c in range(2, 8)]
    sums = [add(a, t) for _, t in multiples] + [add(s, b) for s, _ in multiples]
    sums += [add(s, t) for i, (s, _) in enumerate(multiples) for j, (_, t) in enumerate(multiples)
             if i != j]  # fmt: skip
    shifted = [add(t, number(c)) for t in (add(a, b), product(a, b)) for c in range(1, 6)]
    mixed = [add(product(a, b), t) for t in (a, b)] + [product(a, add(b, number(1)))]
    mixed += [product(a, add(a, b)), product(add(a, b), b), product(a, square(b))]
    mixed += [add(square(a), t) for t in (b, square(b), product(a, b))] + [square(add(a, b))]
    pairs = [named(f, a, b) for f in ("gcd", "lcm", "max", "min")]
    return (add(a, b), product(a, b), *pairs, *sums, *shifted, *mixed)


def properties(t: Term, moduli: range = range(3, 10)) -> list[Fact]:
    """What can be said of a number."""
    facts = [adjective(name, t) for name in ADJECTIVES]
    facts += [divides(number(c), t) for c in range(3, 13)]
    return facts + [leaves(t, number(m), number(r)) for m in moduli for r in range(1, m)]


def conditions(slot: str, moduli: range = range(3, 10)) -> list[Fact]:
    """What can be supposed of a variable."""
    x = variable(slot)
    return [*properties(x, moduli), *(ordered("Gt", x, number(c)) for c in (0, 1, 2, 3, 5, 7))]


def relations(one: str, other: str, moduli: range = range(3, 10)) -> list[Fact]:
    """What can be supposed of two variables."""
    a, b = variable(one), variable(other)
    facts = [divides(a, b), ordered("Lt", a, b), ordered("Le", a, b), coprime(a, b)]
    facts += [congruent(a, b, number(m)) for m in moduli]
    facts += [equal(b, add(a, number(c))) for c in range(1, 6)]
    return facts + [equal(b, product(number(c), a)) for c in range(2, 6)] + [unequal(a, b)]


def _simple(slot: str) -> list[Term]:
    n = variable(slot)
    terms = [n, *(add(n, number(c)) for c in range(1, 6))]
    terms += [product(number(c), n) for c in range(2, 7)] + [square(n), power(n, number(3))]
    return [*terms, add(product(number(2), n), number(1)), add(square(n), n)]


@cache
def comparisons(one: str, other: str) -> tuple[Fact, ...]:
    """What can be concluded of two variables."""
    facts: list[Fact] = []
    for i, s in enumerate(_simple(one)):
        for j, t in enumerate(_simple(other)):
            if i and j and i != j and i + j > 13:
                continue
            facts += [divides(s, t), ordered("Le", s, t), ordered("Lt", s, t), coprime(s, t)]
            if i == j or not i or not j:
                facts += [congruent(s, t, number(m)) for m in range(3, 10)]
    return tuple(facts)
