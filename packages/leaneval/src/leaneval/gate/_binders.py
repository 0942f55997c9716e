"""What a statement binds: instances over library types, and names of library symbols.

Lean uses every local of a class type as an instance, however it was bound, so a binder
`(h : Add ℕ)` or `let _ : Add ℕ := ...` changes what `+` means just as `[Add ℕ]` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from leaneval.gate._rules import Broken
from leaneval.lean import BRACKETS, Kind, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.gate._policy import HeaderPolicy
    from leaneval.lean import Token

OPERATIONS = word_set(
    """
    Add Sub Mul Div Neg Inv Zero One Mod Pow HAdd HSub HMul HDiv HPow HMod HSMul HVAdd SMul VAdd
    Dvd LE LT Max Min Sup Inf Top Bot OfNat NatCast IntCast RatCast OfScientific Coe CoeT CoeTail
    CoeHead CoeOut CoeFun CoeSort CoeDep BEq Membership HasSubset HasSSubset Union Inter SDiff
    HasCompl EmptyCollection Insert Singleton Append HAppend Complement AndOp OrOp XorOp ShiftLeft
    ShiftRight HOr HAnd HXor Norm NNNorm Dist EDist NNDist Bracket Star Inner Abs GetElem Functor
    Monad Semigroup Monoid Group CommMonoid CommGroup AddMonoid AddGroup AddCommMonoid AddCommGroup
    AddSemigroup Semiring CommSemiring Ring CommRing DivisionRing Field NonUnitalRing Preorder
    PartialOrder LinearOrder Lattice CompleteLattice DistribLattice SemilatticeSup SemilatticeInf
    LinearOrderedField OrderedField TopologicalSpace UniformSpace PseudoMetricSpace MetricSpace
    NormedAddCommGroup NormedField NormedRing NormedCommRing MeasurableSpace
    MeasureTheory.MeasureSpace MeasureSpace SupSet InfSet EuclideanDomain Nat.AtLeastTwo Bornology
    """
)
_WORTH_A_LOOK = OPERATIONS | {"["}
_VARIABLE = re.compile(r"[^\W\d_][\d₀-₉'!?]*")
_LIBRARY_LETTERS = frozenset("ℕℤℚℝℂ")
_CLOSE = frozenset(BRACKETS.values())
_BINDING = word_set(
    """
    ∀ ∃ λ fun Π ∑ ∏ ⋃ ⋂ ⨆ ⨅ ∫ let have letI haveI let_fun
    """
)
_STILL_BINDING = frozenset({"!", "ᵉ", "ᶠ", "ᵐ", "⁻", "@"})
_BEFORE_ARROW = frozenset({":", ",", "→", "->", "(", "=>", "↦", "{", "∧", "∨", "¬", "↔"})


class _At(Enum):
    """Where a token stands, for the question what it binds."""

    TERM = 1
    BINDERS = 2
    GROUP = 3
    BRACES = 4


@dataclass(slots=True)
class _Level:
    """One level of brackets: where we are in it, the names that may turn out to be bound."""

    at: _At
    opened: int = -1
    bracket: str = ""
    waiting: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Bound:
    """What a signature binds: names, and the spans of its instance binders."""

    names: set[str] = field(default_factory=set)
    instances: list[tuple[int, int]] = field(default_factory=list)


def check_binders(found: Sequence[Token], policy: HeaderPolicy) -> None:
    """Raise `Broken` for a binder that changes what library symbols mean.

    Args:
        found: The signature's tokens; balanced.
        policy: Says which names and types are the library's.
    """
    words = {token.text for token in found}
    if words.isdisjoint(policy.reserved) and words.isdisjoint(_WORTH_A_LOOK):
        return
    bound = _read(found)
    taken = bound.names & policy.reserved
    if taken:
        raise Broken("shadowed", min(taken))
    for start, end in bound.instances:
        _check_instance(found[start + 1 : end], bound.names)
    for at, token in enumerate(found):
        if token.text in OPERATIONS and at and _is_type_of_local(found, at):
            _check_local(found, at, bound.names, policy)


def _read(found: Sequence[Token]) -> _Bound:
    """One pass over a signature: it begins among binders and leaves them at its first colon."""
    bound = _Bound()
    levels = [_Level(_At.BINDERS)]
    for index, token in enumerate(found):
        text, here = token.text, levels[-1]
        if text in BRACKETS:
            inside = _At.BRACES if text == "{" else _At.TERM
            levels.append(_Level(_At.GROUP if here.at is _At.BINDERS else inside, index, text))
        elif text in _CLOSE:
            if len(levels) > 1:
                _close(found, index, levels, bound)
        elif text in _BINDING:
            here.at = _At.BINDERS
        elif token.kind is Kind.IDENT and text != "in":
            _name(text, here, bound)
        elif text not in _STILL_BINDING:
            _symbol(text, here, bound)
    return bound


def _name(text: str, here: _Level, bound: _Bound) -> None:
    if here.at is _At.BINDERS:
        bound.names.add(text)
    elif here.at is not _At.TERM:
        here.waiting.append(text)


def _symbol(text: str, here: _Level, bound: _Bound) -> None:
    """A symbol ends a run of names; it binds them unless it shows that they were a list."""
    if here.at is _At.GROUP and text == ",":
        return
    grouped = here.at is _At.GROUP and (text == ":" or here.bracket != "[")
    if grouped or (here.at is _At.BRACES and text in (":", "|", "∈")):
        bound.names.update(here.waiting)
    here.at = _At.TERM
    here.waiting = []


def _close(found: Sequence[Token], index: int, levels: list[_Level], bound: _Bound) -> None:
    level = levels.pop()
    among_binders = levels[-1].at is _At.BINDERS
    if level.bracket == "[":
        after = found[index + 1].text if index + 1 < len(found) else ""
        before = found[level.opened - 1].text if level.opened else ""
        if among_binders or (after in ("→", "->") and before in _BEFORE_ARROW):
            bound.instances.append((level.opened, index))
    elif level.at is _At.GROUP:
        bound.names.update(level.waiting)


def _head(inside: Sequence[Token]) -> Sequence[Token]:
    """A binder's class without the name given to the instance."""
    named = len(inside) > 2 and inside[1].text == ":"
    return inside[2:] if named else inside


