"""Variables that a signature binds and never speaks of, read off its tokens.

Only binders whose type is plainly one of data count: a hypothesis is bound to be assumed, not to be
spoken of. Invariant: pure and total; what cannot be read plainly (a type of another shape, a name
bound twice) is never called unused. Out of scope: variables that elaboration uses without the text
saying so, such as one that only an instance needs; names with a leading underscore are let be.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from leaneval.lean import Kind, UnterminatedError, tokens, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leaneval.lean import Token

_PAIRS = {"(": ")", "{": "}", "⦃": "⦄"}
_QUANTIFIERS = frozenset({"∀", "∃"})
_DATA = word_set(
    """
    ℕ ℤ ℚ ℝ ℂ ℝ≥0 ℍ Nat Int Rat Real Complex Bool String Char Type Sort NNReal ENNReal Cardinal
    Ordinal Set Finset List Multiset Array Vector Fin ZMod Option Sum Prod Polynomial MvPolynomial
    PowerSeries Matrix EuclideanSpace Perm Equiv.Perm Sym2 Fintype Subgroup Submodule Ideal
    """
)
_GLUE = frozenset({"→", "->", "×", "(", ")", "*", "[", "]", "X", "ˣ", "+", "-", "≥"})


class _Binder(NamedTuple):
    """Names bound together, and the token range of their type."""

    names: tuple[str, ...]
    start: int
    stop: int


def unused_binders(signature: str) -> tuple[str, ...]:
    """The variables that nothing else in the signature mentions, in order."""
    try:
        found = tokens(signature)
    except UnterminatedError:
        return ()
    binders = list(_binders(found))
    mentions = Counter(_root(token) for token in found if token.kind is Kind.IDENT)
    types = {
        name
        for binder in binders
        if found[binder.start].text in ("Type", "Sort")
        for name in binder.names
    }
    return tuple(
        name
        for binder in binders
        if _is_data(found[binder.start : binder.stop], types)
        for name in binder.names
        if mentions[name] == 1 and not name.startswith("_")
    )


def _root(token: Token) -> str:
    return token.text if token.text.startswith("«") else token.text.partition(".")[0]


def _is_data(kind: Sequence[Token], types: set[str]) -> bool:
    return all(
        token.text in _DATA
        or token.text in _GLUE
        or token.text in types
        or token.kind is Kind.NUMBER
        or _is_universe(token, kind)
        for token in kind
    )


def _is_universe(token: Token, kind: Sequence[Token]) -> bool:
    return kind[0].text in ("Type", "Sort") and token.kind is Kind.IDENT


def _binders(found: Sequence[Token]) -> Iterator[_Binder]:
    """Bracketed binders with a type, and those of quantifiers without brackets."""
    for at, token in enumerate(found):
        read = _bracketed if token.text in _PAIRS else _bare if token.text in _QUANTIFIERS else None
        binder = read(found, at) if read else None
        if binder is not None:
            yield binder


def _bracketed(found: Sequence[Token], at: int) -> _Binder | None:
    """`(a b : T)`; an ascription `(x : T)` in a term looks the same, and mentions `x` twice."""
    start = _after_names(found, at + 1)
    if start is None or not _opens_binder(found, at):
        return None
    depth = 1
    for stop in range(start, len(found)):
        depth += (found[stop].text in _PAIRS) - (found[stop].text in _PAIRS.values())
        if depth == 0:
            return _Binder(_names(found, at, start), start, stop) if stop > start else None
    return None


def _opens_binder(found: Sequence[Token], at: int) -> bool:
    """Whether a bracket stands where binders do: first, after another, or after a quantifier."""
    before = found[at - 1].text if at else ""
    return at == 0 or before in _QUANTIFIERS or before in (")", "}", "]", "⦄")


def _bare(found: Sequence[Token], at: int) -> _Binder | None:
    """`∀ a b : T,`, without brackets."""
    start = _after_names(found, at + 1)
    if start is None:
        return None
    for stop in range(start, len(found)):
        if found[stop].text == ",":
            return _Binder(_names(found, at, start), start, stop) if stop > start else None
    return None


def _after_names(found: Sequence[Token], at: int) -> int | None:
    """Index after the colon that follows names from `at` on, or None."""
    first = at
    while at < len(found) and found[at].kind is Kind.IDENT and "." not in found[at].text:
        at += 1
    named = at > first and at + 1 < len(found) and found[at].text == ":"
    return at + 1 if named else None


def _names(found: Sequence[Token], at: int, start: int) -> tuple[str, ...]:
    return tuple(token.text for token in found[at + 1 : start - 1])
