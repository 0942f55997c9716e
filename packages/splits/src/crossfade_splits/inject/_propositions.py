"""Propositions in words: conditions, quantifiers, divisibility, congruences."""

from __future__ import annotations

from itertools import pairwise

from crossfade_splits.inject._known import INTERVALS, last
from crossfade_splits.inject._speaker import RELATIONS, SET_NAMES, TURNED, Speaker, Unreadable, flat
from crossfade_splits.inject._terms import (
    Binder,
    Term,
    head,
    ident,
    is_op,
    names,
    op,
    transform,
    unused,
    walk,
)
from crossfade_splits.inject._vocabulary import words

_TYPE_WORDS = words("ℕ ℕ+ ℤ ℝ ℚ ℂ")


class Propositions(Speaker):
    """What is true or false."""

    def functional(self, term: Term, name: str = "") -> str:
        """A function by its values; see `Collections.functional`."""
        raise NotImplementedError

    def phrase(self, term: Term) -> str:
        """A proposition as words."""
        if term.kind == "op":
            return self._connected(term)
        if term.kind == "bind" and term.text in {"∃", "∃!", "∀"}:
            return self._quantified(term)
        if term.kind == "app":
            return self.predicate(term)
        if term.kind == "ident" and term.text not in {"True", "False"}:
            return self.name(term)
        raise Unreadable(term.kind)

    def clause(self, term: Term) -> str:
        """A proposition inside a longer one, in parentheses where it would run on."""
        text = self.phrase(term)
        return f"({text})" if _runs_on(term) else text

    def _connected(self, term: Term) -> str:
        match term.text:
            case "∧":
                return self._conjunction(term)
            case "∨":
                return self.words["or"].join(self._disjunct(a) for a in flat(term, "∨"))
            case "↔":
                return self.words["iff"].join(self.clause(a) for a in term.args)
            case "→":
                return self.say("implies", *map(self.clause, term.args))
            case "¬":
                return self._negated(term.args[0])
            case "∣" | "∤":
                key = "divides" if term.text == "∣" else "not divides"
                return self.say(key, *(self.math(a) for a in term.args))
            case "≡":
                return self._congruence(term, "")
        if term.text in RELATIONS:
            return self._relation(term)
        raise Unreadable(term.text)

    def _conjunction(self, term: Term) -> str:
        parts = flat(term, "∧")
        chained = self._chain(parts)
        if chained:
            return chained
        texts, parts = self._linked(parts)
        if len(texts) == 2 or any(is_op(p, "∨") for p in parts):
            joined = [f"({t})" if is_op(p, "∨") else t for t, p in zip(texts, parts, strict=True)]
            return self.words["and"].join(joined)
        return self.words["comma"].join(texts[:-1]) + self.words["and"] + texts[-1]

    def _linked(self, parts: list[Term]) -> tuple[list[str], list[Term]]:
        """The parts as phrases, neighbours such as `0 ≤ b ∧ b ≤ 9` drawn together."""
        texts: list[str] = []
        kept: list[Term] = []
        at = 0
        while at < len(parts):
            pair = parts[at : at + 2]
            ordered = len(pair) == 2 and all(is_op(p, "<", "≤", ">", "≥") for p in pair)
            chained = self._chain(pair) if ordered else ""
            texts.append(chained or self.clause(parts[at]))
            kept.append(parts[at])
            at += 2 if chained else 1
        return texts, kept

    def _disjunct(self, term: Term) -> str:
        term = transform(term, _everywhere)
        text = self.clause(term)
        body = term.args[0] if term.kind == "bind" and term.text == "∃" else term
        return f"({text})" if is_op(body, "∧") and self.words["and"] in text else text

    def _chain(self, parts: list[Term]) -> str:
        """`a ≤ x ∧ x ≤ b` as a ≤ x ≤ b, `a = b ∧ b = c` as a = b = c."""
        if not all(is_op(p, "<", "≤", ">", "≥", "=") for p in parts):
            return ""
        turned = [_rising(p) for p in parts]
        if len(turned) == 2 and turned[0].args[0] == turned[1].args[1] and turned[0].text != "=":
            turned = turned[::-1]
        linked = all(a.args[1] == b.args[0] for a, b in pairwise(turned))
        if not linked:
            return ""
        text = self.math(turned[0].args[0])
        for part in turned:
            text += f" {part.text} {self.math(part.args[1])}"
        return text

    def _relation(self, term: Term) -> str:
        left, right = term.args[:2]
        if is_op(left, "%") and term.text in {"=", "≠"}:
            key = "congruent" if term.text == "=" else "not congruent"
            return self.say(key, self.math(left.args[0]), self.math(right), self.math(left.args[1]))
        if right.kind == "bind" and right.text == "fun" and left.kind in {"ident", "app"}:
            return self.functional(right, self.math(left))
        if left.kind == right.kind == "tuple" and len(left.args) == len(right.args):
            named = zip(left.args, right.args, strict=True)
            if all(b.kind == "bind" for b in right.args):
                return self.words["and"].join(self.functional(b, self.math(a)) for a, b in named)
        if left.kind == "num" and right.kind == "ident" and term.text in TURNED:
            return f"{self.math(right)} {TURNED[term.text]} {self.math(left)}"
        return f"{self.math(left, 55)} {term.text} {self.math(right, 55)}"

    def _congruence(self, term: Term, negation: str) -> str:
        if len(term.args) != 3:
            raise Unreadable("≡")
        return self.say(negation + "congruent", *(self.math(a) for a in term.args))

    def predicate(self, term: Term, negation: str = "") -> str:
        """A named property in words."""
        short, args = last(head(term)), term.args[1:]
        keys = {"Even": "even", "Odd": "odd", "Prime": "prime", "IsSquare": "square",
                "Irrational": "irrational", "Coprime": "coprime",
                "IsPrimePow": "prime power"}  # fmt: skip
        if short in keys and len(args) != (2 if short == "Coprime" else 1):
            raise Unreadable(short)
        if short == "ModEq" and len(args) == 3:
            modulus, left, right = args
            return self.say(negation + "congruent", *map(self.math, (left, right, modulus)))
        if short in keys and (negation + keys[short]) in self.words:
            return self.say(negation + keys[short], *(self.math(a) for a in args))
        if short in keys:
            return self.say("not", self.predicate(term))
        if short == "EqOn" and len(args) == 3 and not negation:
            return self._equal_on(args)
        function = term.args[0]
        if function.kind == "ident" and function.text[0].islower() and "." not in function.text:
            return self.call(term)
        raise Unreadable(short or term.args[0].kind)

    def _equal_on(self, args: tuple[Term, ...]) -> str:
        """`S.EqOn f g`: f(x) = ... for all x ∈ S."""
        domain, left, right = args
        if right.kind != "bind" or len(right.binders) != 1:
            raise Unreadable("EqOn")
        argument = self.math(right.binders[0].pattern)
        where = f"{argument} ∈ {self.math(domain)}"
        return self.say("for all", self.functional(right, self.math(left)), where)

    def _negated(self, term: Term) -> str:
        flipped = {"=": "≠", "<": "≥", ">": "≤", "≤": ">", "≥": "<", "∈": "∉"}
        if term.kind == "op" and term.text in flipped:
            return self.phrase(Term("op", flipped[term.text], term.args))
        if is_op(term, "∣"):
            return self.say("not divides", *(self.math(a) for a in term.args))
        if is_op(term, "≡"):
            return self._congruence(term, "not ")
        if term.kind == "app":
            return self.predicate(term, "not ")
        if term.kind == "bind" and term.text == "∃":
            return self._no_such(term)
        return self.say("not", self.phrase(term))

    def _no_such(self, term: Term) -> str:
        return self.say("no", self.phrase(term.args[0]), self.ranges(term.binders, plural=True))

    def _quantified(self, term: Term) -> str:
        if term.text == "∃!":
            if len(term.binders) != 1:
                raise Unreadable("∃!")
            return self.say("exactly one", self.phrase(term.args[0]), self.ranges(term.binders))
        if term.text == "∃" and (positive := _positive(term)) is not None:
            term = positive
        body = term.args[0]
        if term.text == "∀" and is_op(body, "→"):
            condition, body = self.phrase(body.args[0]), body.args[1]
            ranges = self.say("with", self.ranges(term.binders, plural=True), condition)
        else:
            ranges = self.ranges(term.binders, plural=term.text == "∀")
        nested = any(n.kind == "bind" for n in walk(body))
        first = nested or is_op(body, "∧", "∨", "→", "↔") or _runs_on(body)
        if term.text == "∀":
            return self.say("for each" if first else "for all", self.phrase(body), ranges)
        return self.say("there are" if first else "for some", self.phrase(body), ranges)

    def ranges(self, binders: tuple[Binder, ...], *, plural: bool = False) -> str:
        """What is bound, in words: "integers n and k", "n ≥ 1", "c in ℝ"."""
        groups: list[tuple[str, list[str]]] = []
        for binder in binders:
            name = self.math(binder.pattern)
            if binder.bound is not None:
                groups.append(("", [f"{name} {binder.relation} {self.math(binder.bound)}"]))
                continue
            word = self._kind(binder.type)
            if not word and binder.type is not None and binder.type.text in SET_NAMES:
                groups.append(("", [f"{name} ∈ {SET_NAMES[binder.type.text]}"]))
                continue
            if binder.type is not None and last(head(binder.type)) in INTERVALS:
                groups.append(("", [f"{name} ∈ {self.math(binder.type)}"]))
                continue
            if not word and binder.type is not None:
                raise Unreadable("a type without a name")
            if groups and groups[-1][0] == word and word:
                groups[-1][1].append(name)
            else:
                groups.append((word, [name]))
        return self.words["and"].join(
            self._group(word, list_, plural=plural) for word, list_ in groups
        )

    def _kind(self, typed: Term | None) -> str:
        if typed is not None and typed.kind == "ident" and typed.text in _TYPE_WORDS:
            return self.words[typed.text]
        return self.words["function"] if typed is not None and is_op(typed, "→") else ""

    def _group(self, word: str, list_: list[str], *, plural: bool) -> str:
        joined = ", ".join(list_[:-1]) + self.words["list"] + list_[-1] if list_[1:] else list_[0]
        if not word or self.language == "zh":
            return f"{word} {joined}".strip()
        return f"{word}{'s' if plural or list_[1:] else ''} {joined}"


