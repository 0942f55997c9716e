"""What a statement binds: instances over library types, and names of library symbols.

Lean uses every local of a class type as an instance, however it was bound, so a binder
`(h : Add ℕ)` or `let _ : Add ℕ := ...` changes what `+` means just as `[Add ℕ]` does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leaneval.gate._rules import Broken
from leaneval.lean import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leaneval.gate._policy import HeaderPolicy
    from leaneval.lean import Token

OPERATIONS = frozenset(
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
    NormedAddCommGroup NormedField NormedRing NormedCommRing MeasurableSpace MeasureTheory.MeasureSpace
    MeasureSpace SupSet InfSet EuclideanDomain Nat.AtLeastTwo Bornology
    """.split()
)
_WORTH_A_LOOK = OPERATIONS | {"["}
_VARIABLE = re.compile(r"[^\W\d_][\d₀-₉'!?]*")
_LIBRARY_LETTERS = frozenset("ℕℤℚℝℂ")
_OPEN = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "⦃": "⦄"}
_CLOSE = frozenset(_OPEN.values())
_BINDERS = frozenset({"∀", "∃", "λ", "fun", "Π", "∃!", "∑", "∏", "⋃", "⋂", "⨆", "⨅", "∫"})
_LOCALS = frozenset({"let", "have", "letI", "haveI", "let_fun"})
_BEFORE_ARROW = frozenset({":", ",", "→", "->", "(", "=>", "↦", "{", "∧", "∨", "¬", "↔"})


def check_binders(found: Sequence[Token], colon: int, policy: HeaderPolicy) -> None:
    """Raise `Broken` for a binder that changes what library symbols mean.

    Args:
        found: The signature's tokens; balanced.
        colon: Index of the `:` in front of the type.
        policy: Says which names and types are the library's.
    """
    words = {token.text for token in found}
    if words.isdisjoint(policy.reserved) and words.isdisjoint(_WORTH_A_LOOK):
        return
    bound = _bound_names(found)
    for name in bound:
        if name in policy.reserved:
            raise Broken("shadowed", name)
    pairs = _pairs(found)
    for at, end in pairs.items():
        if found[at].text == "[" and _binds_instance(found, at, end, colon):
            _check_instance(found[at + 1 : end], bound)
    for at, token in enumerate(found):
        if token.text in OPERATIONS and at and _is_type_of_local(found, at):
            _check_local(found, at, bound, policy)


def _bound_names(found: Sequence[Token]) -> set[str]:
    """Every name in a place where binders stand: before a `:`, after `∀`, `fun`, `let`."""
    bound: set[str] = set()
    run: list[str] = []
    in_run = False
    for token in found:
        text = token.text
        if text in _BINDERS or text in _LOCALS or text in _OPEN or text in ("|", "!"):
            in_run, run = True, run if text == "!" else []
            if text in _BINDERS or text in _LOCALS:
                run = []
        elif in_run and (token.kind is Kind.IDENT or text in (",", "_")):
            run.append(text)
        else:
            if in_run and text in (":", "=>", "↦", "∈", ":=", ">", "<", "≥", "≤", "⟩", "≠", "⊆"):
                bound.update(run)
            in_run = False
            run = []
        if text == "," and in_run:
            bound.update(run)
    bound.discard(",")
    bound.discard("_")
    return bound


def _pairs(found: Sequence[Token]) -> dict[int, int]:
    """Index of the closing bracket by index of the opening `[`, balanced text assumed."""
    open_at: list[int] = []
    pairs: dict[int, int] = {}
    for at, token in enumerate(found):
        if token.text in _OPEN:
            open_at.append(at)
        elif token.text in _CLOSE and open_at:
            pairs[open_at.pop()] = at
    return pairs


def _binds_instance(found: Sequence[Token], at: int, end: int, colon: int) -> bool:
    """Whether the `[` at `at` opens an instance binder rather than a list or an index."""
    if at and found[at - 1].end == found[at].start and found[at - 1].text not in _CLOSE | {"("}:
        return at < colon and found[at - 1].kind is Kind.IDENT and at == 0
    if at < colon:
        return _depth_zero(found, at)
    after = found[end + 1].text if end + 1 < len(found) else ""
    if after in ("→", "->"):
        return found[at - 1].text in _BEFORE_ARROW
    return _after_quantifier(found, at)


def _depth_zero(found: Sequence[Token], at: int) -> bool:
    depth = 0
    for token in found[:at]:
        depth += 1 if token.text in _OPEN else -1 if token.text in _CLOSE else 0
    return depth == 0


def _after_quantifier(found: Sequence[Token], at: int) -> bool:
    """Whether only binders stand between a `∀`, `∃` or `fun` and the token at `at`."""
    depth = 0
    for index in range(at - 1, -1, -1):
        token = found[index]
        if token.text in _CLOSE:
            depth += 1
        elif token.text in _OPEN:
            if depth == 0:
                return False
            depth -= 1
        elif depth == 0:
            if token.text in ("∀", "fun", "λ", "Π", "∃"):
                return True
            if token.kind is not Kind.IDENT and token.text != "!":
                return False
    return False


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
        depth += 1 if token.text in _OPEN else -1 if token.text in _CLOSE else 0
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


def _check_local(
    found: Sequence[Token], at: int, bound: set[str], policy: HeaderPolicy
) -> None:
    for token in found[at + 1 : at + 12]:
        if token.text in policy.concrete and not _over_bound(found[at : at + 12], bound):
            raise Broken("local_instance", f"{found[at].text} {token.text}")
        if _mentions(token, bound) or token.text in (")", "]", "}", ",", ":=", ":"):
            return
