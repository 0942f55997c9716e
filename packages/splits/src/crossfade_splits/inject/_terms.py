"""The tree of a Lean term, as far as reading an answer needs it.

Invariant: a term is a value; every operation returns a new one. Names are not resolved: an
identifier is its spelling, so what a name means is the reader's business (`_reduce`, `_render`).

Kinds of term: `num`, `ident`, `app` (head first), `op` (text is the symbol), `bind` (text is the
binder: fun, ∀, ∃, ∑ ...; last argument the body), `tuple`, `set` (an enumeration), `setof`
(head, predicate), `image` (value over binders), `list`, `matrix`, `fence` (text is the opening
bracket: | ‖ ⌊ ⌈), `typed`, `let` (pattern, value, body), `if`, `field`, `opaque`.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import chain, count, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


_MOST_NODES = 10_000


class TooLarge(ValueError):  # noqa: N818 - it describes a term, and no caller sees it
    """A term that grew past all reason while names were replaced in it."""


@dataclass(frozen=True, slots=True)
class Binder:
    """One bound pattern with its type (`x : ℝ`) or its range (`x ∈ s`, `n > 0`)."""

    pattern: Term
    type: Term | None = None
    relation: str = ""
    bound: Term | None = None
    implicit: bool = False
    """True for `{x}` and `[inst]`, which a call does not spell out."""


@dataclass(frozen=True, slots=True)
class Term:
    """A node; see the module's text for the kinds."""

    kind: str
    text: str = ""
    args: tuple[Term, ...] = ()
    binders: tuple[Binder, ...] = ()
    span: tuple[int, int] = field(default=(0, 0), compare=False)


def num(text: str) -> Term:
    """A numeral."""
    return Term("num", text)


def ident(name: str) -> Term:
    """A name."""
    return Term("ident", name)


def op(symbol: str, *args: Term) -> Term:
    """An operator applied to its operands."""
    return Term("op", symbol, args)


def is_op(term: Term, *symbols: str) -> bool:
    """Whether `term` is one of these operators at its root."""
    return term.kind == "op" and term.text in symbols


def head(term: Term) -> str:
    """The name applied at the root, or an empty string."""
    if term.kind == "app":
        term = term.args[0]
    return term.text if term.kind == "ident" else ""


def walk(term: Term) -> Iterator[Term]:
    """`term` and all that is inside it, outermost first."""
    yield term
    for arg in term.args:
        yield from walk(arg)
    for binder in term.binders:
        for part in (binder.pattern, binder.type, binder.bound):
            if part is not None:
                yield from walk(part)


def sized(term: Term) -> Term:
    """`term` itself; short text can stand for a term that doubles with every `let`.

    Raises:
        TooLarge: it has more nodes than any statement.
    """
    if next(islice(walk(term), _MOST_NODES, None), None) is not None:
        raise TooLarge(f"more than {_MOST_NODES} nodes")
    return term


def names(term: Term) -> set[str]:
    """Every identifier spelled in `term`, with the first component of dotted ones."""
    found: set[str] = set()
    for node in walk(term):
        if node.kind == "ident":
            found |= {node.text, node.text.split(".")[0]}
    return found


def transform(term: Term, change: Callable[[Term], Term]) -> Term:
    """Rebuilds `term` bottom-up with `change` applied to each node."""
    if not term.args and not term.binders:
        return change(term)
    args = tuple(transform(a, change) for a in term.args)
    binders = tuple(_rebind(b, change) for b in term.binders)
    return change(Term(term.kind, term.text, args, binders, term.span))


def _rebind(binder: Binder, change: Callable[[Term], Term]) -> Binder:
    def go(part: Term | None) -> Term | None:
        return None if part is None else transform(part, change)

    return replace(binder, type=go(binder.type), bound=go(binder.bound))


def substitute(term: Term, values: dict[str, Term]) -> Term:
    """`term` with free names replaced; a binder of the same name shields its body.

    A binder whose name stands in a replacement gets another name, so that it catches nothing.
    """
    if not values:
        return term
    if term.kind == "ident":
        return _lookup(term, values)
    bound = _bound(term)
    inner = {k: v for k, v in values.items() if k not in bound}
    if bound and inner:
        term = _apart(term, bound, inner)
    binders = tuple(
        replace(
            b,
            type=None if b.type is None else substitute(b.type, values),
            bound=None if b.bound is None else substitute(b.bound, values),
        )
        for b in term.binders
    )
    return replace(term, args=tuple(substitute(a, inner) for a in term.args), binders=binders)


def _bound(term: Term) -> set[str]:
    bound = {n for b in term.binders for n in names(b.pattern)}
    return bound | names(term.args[0]) if term.kind in {"let", "setof"} else bound


def _apart(term: Term, bound: set[str], values: dict[str, Term]) -> Term:
    """`term` with new names for what it binds, where `values` speak of others by the old ones."""
    spelled = names(term)
    coming = {n for k, v in values.items() if k in spelled for n in names(v)}
    caught = sorted(n for n in bound & coming if "." not in n)
    if not caught:
        return term
    new = dict(zip(caught, unused(spelled | coming), strict=False))
    binders = tuple(
        replace(b, pattern=_rename(b.pattern, new)) if index == 0 else _rename_binder(b, new)
        for index, b in enumerate(term.binders)
    )
    args = [_rename(a, new) for a in term.args]
    if term.kind == "let":
        args[1] = term.args[1]
    return replace(term, args=tuple(args), binders=binders)


def _rename(term: Term, new: dict[str, Term]) -> Term:
    """`term` with names replaced wherever they stand, binders too."""
    if term.kind == "ident":
        root, dot, rest = term.text.partition(".")
        return ident(new[root].text + dot + rest) if root in new else term
    args = tuple(_rename(a, new) for a in term.args)
    return replace(term, args=args, binders=tuple(_rename_binder(b, new) for b in term.binders))


def _rename_binder(binder: Binder, new: dict[str, Term]) -> Binder:
    def go(part: Term | None) -> Term | None:
        return None if part is None else _rename(part, new)

    pattern = _rename(binder.pattern, new)
    return replace(binder, pattern=pattern, type=go(binder.type), bound=go(binder.bound))


def unused(taken: set[str]) -> Iterator[Term]:
    """Letters that are not `taken`, the usual ones first, without end."""
    letters = chain("xyztuvwrsmkjpqabcd", (f"x{n}" for n in count(1)))
    return (ident(letter) for letter in letters if letter not in taken)


def _lookup(term: Term, values: dict[str, Term]) -> Term:
    if term.text in values:
        return values[term.text]
    root, dot, rest = term.text.partition(".")
    if dot and root in values:
        return Term("field", rest, (values[root],))
    return term
