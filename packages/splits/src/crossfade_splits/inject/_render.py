"""A reduced Lean term as mathematics that a person reads: `2 * Real.sqrt 21` is 2√21.

Invariant: what has no plain reading raises `Unreadable`; no Lean syntax leaks into the text.

Out of scope: LaTeX; simplification.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from crossfade_splits.inject._vocabulary import words
from crossfade_splits.inject._known import CONSTANTS, INTERVALS, SPECIAL, WORDED, is_constant, last
from crossfade_splits.inject._terms import Binder, Term, head, is_op, walk
from crossfade_splits.inject._words import WORDS

_SUM, _SIGNED, _PRODUCT, _NEGATIVE, _POWER, _ATOM = 65, 66, 70, 70, 75, 100
_RELATIONS = words("= ≠ < > ≤ ≥ ∈ ∉ ⊆ ⊂ ⊇")
_TURNED = {"<": ">", "≤": "≥", ">": "<", "≥": "≤"}
_SET_NAMES = {"ℕ": "ℕ", "ℕ+": "ℕ⁺", "ℤ": "ℤ", "ℝ": "ℝ", "ℚ": "ℚ", "ℂ": "ℂ", "ℝ≥0": "[0, ∞)",
              "PNat": "ℕ⁺", "ℝ+": "(0, ∞)", "ℚ+": "ℚ⁺", "Nat": "ℕ", "Real": "ℝ", "Int": "ℤ"}  # fmt: skip
_INDEXED = re.compile(r"[^\W\d_][₀-₉]+$")
_TYPE_WORDS = {"ℕ", "ℕ+", "ℤ", "ℝ", "ℚ", "ℂ"}


class Unreadable(ValueError):
    """A term without a plain reading."""


@dataclass
class Renderer:
    """Renders terms in one language; `renamed` maps Lean's letters to the problem's."""

    language: str = "en"
    renamed: dict[str, str] = field(default_factory=dict)
    indexed: frozenset[str] = frozenset()
    """Letters whose argument the problem writes as an index."""
    universe: str = ""
    """What `Set.univ` is, where the answer's type tells."""

    def __post_init__(self) -> None:
        self.words = WORDS[self.language]

    def say(self, key: str, *parts: str) -> str:
        """A phrase of this language."""
        return self.words[key].format(*parts)

    def math(self, term: Term, power: int = 0) -> str:
        """`term` as an expression, in parentheses where it binds looser than `power`."""
        match term.kind:
            case "num":
                return _trim(term.text)
            case "ident":
                return self._name(term)
            case "op":
                return self._operator(term, power)
            case "app":
                return self._application(term, power)
            case "tuple":
                return f"({self._list(term.args)})"
            case "list" | "matrix":
                return self._matrix(term)
            case "set":
                return f"{{{self._list(term.args)}}}" if term.args else "∅"
            case "setof" | "image":
                return self._comprehension(term)
            case "fence":
                return self._fence(term)
            case "bind":
                return self._bound(term, power)
            case "if":
                text = self.say("if", self.phrase(term.args[0]), *map(self.math, term.args[1:]))
                return f"({text})" if power else text
        raise Unreadable(term.kind)

    def phrase(self, term: Term) -> str:
        """A proposition as words."""
        if is_op(term, "∧"):
            return self._conjunction(term)
        if is_op(term, "∨"):
            return self.words["or"].join(self._disjunct(a) for a in _flat(term, "∨"))
        if is_op(term, "↔"):
            return self.words["iff"].join(self.phrase(a) for a in term.args)
        if is_op(term, "→"):
            return self.say("implies", *map(self.phrase, term.args))
        if is_op(term, "¬"):
            return self._negated(term.args[0])
        if is_op(term, "∣", "∤"):
            key = "divides" if term.text == "∣" else "not divides"
            return self.say(key, *(self.math(a) for a in term.args))
        if is_op(term, "≡"):
            return self._congruence(term, "")
        if term.kind == "op" and term.text in _RELATIONS:
            return self._relation(term)
        if term.kind == "bind" and term.text in {"∃", "∃!", "∀"}:
            return self._quantified(term)
        if term.kind == "app":
            return self._predicate(term, "")
        if term.kind == "ident" and term.text not in {"True", "False"}:
            return self._name(term)
        raise Unreadable(term.kind)

    def _list(self, terms: tuple[Term, ...]) -> str:
        return ", ".join(self.math(t) for t in terms)

    def _name(self, term: Term) -> str:
        name = term.text
        if name in {"∅"}:
            return "∅"
        if last(name) == "univ" and self.universe:
            return self.universe
        if name in _SET_NAMES:
            return _SET_NAMES[name]
        if is_constant(term) or (name in {"⊤", "X", "Polynomial.X"}):
            if last(name) in CONSTANTS:
                return CONSTANTS[last(name)]
            raise Unreadable(name)
        if name in {"volume", "True", "False", "id"} or "." in name or name.startswith("@"):
            raise Unreadable(name)
        if name in {"n✝", "_", "·", "?_"}:
            raise Unreadable(name)
        return self.renamed.get(name, name)

    def _operator(self, term: Term, power: int) -> str:
        text, own = self._arithmetic(term)
        return f"({text})" if own < power else text

    def _arithmetic(self, term: Term) -> tuple[str, int]:
        symbol, args = term.text, term.args
        if symbol in {"+", "-"}:
            return self._sum(symbol, *args), _SUM
        if symbol == "neg":
            return "-" + self.math(args[0], _NEGATIVE), _SIGNED
        if symbol == "±":
            return "±" + self.math(args[0], _NEGATIVE), _SIGNED
        if symbol == "*":
            text = self._product(*args)
            return text, _SIGNED if text.startswith("-") else _PRODUCT
        if symbol == "/":
            text = f"{self.math(args[0], _SIGNED)}/{self.math(args[1], _POWER)}"
            return text, _SIGNED if text.startswith("-") else _PRODUCT
        if symbol == "^":
            return f"{self.math(args[0], _ATOM)}^{self._exponent(args[1])}", _POWER
        if symbol == "%":
            return f"{self.math(args[0], _PRODUCT)} mod {self.math(args[1], _ATOM)}", _PRODUCT - 1
        if symbol in {"∪", "∩", "\\"}:
            join = {"\\": "∖"}.get(symbol, symbol)
            return f"{self.math(args[0], _SUM)} {join} {self.math(args[1], _POWER)}", _SUM
        if symbol == "post⁻¹":
            return f"{self.math(args[0], _ATOM)}^(-1)", _POWER
        if symbol == "post‼":
            return f"{self.math(args[0], _ATOM)}!!", _ATOM
        if symbol == "×":
            return f"{self.math(args[0], _ATOM)} × {self.math(args[1], _POWER)}", _SUM
        if symbol == "postᶜ":
            raise Unreadable(symbol)
        if symbol in _RELATIONS | {"∧", "∨", "¬", "∣", "∤", "↔", "→", "≡"}:
            return self.phrase(term), 10
        raise Unreadable(symbol)

    def _sum(self, symbol: str, left: Term, right: Term) -> str:
        first = self.math(left, _SUM)
        if symbol == "+" and is_op(right, "neg"):
            return f"{first} - {self.math(right.args[0], _PRODUCT)}"
        return f"{first} {symbol} {self.math(right, _SUM + (2 if symbol == '-' else 0))}"

    def _exponent(self, term: Term) -> str:
        text = self.math(term)
        return text if _plain(text) else f"({text})"

    def _product(self, left: Term, right: Term) -> str:
        first, second = self.math(left, _SIGNED), self.math(right, _PRODUCT + 1)
        if second[0].isdigit() or second[0] in "-±":
            return f"{first} · {second}"
        if is_op(left, "/"):
            first = f"({first})"
        wordy = len(second) > 1 and (second[:2].isalpha() or last(head(right)) == "choose")
        return first + ("" if not wordy and _touches(left, first, second[0]) else " ") + second

    def _application(self, term: Term, power: int) -> str:
        name, args = head(term), term.args[1:]
        short = last(name)
        if short in INTERVALS:
            return self._interval(short, args)
        if name and (text := self._special(short, args, name)) is not None:
            return f"({text})" if power >= _ATOM and " " in text and text[-1] != ")" else text
        if name == "" and term.args[0].kind in {"bind", "opaque", "op", "field"}:
            if is_op(term.args[0], "<|", "iterate"):
                raise Unreadable(term.args[0].text)
            raise Unreadable("application")
        if name and (name[0].isupper() and len(name) > 1 and "_" not in name):
            text = self._predicate(term, "")
            return text
        return self._call(term)

    def _call(self, term: Term) -> str:
        """A function of the problem's own, at its arguments."""
        function, args = self.math(term.args[0]), term.args[1:]
        if function in self.indexed and len(args) == 1:
            return f"{function}_{self._atomic(args[0])}"
        return f"{function}({self._list(args)})"

    def _special(self, short: str, args: tuple[Term, ...], name: str) -> str | None:
        if short == "sqrt" and len(args) == 1:
            root = "√" + self._atomic(args[0])
            return f"⌊{root}⌋" if name == "Nat.sqrt" else root
        if short in {"exp", "rexp", "cexp"} and len(args) == 1:
            exponent = self._exponent(args[0])
            return "e" if exponent == "1" else f"e^{exponent}"
        if short == "factorial" and len(args) == 1:
            return self._atomic(args[0]) + "!"
        if short == "choose" and len(args) == 2:
            return f"C({self._list(args)})"
        if short == "fib" and len(args) == 1:
            return f"F_{self._atomic(args[0])}"
        if short == "logb" and len(args) == 2:
            base = self.math(args[0])
            return f"log_{base}({self.math(args[1])})"
        if short in {"floor", "ceil"} and len(args) == 1:
            left, right = ("⌊", "⌋") if short == "floor" else ("⌈", "⌉")
            return f"{left}{self.math(args[0])}{right}"
        if short in {"abs", "natAbs", "norm"} and len(args) == 1:
            return f"|{self.math(args[0])}|"
        if short == "succ" and len(args) == 1:
            return self.math(Term("op", "+", (args[0], Term("num", "1"))), _ATOM)
        if short == "centralBinom" and len(args) == 1:
            return f"C(2{self._atomic(args[0])}, {self.math(args[0])})"
        if short in {"log", "clog"} and name in {"Nat.log", "Nat.clog"}:
            raise Unreadable(name)
        if short in WORDED and args:
            return self._worded(WORDED[short], args)
        if short in SPECIAL:
            raise Unreadable(name)
        return None

    def _worded(self, word: str, args: tuple[Term, ...]) -> str:
        if len(args) > 1:
            return f"{word}({self._list(args)})"
        inner = self.math(args[0])
        return f"{word} {inner}" if _plain(inner) else f"{word}({inner})"

    def _atomic(self, term: Term) -> str:
        text = self.math(term)
        return text if _plain(text) else f"({text})"

    def _interval(self, short: str, args: tuple[Term, ...]) -> str:
        left, right = INTERVALS[short]
        if len(args) == 2:
            return f"{left}{self._list(args)}{right}"
        if len(args) != 1:
            raise Unreadable(short)
        end = self.math(args[0])
        return f"(-∞, {end}{right}" if right else f"{left}{end}, ∞)"

    def _fence(self, term: Term) -> str:
        inner = self.math(term.args[0])
        if term.text in "|‖":
            return f"{term.text}{inner}{term.text}"
        return f"{term.text}{inner}{'⌋' if term.text == '⌊' else '⌉'}"

    def _matrix(self, term: Term) -> str:
        if any(a.kind in {"tuple", "list"} and term.text == "[" for a in term.args):
            raise Unreadable("a list of tuples")
        rows = [a for a in term.args if a != Term("ident", ";")]
        if term.kind == "matrix":
            return self._rows_of(term)
        if rows and all(r.kind == "list" for r in rows):
            return "[" + "; ".join(self._list(r.args) for r in rows) + "]"
        return ("({})" if term.text == "![" else "[{}]").format(self._list(tuple(rows)))

    def _rows_of(self, term: Term) -> str:
        rows: list[list[str]] = [[]]
        for cell in term.args:
            if cell == Term("ident", ";"):
                rows.append([])
            else:
                rows[-1].append(self.math(cell))
        return "[" + "; ".join(", ".join(row) for row in rows) + "]"

    def _comprehension(self, term: Term) -> str:
        if term.kind == "image":
            value = self.functional(term.args[0])
            return f"{{{value} : {self._ranges(term.binders)}}}"
        element, body = term.args
        binder = term.binders[0]
        where = self.math(element)
        if binder.bound is not None:
            where += f" {binder.relation} {self.math(binder.bound)}"
        elif binder.type is not None and (name := self._type(binder.type)):
            where += f" ∈ {name}"
        return f"{{{where} : {self.phrase(body)}}}"

    def _type(self, term: Term) -> str:
        if term.kind == "ident":
            return _SET_NAMES.get(term.text, "")
        if is_op(term, "×"):
            parts = [self._type(a) for a in _flat_product(term)]
            if all(parts):
                return f"{parts[0]}^{len(parts)}" if len(set(parts)) == 1 else " × ".join(parts)
        return ""

    def functional(self, term: Term, name: str = "") -> str:
        """A function by its values, `f(x) = x + 1`, or `x ↦ x + 1` where it has no name."""
        if term.kind != "bind" or term.text != "fun":
            return self.math(term)
        arguments = ", ".join(self.math(b.pattern) for b in term.binders)
        value = term.args[0]
        body = self.phrase(value) if _is_proposition(value) else self.math(value)
        if not name:
            several = len(term.binders) > 1
            return f"({arguments}) ↦ {body}" if several else f"{arguments} ↦ {body}"
        return f"{name}({arguments}) = {body}"

    def _bound(self, term: Term, power: int) -> str:
        if term.text == "fun":
            return self.functional(term)
        if term.text in {"∑", "∏"} and len(term.binders) == 1:
            return self._series(term, power)
        raise Unreadable(term.text)

    def _series(self, term: Term, power: int) -> str:
        binder = term.binders[0]
        index = self.math(binder.pattern)
        body = self.math(term.args[0], _PRODUCT)
        bound = binder.bound or binder.type
        if bound is None:
            raise Unreadable("an index without a range")
        low, high = self._span(bound)
        top = high if _plain(high) else f"({high})"
        text = f"{term.text}_({index}={low})^{top} {body}"
        return f"({text})" if power >= _PRODUCT else text

    def _span(self, bound: Term) -> tuple[str, str]:
        short, args = last(head(bound)), bound.args[1:]
        one = Term("num", "1")
        if short == "range" and len(args) == 1:
            top = args[0]
            if is_op(top, "+") and top.args[1] == one:
                return "0", self.math(top.args[0])
            if top.kind == "num":
                return "0", str(int(top.text) - 1)
            return "0", self.math(Term("op", "-", (top, one)))
        if short == "Icc" and len(args) == 2:
            return self.math(args[0]), self.math(args[1])
        raise Unreadable(short)

    def _conjunction(self, term: Term) -> str:
        parts = _flat(term, "∧")
        chained = self._chain(parts)
        if chained:
            return chained
        texts = [self.phrase(p) for p in parts]
        if len(texts) == 2 or any(is_op(p, "∨") for p in parts):
            joined = [f"({t})" if is_op(p, "∨") else t for t, p in zip(texts, parts, strict=True)]
            return self.words["and"].join(joined)
        return self.words["comma"].join(texts[:-1]) + self.words["and"] + texts[-1]

    def _disjunct(self, term: Term) -> str:
        text = self.phrase(term)
        return f"({text})" if is_op(term, "∧") and self.words["and"] in text else text

    def _chain(self, parts: list[Term]) -> str:
        """`a ≤ x ∧ x ≤ b` as a ≤ x ≤ b, `a = b ∧ b = c` as a = b = c."""
        if not all(is_op(p, "<", "≤", ">", "≥", "=") for p in parts):
            return ""
        turned = [_rising(p) for p in parts]
        if len(turned) == 2 and turned[0].args[0] == turned[1].args[1] and turned[0].text != "=":
            turned = turned[::-1]
        linked = all(a.args[1] == b.args[0] for a, b in zip(turned, turned[1:], strict=False))
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
        if left.kind == "num" and right.kind == "ident" and term.text in _TURNED:
            return f"{self.math(right)} {_TURNED[term.text]} {self.math(left)}"
        return f"{self.math(left, 55)} {term.text} {self.math(right, 55)}"

    def _congruence(self, term: Term, negation: str) -> str:
        if len(term.args) != 3:
            raise Unreadable("≡")
        return self.say(negation + "congruent", *(self.math(a) for a in term.args))

    def _predicate(self, term: Term, negation: str) -> str:
        short, args = last(head(term)), term.args[1:]
        keys = {"Even": "even", "Odd": "odd", "Prime": "prime", "IsSquare": "square",
                "Irrational": "irrational", "Coprime": "coprime"}  # fmt: skip
        if short == "ModEq" and len(args) == 3:
            modulus, left, right = args
            return self.say(negation + "congruent", *map(self.math, (left, right, modulus)))
        if short in keys and (negation + keys[short]) in self.words:
            return self.say(negation + keys[short], *(self.math(a) for a in args))
        if short in keys:
            return self.say("not", self._predicate(term, ""))
        function = term.args[0]
        if function.kind == "ident" and function.text[0].islower() and "." not in function.text:
            return self._call(term)
        raise Unreadable(short or term.args[0].kind)

    def _negated(self, term: Term) -> str:
        flipped = {"=": "≠", "<": "≥", ">": "≤", "≤": ">", "≥": "<", "∈": "∉"}
        if term.kind == "op" and term.text in flipped:
            return self.phrase(Term("op", flipped[term.text], term.args))
        if is_op(term, "∣"):
            return self.say("not divides", *(self.math(a) for a in term.args))
        if is_op(term, "≡"):
            return self._congruence(term, "not ")
        if term.kind == "app":
            return self._predicate(term, "not ")
        if term.kind == "bind" and term.text == "∃":
            return self._no_such(term)
        return self.say("not", self.phrase(term))

    def _no_such(self, term: Term) -> str:
        return self.say("no", self.phrase(term.args[0]), self._ranges(term.binders, plural=True))

    def _quantified(self, term: Term) -> str:
        if term.text == "∃" and (positive := _positive(term)) is not None:
            term = positive
        body = term.args[0]
        if term.text == "∀" and is_op(body, "→"):
            condition, body = self.phrase(body.args[0]), body.args[1]
            ranges = self.say("with", self._ranges(term.binders, plural=True), condition)
        else:
            ranges = self._ranges(term.binders, plural=term.text == "∀")
        if term.text == "∀":
            return self.say("for all", self.phrase(body), ranges)
        nested = body.kind == "bind" or any(n.kind == "bind" for n in walk(body))
        key = "there are" if nested or is_op(body, "∧", "∨") else "for some"
        return self.say(key, self.phrase(body), ranges)

    def _ranges(self, binders: tuple[Binder, ...], *, plural: bool = False) -> str:
        """What is bound, in words: "integers n and k", "n ≥ 1", "c in ℝ"."""
        groups: list[tuple[str, list[str]]] = []
        for binder in binders:
            name = self.math(binder.pattern)
            if binder.bound is not None:
                groups.append(("", [f"{name} {binder.relation} {self.math(binder.bound)}"]))
                continue
            word = self._kind(binder.type)
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
        return ""

    def _group(self, word: str, list_: list[str], *, plural: bool) -> str:
        joined = ", ".join(list_[:-1]) + self.words["list"] + list_[-1] if list_[1:] else list_[0]
        if not word or self.language == "zh":
            return f"{word} {joined}".strip()
        return f"{word}{'s' if plural or list_[1:] else ''} {joined}"


