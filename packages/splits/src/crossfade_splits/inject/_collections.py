"""Sets, functions, matrices, sums and products as people write them."""

from __future__ import annotations

from crossfade_splits.inject._known import is_closed, last
from crossfade_splits.inject._speaker import (
    PRODUCT,
    SET_NAMES,
    SUM,
    Speaker,
    Unreadable,
    flat,
    is_proposition,
    plain,
)
from crossfade_splits.inject._terms import Binder, Term, head, ident, is_op, names, unused

_LONGEST = 1000
"""Digits of a numeral that is still calculated with."""


class Collections(Speaker):
    """What gathers or binds other terms."""

    def matrix(self, term: Term) -> str:
        """A vector, a matrix or a list."""
        if any(a.kind in {"tuple", "list"} and term.text == "[" for a in term.args):
            raise Unreadable("a list of tuples")
        rows = [a for a in term.args if a != Term("ident", ";")]
        if term.kind == "matrix":
            return self._rows_of(term)
        if rows and all(r.kind == "list" for r in rows):
            return "[" + "; ".join(self.listed(r.args) for r in rows) + "]"
        return ("({})" if term.text == "![" else "[{}]").format(self.listed(tuple(rows)))

    def _rows_of(self, term: Term) -> str:
        rows: list[list[str]] = [[]]
        for cell in term.args:
            if cell == Term("ident", ";"):
                rows.append([])
            else:
                rows[-1].append(self.math(cell))
        return "[" + "; ".join(", ".join(row) for row in rows) + "]"

    def comprehension(self, term: Term) -> str:
        """A set by its rule or by its values."""
        if term.kind == "image":
            value = self.functional(term.args[0])
            return f"{{{value} : {', '.join(map(self._member, term.binders))}}}"
        element, body = term.args
        binder = term.binders[0]
        where = self.math(element)
        if binder.bound is not None:
            where += f" {binder.relation} {self.math(binder.bound)}"
        elif binder.type is not None and (name := self.type_name(binder.type)):
            where += f" ∈ {name}"
        return f"{{{where} : {self.phrase(body)}}}"

    def _member(self, binder: Binder) -> str:
        name = self.math(binder.pattern)
        if binder.bound is not None:
            return f"{name} {binder.relation} {self.math(binder.bound)}"
        if binder.type is None:
            return name
        if not (typed := self.type_name(binder.type)):
            raise Unreadable("a type without a plain name")
        return f"{name} ∈ {typed}"

    def type_name(self, term: Term) -> str:
        """The set of numbers that a type is, or an empty string."""
        if term.kind == "ident":
            return SET_NAMES.get(term.text, "")
        if is_op(term, "×"):
            parts = [self.type_name(a) for a in flat(term, "×")]
            if all(parts):
                return f"{parts[0]}^{len(parts)}" if len(set(parts)) == 1 else " × ".join(parts)
        return ""

    def functional(self, term: Term, name: str = "") -> str:
        """A function by its values, `f(x) = x + 1`, or `x ↦ x + 1` where it has no name."""
        if term.kind != "bind" or term.text != "fun":
            text = self.math(term)
            return f"{name}(x) = {text}" if name and is_closed(term) else text
        value = term.args[0]
        letters = unused(names(term) | {name})
        bound = [next(letters) if b.pattern == ident("_") else b.pattern for b in term.binders]
        body = self.phrase(value) if is_proposition(value) else self.math(value)
        arguments = self.listed(tuple(bound))
        if not name:
            return f"({arguments}) ↦ {body}" if len(bound) > 1 else f"{arguments} ↦ {body}"
        if name in self.indexed and len(bound) == 1:
            return f"{name}_{arguments} = {body}"
        return f"{name}({arguments}) = {body}"

    def bound(self, term: Term, power: int) -> str:
        """A function, a sum or a product."""
        if term.text == "fun":
            return self.functional(term)
        if term.text in {"∑", "∏"} and len(term.binders) == 1:
            return self._series(term, power)
        raise Unreadable(term.text)

    def _series(self, term: Term, power: int) -> str:
        binder = term.binders[0]
        index = self.math(binder.pattern)
        body = self.math(term.args[0], PRODUCT)
        bound = binder.bound or binder.type
        if bound is None:
            raise Unreadable("an index without a range")
        low, high = self._span(bound)
        top = high if plain(high) else f"({high})"
        text = f"{term.text}_({index}={low})^{top} {body}"
        return f"({text})" if power >= SUM else text

    def _span(self, bound: Term) -> tuple[str, str]:
        short, args = last(head(bound)), bound.args[1:]
        one = Term("num", "1")
        if short == "range" and len(args) == 1:
            top = args[0]
            if is_op(top, "+") and top.args[1] == one:
                return "0", self.math(top.args[0])
            if top.kind == "num" and len(top.text) <= _LONGEST:
                return "0", str(int(top.text) - 1)
            return "0", self.math(Term("op", "-", (top, one)))
        if short == "Icc" and len(args) == 2:
            return self.math(args[0]), self.math(args[1])
        raise Unreadable(short)