def _check_instance(inside: Sequence[Token], bound: set[str]) -> None:
    words = _head(inside)
    shown = "[" + " ".join(token.text for token in inside) + "]"
    if not words:
        raise Broken("instance_binder", shown)
    over = _over_bound(words, bound)
    if not over and not any(_mentions(token, bound) for token in words):
        raise Broken("instance_binder", shown)
    if words[0].text in OPERATIONS and not over:
        raise Broken("instance_binder", shown)


def _mentions(token: Token, bound: set[str]) -> bool:
    """Whether the token is a bound name, a field of one (`p.Prime`), or looks like a variable.

    A single letter that is bound nowhere does no harm: Lean refuses it.
    """
    if token.kind is not Kind.IDENT:
        return False
    stem = token.text.split(".", 1)[0]
    return stem in bound or (_VARIABLE.fullmatch(stem) is not None and stem not in _LIBRARY_LETTERS)


def _over_bound(words: Sequence[Token], bound: set[str]) -> bool:
    """Whether the first argument of a class mentions a variable or is a type built by an operator.

    References put a topology on `ℝ ×ₗ ℝ` and on `ℕ → Icc 0 1`; that leaves `ℝ` and `ℕ` alone.
    """
    depth, at = 0, 1
    if len(words) > 2 and words[1].text == "." and words[2].text == "{":
        at = next((i for i, w in enumerate(words) if w.text == "}"), 1) + 1
    for token in words[at:]:
        depth += 1 if token.text in BRACKETS else -1 if token.text in _CLOSE else 0
        if _mentions(token, bound) or (depth == 1 and token.text in ("→", "->", "×")):
            return True
        if depth <= 0 and token.text not in ("↑", "⇑", "@", "↥"):
            return False
    return False


def _is_type_of_local(found: Sequence[Token], at: int) -> bool:
    """Whether the class name at `at` is the type of something bound: `(h : Add ℕ)`, `let : ...`."""
    before = found[at - 1].text
    if before == "@":
        before = found[at - 2].text if at > 1 else ""
    return before in (":", "→", "->", ",", "=>", "↦")


def _check_local(found: Sequence[Token], at: int, bound: set[str], policy: HeaderPolicy) -> None:
    for token in found[at + 1 : at + 12]:
        if token.text in policy.concrete and not _over_bound(found[at : at + 12], bound):
            raise Broken("local_instance", f"{found[at].text} {token.text}")
        if _mentions(token, bound) or token.text in (")", "]", "}", ",", ":=", ":"):
            return
