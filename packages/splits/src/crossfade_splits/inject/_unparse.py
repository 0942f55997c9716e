"""A reduced term back to short Lean text, for the `answer` field.

Invariant: the text parses to the same tree, up to blank space.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crossfade_splits.inject._terms import Binder, Term

_POWER = {"↔": 20, "→": 25, "∨": 30, "∧": 35, "×": 35, "∪": 65, "+": 65, "-": 65, "∩": 70,
          "\\": 70, "*": 70, "/": 70, "%": 70, "neg": 75, "^": 75, "''": 80, "⁻¹'": 80,
          "¬": 40, "±": 75}  # fmt: skip


def lean_text(term: Term, power: int = 0) -> str:
    """`term` in Lean; operators that bind looser than `power` are put in parentheses."""
    match term.kind:
        case "op":
            return _operator(term, power)
        case "app":
            text = " ".join(lean_text(a, 100) for a in term.args)
            return f"({text})" if power >= 100 else text
        case "bind":
            mark = " ↦ " if term.text == "fun" else ", "
            text = f"{term.text} {_bound(term)}{mark}{lean_text(term.args[0])}"
            return f"({text})" if power else text
        case "if":
            return "if {} then {} else {}".format(*map(lean_text, term.args))
        case "fence":
            return _fence(term)
        case "field":
            return f"{lean_text(term.args[0], 100)}.{term.text}"
        case _:
            return _bracketed(term)


def _bracketed(term: Term) -> str:
    match term.kind:
        case "tuple":
            return f"({_commas(term.args)})"
        case "set":
            return f"{{{_commas(term.args)}}}" if term.args else "∅"
        case "setof":
            binder = term.binders[0]
            typed = f" : {lean_text(binder.type)}" if binder.type else ""
            if binder.bound is not None:
                typed = f" {binder.relation} {lean_text(binder.bound, 51)}"
            return f"{{{lean_text(term.args[0])}{typed} | {lean_text(term.args[1])}}}"
        case "image":
            return f"{{{lean_text(term.args[0])} | {_bound(term)}}}"
        case "list" | "matrix":
            return f"{term.text}{_commas(term.args).replace(', ;,', ';')}]"
        case _:
            return term.text


def _bound(term: Term) -> str:
    return " ".join(_binder(b) for b in term.binders)


def _operator(term: Term, power: int) -> str:
    own = _POWER.get(term.text, 50)
    if term.text.startswith("post"):
        return lean_text(term.args[0], 100) + term.text[4:]
    if len(term.args) == 1:
        symbol = "-" if term.text == "neg" else term.text
        text = symbol + lean_text(term.args[0], own)
    elif len(term.args) == 3:
        left, right, modulus = (lean_text(a, 51) for a in term.args)
        text = f"{left} ≡ {right} [MOD {modulus}]"
    else:
        right_first = term.text in {"∧", "∨", "→", "^", "×"}
        left = lean_text(term.args[0], own + right_first)
        right = lean_text(term.args[1], own + (not right_first))
        text = f"{left} {term.text} {right}"
    return f"({text})" if own < power else text


def _commas(args: tuple[Term, ...]) -> str:
    return ", ".join(lean_text(a) for a in args)


def _binder(binder: Binder) -> str:
    pattern = lean_text(binder.pattern)
    if binder.bound is not None:
        return f"{pattern} {binder.relation} {lean_text(binder.bound, 51)}"
    return f"({pattern} : {lean_text(binder.type)})" if binder.type else pattern


def _fence(term: Term) -> str:
    inner = lean_text(term.args[0])
    if term.text in "|‖":
        return f"{term.text}{inner}{term.text}"
    return f"{term.text}{inner}{term.args[1].text}"
