"""The Lean vocabulary that has a plain mathematical reading.

Invariant: a name is here only if its reading does not depend on the problem.
"""

from __future__ import annotations

from crossfade_splits.inject._terms import Term, head, is_op
from crossfade_splits.inject._vocabulary import words

CONSTANTS = {
    "π": "π", "pi": "π", "I": "i", "∞": "∞", "⊤": "∞", "φ": "φ", "goldenRatio": "φ",
    "eulerMascheroniConstant": "γ", "X": "X",
}  # fmt: skip
"""By last component; `⊤` reads ∞ only as a number, `φ` only as `Real.goldenRatio`."""
_CONSTANT_NAMES = words(
    """π Real.pi Complex.I I ∞ Real.goldenRatio Real.eulerMascheroniConstant
    NNReal.pi pi"""
)  # fmt: skip

WORDED = {
    "sin": "sin", "cos": "cos", "tan": "tan", "cot": "cot", "sinh": "sinh", "cosh": "cosh",
    "tanh": "tanh", "arcsin": "arcsin", "arccos": "arccos", "arctan": "arctan", "log": "ln",
    "arsinh": "arsinh", "max": "max", "min": "min", "gcd": "gcd", "lcm": "lcm", "re": "Re",
    "im": "Im", "arg": "arg", "det": "det", "sgn": "sgn", "sign": "sgn", "rank": "rank",
    "Gamma": "Γ", "degree": "deg", "natDegree": "deg", "totient": "φ", "sec": "sec", "csc": "csc",
}  # fmt: skip
"""Functions written by a word, by the last component of their Lean name."""
SPECIAL = words(
    """sqrt exp rexp cexp abs choose factorial fib logb floor ceil natAbs norm cbrt
    descFactorial centralBinom doubleFactorial succ toNat"""
)  # fmt: skip
PREDICATES = words("Even Odd Prime IsSquare IsPrimePow Irrational Coprime ModEq EqOn")
INTERVALS = {
    "Icc": ("[", "]"), "Ico": ("[", ")"), "Ioc": ("(", "]"), "Ioo": ("(", ")"),
    "Ici": ("[", ""), "Ioi": ("(", ""), "Iic": ("", "]"), "Iio": ("", ")"),
}  # fmt: skip
_OPERATORS = words("+ - * / ^ neg % post⁻¹ post‼ ∪ ∩ \\ ±")


def last(name: str) -> str:
    """The last component of a dotted name."""
    return name.rsplit(".", 1)[-1].removeprefix("@")


def is_constant(term: Term) -> bool:
    """Whether `term` names a fixed number."""
    return term.kind == "ident" and (
        term.text in _CONSTANT_NAMES or term.text in {"∅", "Set.univ", "univ", ";"}
    )


def is_function(name: str) -> bool:
    """Whether `name` is a function with a plain reading."""
    return last(name) in WORDED or last(name) in SPECIAL or last(name) in INTERVALS


def is_closed(term: Term, variables: frozenset[str] = frozenset()) -> bool:
    """Whether `term` is explicit: numerals, known constants and functions, and `variables`."""

    def closed(part: Term) -> bool:
        return is_closed(part, variables)

    match term.kind:
        case "num":
            return True
        case "ident":
            return is_constant(term) or term.text in variables
        case "op":
            return term.text in _OPERATORS and all(map(closed, term.args))
        case "app":
            return is_function(head(term)) and all(map(closed, term.args[1:]))
        case "tuple" | "set" | "list" | "matrix":
            return all(map(closed, term.args))
        case "fence":
            return closed(term.args[0])
        case _:
            return False


def is_number(term: Term) -> bool:
    """A numeral with its sign, or a quotient of two."""
    if is_op(term, "neg"):
        return is_number(term.args[0])
    if is_op(term, "/"):
        return all(a.kind == "num" or is_op(a, "neg") for a in term.args)
    return term.kind == "num"