def _trim(number: str) -> str:
    return number.rstrip("0").rstrip(".") if number.endswith(".0") else number


def _flat(term: Term, symbol: str) -> list[Term]:
    if is_op(term, symbol):
        return [part for a in term.args for part in _flat(a, symbol)]
    return [term]


def _flat_product(term: Term) -> list[Term]:
    return _flat(term, "×")


def _positive(term: Term) -> Term | None:
    """`∃ k : ℕ, 0 < k ∧ P` with the sign moved into the type, to be said as "positive integer"."""
    parts = _flat(term.args[0], "∧")
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
        return Term("op", _TURNED[term.text], term.args[::-1])
    return term


def _plain(text: str) -> bool:
    """Whether a text is one number or one letter (with its index), so that it needs no brackets."""
    return text.isdecimal() or (len(text) == 1 and text.isalpha()) or bool(_INDEXED.match(text))


def _touches(left: Term, first: str, next_: str) -> bool:
    """Whether a factor may stand right against the one before it."""
    if next_ in "(√⌈⌊|" and not first[-1].isalpha():
        return first[-1] != "!"
    tail = left.args[1] if is_op(left, "*") else left
    tail = tail.args[0] if is_op(tail, "neg") else tail
    letter = tail.kind == "ident" and len(first) < 4 and first[-1].isalpha()
    return letter or tail.kind == "num" or (first[-1] == ")" and next_ != "C")


def _is_proposition(term: Term) -> bool:
    return term.kind == "op" and term.text in _RELATIONS | {"∧", "∨", "¬", "∣", "∤", "↔", "→", "≡"}