def _everywhere(term: Term) -> Term:
    """`f = fun x ↦ g x` as `∀ x, f x = g x`: "f(x) = 0 or f(x) = x" could choose at every x."""
    if not is_op(term, "=") or term.args[0].kind != "ident":
        return term
    function, value = term.args
    if value.kind != "bind" or value.text != "fun" or len(value.binders) != 1:
        return term
    binder = value.binders[0]
    letter = next(unused(names(value) | {function.text}))
    argument = letter if binder.pattern == ident("_") else binder.pattern
    equation = op("=", Term("app", args=(function, argument)), value.args[0])
    return Term("bind", "∀", (equation,), (Binder(argument),))


def _runs_on(term: Term) -> bool:
    """Whether what follows a proposition's words could be taken into it."""
    if is_op(term, "¬"):
        return is_op(term.args[0], "∧", "∨", "→", "↔") or term.args[0].kind == "bind"
    return is_op(term, "→", "↔") or (term.kind == "bind" and term.text == "∃!")


def _positive(term: Term) -> Term | None:
    """`∃ k : ℕ, 0 < k ∧ P` with the sign moved into the type, to be said as "positive integer"."""
    parts = flat(term.args[0], "∧")
    binder = term.binders[0]
    zero = Term("num", "0")
    whole = binder.type is not None and binder.type.text in {"ℕ", "ℤ"}
    above = {Term("op", "<", (zero, binder.pattern)), Term("op", ">", (binder.pattern, zero))}
    if len(term.binders) != 1 or not whole or len(parts) < 2 or parts[0] not in above:
        return None
    body = parts[1]
    for part in parts[2:]:
        body = Term("op", "∧", (body, part))
    typed = Binder(binder.pattern, Term("ident", "ℕ+"))
    return Term("bind", "∃", (body,), (typed,))


def _rising(term: Term) -> Term:
    if term.text in {">", "≥"}:
        return Term("op", TURNED[term.text], term.args[::-1])
    return term
