"""Puts a sketch into a person's English, with names for its variables.

Invariant: a wording names the variables of the Lean theorem, reads operands and hypotheses in the
order of the sketch, and determines the theorem up to the sketch's alternatives. The Lean theorem
binds the variables in the order in which the English first names them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leaneval.peano._sketch import Sketch

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

_ONE = ("n", "n", "n", "m", "k", "x", "a", "t")
_TWO = ("ab", "ab", "mn", "mn", "xy", "nk", "rs", "uv")
_THREE = ("abc", "abc", "xyz", "kmn", "rst", "uvw")
_BOUND = "kmjtsqrn"
_NUMBER = "natural number"


def wording(sketch: Sketch, rng: random.Random) -> tuple[str, Sketch, dict[str, str]]:
    """One English wording, the sketch with its variables in the order named, and the names."""
    clauses = _clauses(sketch, rng)
    sentence = rng.choice(_frames(sketch, clauses, rng))(rng)
    named = [slot for slot in _appearance(sentence) if slot in sketch.slots]
    unnamed = [slot for slot in sketch.slots if slot not in named]
    slots = "".join([*named, *unnamed])
    names = _names(sketch, slots, rng if named else None)
    ordered = Sketch(slots, sketch.hypotheses, sketch.goal, sketch.depth)
    return sentence.format(**names), ordered, names


def _clauses(sketch: Sketch, rng: random.Random) -> list[str]:
    """A clause a fact; hypotheses of one kind in one style."""
    style = rng.random()
    given = [fact.clauses[int(style * len(fact.clauses))] for fact in sketch.hypotheses]
    return [*given, rng.choice(sketch.goal.clauses)]


def _appearance(text: str) -> list[str]:
    return list(dict.fromkeys(re.findall(r"\{(\w)\}", text)))


def _names(sketch: Sketch, slots: str, rng: random.Random | None) -> dict[str, str]:
    """Letters for the slots; without `rng` the usual ones, for a wording that names none."""
    prime = {"Prime {x}": "x", "Prime {y}": "y", "Prime {z}": "z"}
    primes = [prime[h.lean] for h in sketch.hypotheses if h.lean in prime]
    pool = {0: ("",), 1: _ONE, 2: _TWO, 3: _THREE}[len(slots)]
    names = dict(zip(slots, rng.choice(pool) if rng else pool[0], strict=True))
    if rng is None:
        return {**names, "k": "k", "l": "l"}
    for slot, letter in zip((s for s in slots if s in primes), "pq", strict=False):
        names[slot] = letter
    free = [letter for letter in _BOUND if letter not in names.values()]
    start = rng.randrange(3)
    return {**names, "k": free[start], "l": free[start + 1]}


def _list(items: Sequence[str]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1]


def _variables(slots: Sequence[str]) -> str:
    return _list(["{" + slot + "}" for slot in slots])


def _all(slots: Sequence[str], rng: random.Random) -> str:
    if len(slots) == 1:
        which = rng.choice(("every {}", "all {}s", "any {}")).format(_NUMBER)
        return f"{which} {_variables(slots)}"
    return f"all {_NUMBER}s {_variables(slots)}"


def _let(slots: Sequence[str]) -> str:
    kind = f"a {_NUMBER}" if len(slots) == 1 else f"{_NUMBER}s"
    return f"Let {_variables(slots)} be {kind}"


def _show(rng: random.Random) -> str:
    return rng.choice(("Show", "Prove"))


def _frames(
    sketch: Sketch, clauses: list[str], rng: random.Random
) -> list[Callable[[random.Random], str]]:
    slots = [slot for slot in _appearance(" ".join(clauses)) if slot in sketch.slots]
    *given, goal = clauses
    if shared := _shared(sketch):
        given = [shared]
    if not given:
        return _bare(slots, goal)
    frames = _supposing(slots, given, goal)
    if unnamed := _unnamed(sketch, goal):
        return [lambda rng: f"{_show(rng)} that {unnamed}."] if rng.random() < 0.5 else frames
    if kinds := _kinds(sketch, slots, given):
        frames = [*frames, *[lambda rng: f"{kinds}. {_show(rng)} that {goal}."] * 4]
    return frames


def _shared(sketch: Sketch) -> str:
    """`a and b are both even`, where that is what two hypotheses say."""
    said = [fact.both for fact in sketch.hypotheses]
    alike = len(said) == 2 and said[0] and said[0] == said[1]
    return "{x} and {y} " + said[0] if alike else ""


def _bare(slots: list[str], goal: str) -> list[Callable[[random.Random], str]]:
    if not slots:
        return [lambda rng: f"{_show(rng)} that {goal}."]
    short = not re.search(r"there (is|exists)|if and only if|exactly when", goal)
    after = [lambda rng: f"{_show(rng)} that {goal} for {_all(slots, rng)}."] if short else []
    return [
        lambda rng: f"{_let(slots)}. {_show(rng)} that {goal}.",
        lambda rng: f"{_show(rng)} that, for {_all(slots, rng)}, {goal}.",
        *after,
    ]


def _supposing(
    slots: list[str], given: list[str], goal: str
) -> list[Callable[[random.Random], str]]:
    and_that = " and that ".join(given)
    and_ = (" and " if not any(" and " in text for text in given) else ", and ").join(given)
    frames: list[Callable[[random.Random], str]] = [
        lambda rng: f"{_show(rng)} that if {and_}, then {goal}.",
        lambda rng: f"Suppose that {and_that}. {_show(rng)} that {goal}.",
        lambda rng: f"{_let(slots)} such that {and_}. {_show(rng)} that {goal}.",
    ]
    if len(given) == 1:
        frames += [
            lambda rng: f"Assume that {and_}. {_show(rng)} that {goal}.",
            lambda rng: f"{_let(slots)}. {_show(rng)} that if {and_}, then {goal}.",
        ]
        if "there " not in goal:
            frames += [lambda rng: f"{_show(rng)} that {goal} whenever {and_}."]
    return frames


def _kinds(sketch: Sketch, slots: list[str], given: list[str]) -> str:
    """`Let n be an even number`, where the hypotheses say what the variables are."""
    first, *rest = sketch.hypotheses
    if not first.noun or any(fact.lean[-3:] == first.lean[-3:] for fact in rest):
        return ""
    subject = first.lean[first.lean.index("{") :] if first.lean.endswith("}") else "{x}"
    subject = "{" + subject[1] + "}"
    others = [slot for slot in slots if "{" + slot + "}" != subject]
    if not rest:
        more = f" and {_let(others).replace('Let', 'let')}" if others else ""
        return f"Let {subject} be {first.noun}{more}"
    if rest[0].noun and len(slots) == 2:
        other = "{" + others[0] + "}"
        if rest[0].plural == first.plural:
            return f"Let {subject} and {other} be {first.plural}"
        return f"Let {subject} be {first.noun} and let {other} be {rest[0].noun}"
    return ""


_ALONE = re.compile(r"^(the (?:square|cube) of|twice|three times) \{x\} (?!=)")
_BOTH = re.compile(r"^the (sum|product|greatest common divisor|least common multiple) "
                   r"of \{x\} and \{y\} ")  # fmt: skip


def _unnamed(sketch: Sketch, goal: str) -> str:
    """`the sum of two even numbers is even`, or nothing where names are needed."""
    first = sketch.hypotheses[0]
    nouns = [fact.noun for fact in sketch.hypotheses]
    if sketch.slots == "x" and nouns[0] and goal.count("{x}") == 1 and _ALONE.match(goal):
        return goal.replace("{x}", first.noun)
    alike = len(nouns) == 2 and nouns[0] and nouns[0] == nouns[1]
    if alike and goal.count("{") == 2 and _BOTH.match(goal):
        return goal.replace("{x} and {y}", "two " + first.plural)
    return ""
