"""Lean terms and types to trees: an operator-precedence parser with Mathlib's precedences.

Invariant: parsing a whole term consumes every token given or raises `ParseError`; a bracket whose
inside is not understood becomes one `opaque` term, so that the operators around it still stand.

Out of scope: tactic blocks, `match`, user notation (each becomes `opaque`), elaboration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crossfade_splits.inject._brackets import RELATIONS, BracketReader
from crossfade_splits.inject._stream import CLOSING, ParseError
from crossfade_splits.inject._terms import Term
from crossfade_splits.inject._vocabulary import words

if TYPE_CHECKING:
    from crossfade_splits.inject._lexer import Token

_INFIX: dict[str, tuple[int, str]] = {
    "<|": (10, "right"), "$": (10, "right"), "|>": (10, "left"), "|>.": (10, "left"),
    "↔": (20, "none"), "→": (25, "right"), "->": (25, "right"), "∨": (30, "right"),
    "\\/": (30, "right"), "||": (30, "right"), "∧": (35, "right"), "/\\": (35, "right"),
    "&&": (35, "right"), "×": (35, "right"), **dict.fromkeys(RELATIONS, (50, "none")),
    "∪": (65, "left"), "+": (65, "left"), "-": (65, "left"), "++": (65, "left"),
    "∆": (65, "left"), "⊔": (68, "left"), "⊓": (69, "left"), "::": (67, "right"),
    "∩": (70, "left"), "\\": (70, "left"), "*": (70, "left"), "/": (70, "left"),
    "%": (70, "left"), "•": (73, "right"), "^": (75, "right"), "''": (80, "left"),
    "⁻¹'": (80, "left"), "×ˢ": (82, "right"), "∘": (90, "right"), "⊗": (70, "left"),
}  # fmt: skip
_PREFIX = {
    "¬": ("¬", 40), "!": ("¬", 40), "-": ("neg", 75), "±": ("±", 75),
    "↑": ("↑", 1000), "⇑": ("↑", 1000), "√": ("√", 900), "#": ("#", 900), "∠": ("∠", 900),
}  # fmt: skip
_BIND = words("""∀ ∃ ∃! ∃ᵉ ∀ᵉ ∀ᶠ ∃ᶠ ∀ᵐ ∑ ∏ ∑' ∏' ∫ ∮ ⨍ ⋃ ⋂ ⨆ ⨅ λ fun forall exists Π""")
_BODY_POWER = {"∑": 67, "∏": 67, "∑'": 67, "∏'": 67, "⋃": 60, "⋂": 60, "∫": 60, "⨍": 60}
_POSTFIX = frozenset(["!", "‼", "⁻¹", "ᶜ", "ᵀ", "ᴴ"])
_ATOM_SYMBOLS = words("""∅ ⊤ ⊥ ∞ · _ ℝ≥0 ℝ≥0∞ ℕ+ ℝ+ ℚ+ ℤ+ ℝ⁺ ? 𝓝[>] 𝓝[<] 𝓝[≠] 𝓝[≥] 𝓝[≤] ∂ Δ ∇""")
_OPAQUE = words("by match do calc suffices show from haveI")


class Parser(BracketReader):
    """Reads terms from tokens of `source` (comment-free)."""

    def term(self, rbp: int = 0) -> Term:
        """One term whose operators bind tighter than `rbp`."""
        left = self._prefix()
        while (entry := self._infix(self.peek())) and entry[0] >= rbp:
            left = self._continue(left, *entry)
        return left

    def _infix(self, token: Token) -> tuple[int, str] | None:
        if token.kind not in {"symbol", "ident"}:
            return None
        if token.text == "=" and self.peek(1).text in {"O", "o", "ᵐ", "Θ", "ᶠ"}:
            return 50, "asymptotic"
        return _INFIX.get(token.text)

    def _continue(self, left: Term, power: int, side: str) -> Term:
        symbol = self.next()
        if side == "asymptotic":
            self.next()
            if self.peek().text == "[":
                self.skip_bracket(self.at)
            right = self.term(power + 1)
            return self.node("opaque", left.span[0], symbol.text, (left, right))
        right = self.term(power if side == "right" else power + 1)
        args: tuple[Term, ...] = (left, right)
        if symbol.text == "≡" and self.peek().text == "[":
            args = (*args, self._modulus())
        if symbol.text in {"<|", "$"}:
            return self.node("app", left.span[0], "", args)
        text = {"->": "→", "/\\": "∧", "\\/": "∨", "<=": "≤", ">=": "≥", "&&": "∧", "||": "∨",
                "==": "=", "!=": "≠"}.get(symbol.text, symbol.text)  # fmt: skip
        return self.node("op", left.span[0], text, args)

    def _modulus(self) -> Term:
        """The `[MOD n]` behind a congruence."""
        self.expect("[")
        self.next()
        with self.context():
            modulus = self.term()
        self.expect("]")
        return modulus

    def _prefix(self) -> Term:
        token = self.peek()
        if token.text in _BIND and token.kind != "end":
            return self._bind()
        if token.text in {"let", "letI", "have"}:
            return self._let()
        if token.text == "if":
            return self._if()
        if token.text in _OPAQUE:
            return self._opaque_tail()
        if token.text in _PREFIX and not (token.text == "#" and self.peek(1).text == "["):
            symbol, power = _PREFIX[token.text]
            self.next()
            if symbol in {"↑", "√"}:
                return self._apply(self.node("op", token.start, symbol, (self._atom(),)))
            return self.node("op", token.start, symbol, (self.term(power),))
        return self._apply(self._atom())

    def _apply(self, first: Term) -> Term:
        args = [first]
        while self._starts_argument(self.peek()):
            if self.peek().text in {"fun", "λ"}:
                args.append(self._bind())
                break
            if self.peek().text == "by":
                args.append(self._opaque_tail())
                break
            args.append(self._atom())
        return first if len(args) == 1 else self.node("app", first.span[0], "", tuple(args))

    def _starts_argument(self, token: Token) -> bool:
        if token.kind in {"ident", "number"}:
            return token.text not in _INFIX
        if token.kind == "keyword":
            return token.text in {"fun", "λ", "by"}
        if token.kind != "symbol":
            return False
        if token.text == "[":
            return self.peek(1).text not in {"MOD", "ZMOD", "PMOD", "SMOD"}
        if token.text == "|":
            return not self.bar
        if token.text == "‖":
            return self.bar != "norm"
        return token.text in _ATOM_SYMBOLS | {"√", "↑", "@"} or (
            token.text in CLOSING and token.text != "^["
        )

    def _atom(self) -> Term:
        term = self._bare_atom()
        while True:
            token = self.peek()
            if token.kind == "field":
                self.next()
                term = self.node("field", term.span[0], token.text[1:], (term,))
            elif token.text in _POSTFIX and token.kind == "symbol":
                self.next()
                term = self.node("op", term.span[0], "post" + token.text, (term,))
            elif token.text == "^[":
                term = self._indexed(term, "iterate")
            elif token.text == "[" and not token.spaced and term.kind in {"ident", "field"}:
                term = self._indexed(term, "index")
            else:
                return term

    def _indexed(self, term: Term, kind: str) -> Term:
        self.next()
        with self.context():
            inner = self._rows("]")
        return self.node("op", term.span[0], kind, (term, *inner))

    def _bare_atom(self) -> Term:
        token = self.next()
        if token.kind == "number":
            return self.node("num", token.start, token.text)
        if token.kind == "ident" or token.text in _ATOM_SYMBOLS:
            return self.node("ident", token.start, token.text)
        if token.text == "@":
            name = self.next()
            return self.node("ident", token.start, "@" + name.text)
        if token.text in {"√", "↑"}:
            return self.node("op", token.start, token.text, (self._atom(),))
        if token.text in {"|", "‖"}:
            return self._fence(token, token.text)
        if token.text in CLOSING:
            return self.bracket(token)
        raise ParseError(f"no term starts with {token.text!r}")

    def _fence(self, token: Token, close: str) -> Term:
        with self.context("abs" if close == "|" else "norm"):
            inner = self.term()
        self.expect(close)
        return self.node("fence", token.start, close, (inner,))

    def _bind(self) -> Term:
        token = self.next()
        symbol = {"λ": "fun", "forall": "∀", "exists": "∃", "∀ᵉ": "∀", "∃ᵉ": "∃", "Π": "∀"}.get(
            token.text, token.text
        )
        if symbol == "fun" and self.peek().text == "|":
            return self._opaque_tail(token)
        stop = ("↦", "=>", ",") if symbol == "fun" else (",",)
        binders = self.binders(closing=stop)
        if not binders:
            raise ParseError(f"nothing is bound by {token.text!r}")
        self.expect(*stop)
        body = self.term(_BODY_POWER.get(symbol, 0))
        if symbol in {"∫", "⨍"} and self.accept("∂"):
            self.term(70)
        return self.node("bind", token.start, symbol, (body,), binders)

    def _let(self) -> Term:
        token = self.next()
        with self.context(limit=token.column if token.first else self.limit):
            unnamed = self.peek().text in {":", ":="}
            pattern = Term("ident", "this") if unnamed else self._atom()
            while self.peek().text in {"(", "{", "["}:
                self.skip_bracket(self.at)
            if self.accept(":"):
                self.term()
            self.expect(":=")
            value = self.term()
        self.accept(";")
        return self.node("let", token.start, token.text, (pattern, value, self.term()))

    def _if(self) -> Term:
        token = self.next()
        if self.peek(1).text == ":":
            self.next(), self.next()
        condition = self.term()
        self.expect("then")
        yes = self.term()
        self.expect("else")
        return self.node("if", token.start, "", (condition, yes, self.term()))

    def _opaque_tail(self, token: Token | None = None) -> Term:
        start = (token or self.next()).start
        self.skip_to_stop()
        return self.node("opaque", start)
