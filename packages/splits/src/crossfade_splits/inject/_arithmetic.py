"""Arithmetic as people write it: `2 * Real.sqrt 21` is 2√21, `(a + b) / c` is (a + b)/c.

Invariant: brackets are left out only where the text cannot be read another way.
"""

from __future__ import annotations

import re

from crossfade_splits.inject._known import INTERVALS, SPECIAL, WORDED, last
from crossfade_splits.inject._speaker import (
    ATOM,
    POWER,
    PRODUCT,
    SIGNED,
    SUM,
    Speaker,
    Unreadable,
    is_proposition,
    plain,
)
from crossfade_splits.inject._terms import Term, head, is_op, num, op

_JOINED = {"∪": "∪", "∩": "∩", "\\": "∖"}
_WORD_TAIL = re.compile(
    rf"\b({'|'.join(sorted(set(WORDED.values()), key=len, reverse=True))}) ([^\s()]+)$"
)
_ROUNDED = {"floor": "⌊⌋", "ceil": "⌈⌉", "abs": "||", "natAbs": "||", "norm": "||"}


class Arithmetic(Speaker):
    """Operators and functions."""

    def operator(self, term: Term, power: int) -> str:
        """An operator with its operands."""
        if is_proposition(term):
            return f"({self.phrase(term)})" if power > 10 else self.phrase(term)
        text, own = self._unary(term) if len(term.args) == 1 else self._binary(term)
        return f"({text})" if own < power else text

    def _unary(self, term: Term) -> tuple[str, int]:
        symbol, inner = term.text, term.args[0]
        if symbol in {"neg", "±"}:
            sign = "-" if symbol == "neg" else "±"
            return sign + self.math(inner, PRODUCT), SIGNED
        if symbol == "post⁻¹":
            return f"1/{self.math(inner, POWER)}", PRODUCT
        if symbol == "post‼":
            return f"{self.atomic(inner)}!!", ATOM
        raise Unreadable(symbol)

    def _binary(self, term: Term) -> tuple[str, int]:
        symbol, (left, right) = term.text, term.args[:2]
        if symbol in {"+", "-"}:
            return self._sum(symbol, left, right), SUM
        if symbol in {"*", "/"}:
            text = self._product(left, right) if symbol == "*" else self._quotient(left, right)
            return text, SIGNED if text.startswith("-") else PRODUCT
        if symbol == "^":
            return f"{self.math(left, ATOM)}^{self._exponent(right)}", POWER
        if symbol == "%":
            return f"{self.math(left, PRODUCT)} mod {self.math(right, ATOM)}", SUM - 1
        if symbol in _JOINED:
            return f"{self.math(left, SUM)} {_JOINED[symbol]} {self.math(right, POWER)}", SUM
        if symbol == "×":
            return f"{self.math(left, ATOM)} × {self.math(right, POWER)}", SUM
        raise Unreadable(symbol)

    def _quotient(self, left: Term, right: Term) -> str:
        return f"{_word_closed(self.math(left, SIGNED))}/{self.math(right, POWER)}"

    def _sum(self, symbol: str, left: Term, right: Term) -> str:
        first = self.math(left, SUM)
        if symbol == "+" and is_op(right, "neg"):
            return f"{first} - {self.math(right.args[0], PRODUCT)}"
        return f"{first} {symbol} {self.math(right, SUM + (2 if symbol == '-' else 0))}"

    def _exponent(self, term: Term) -> str:
        return self.atomic(term)

    def _product(self, left: Term, right: Term) -> str:
        first, second = self.math(left, SIGNED), self.math(right, PRODUCT + 1)
        wordy = len(second) > 1 and (second[:2].isalpha() or last(head(right)) == "choose")
        closed = first if wordy else _word_closed(first)
        first, spaced = closed, wordy or closed != first
        if is_op(left.args[0] if is_op(left, "neg") else left, "/", "post⁻¹"):
            first = f"({first})"
        if second[0].isdigit() or second[0] in "-±":
            return f"{first} · {second}"
        return first + ("" if not spaced and _touches(left, first, second[0]) else " ") + second

    def application(self, term: Term, power: int) -> str:
        """A function at its arguments."""
        name, args = head(term), term.args[1:]
        if last(name) in INTERVALS:
            return self._interval(last(name), args)
        if not name:
            raise Unreadable("application")
        text = self._known_function(name, args)
        if text is not None:
            loose = (" " in text and text[-1] != ")") or text.startswith(("√", "e^"))
            return f"({text})" if power >= ATOM and loose else text
        if name[0].isupper() and len(name) > 1 and "_" not in name:
            return self.predicate(term)
        return self.call(term)

    def _known_function(self, name: str, args: tuple[Term, ...]) -> str | None:
        short = last(name)
        if name in {"Nat.log", "Nat.clog"} and len(args) == 2:
            logarithm = f"log_{self.math(args[0])}({self.math(args[1])})"
            return logarithm.join("⌊⌋" if name == "Nat.log" else "⌈⌉")
        if name == "eval" and len(args) == 2 and args[1].kind == "ident":
            return f"{self.math(args[1])}({self.math(args[0])})"
        if len(args) == 1 and (text := self._of_one(short, args[0], name)) is not None:
            return text
        if short == "choose" and len(args) == 2:
            return f"C({self.listed(args)})"
        if short == "logb" and len(args) == 2:
            return f"log_{self.math(args[0])}({self.math(args[1])})"
        if short in WORDED and args:
            return self._worded(WORDED[short], args)
        if short in SPECIAL:
            raise Unreadable(name)
        return None

    def _of_one(self, short: str, inner: Term, name: str) -> str | None:
        if short in _ROUNDED:
            return self.math(inner).join(_ROUNDED[short])
        match short:
            case "sqrt":
                root = "√" + self.atomic(inner)
                return f"⌊{root}⌋" if name == "Nat.sqrt" else root
            case "exp" | "rexp" | "cexp":
                exponent = self._exponent(inner)
                return "e" if exponent == "1" else f"e^{exponent}"
            case "factorial":
                return self.atomic(inner) + "!"
            case "fib":
                return f"F_{self.atomic(inner)}"
            case "succ":
                return self.math(Term("op", "+", (inner, Term("num", "1"))), ATOM)
            case "centralBinom":
                return f"C({self.listed((op('*', num('2'), inner), inner))})"
        return None

    def _worded(self, word: str, args: tuple[Term, ...]) -> str:
        if len(args) > 1:
            return f"{word}({self.listed(args)})"
        inner = self.math(args[0])
        return f"{word} {inner}" if plain(inner) else f"{word}({inner})"

    def _interval(self, short: str, args: tuple[Term, ...]) -> str:
        left, right = INTERVALS[short]
        if len(args) == 2 and left and right:
            return f"{left}{self.listed(args)}{right}"
        if len(args) != 1 or (left and right):
            raise Unreadable(short)
        end = self.math(args[0])
        return f"(-∞, {end}{right}" if right else f"{left}{end}, ∞)"

    def fence(self, term: Term) -> str:
        """An absolute value, a norm, a floor or a ceiling."""
        inner = self.math(term.args[0])
        return inner.join({"⌊": "⌊⌋", "⌈": "⌈⌉"}.get(term.text, term.text * 2))


def _word_closed(text: str) -> str:
    """`sin x` at the end of `text` as sin(x), so that what follows is not taken into the sine."""
    return _WORD_TAIL.sub(r"\1(\2)", text)


def _touches(left: Term, first: str, next_: str) -> bool:
    """Whether a factor may stand right against the one before it."""
    if next_ in "(√⌈⌊|" and not first[-1].isalpha():
        return first[-1] != "!"
    tail = left.args[1] if is_op(left, "*") else left
    tail = tail.args[0] if is_op(tail, "neg") else tail
    letter = tail.kind == "ident" and len(first) < 4 and first[-1].isalpha()
    return letter or tail.kind == "num" or (first[-1] == ")" and next_ != "C")
