"""What a candidate's header may say under a checker, and which names it may not take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leaneval.gate._rules import MAX_HEADER, Broken
from leaneval.lean import Kind, tokens, word_set

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leaneval.lean import Token

_NAME = r"[\w'!?]+(?:\.[\w'!?]+)*"
_IMPORT = re.compile(rf"import (?:all )?({_NAME})")
_OPEN_WORDS = frozenset({"scoped", "hiding", "(", ")"})
_OPTION = re.compile(rf"set_option ({_NAME}) (true|false|[0-9]{{1,9}})")
_BOOLEAN = re.compile(r"pp\.[\w.]+|linter\.[\w.]+|checkBinderAnnotations")
_LIMITS = {
    "maxHeartbeats": None,
    "synthInstance.maxHeartbeats": None,
    "synthInstance.maxSize": None,
    "maxRecDepth": 100_000,
}
_FIXED = {"autoImplicit": "false", "relaxedAutoImplicit": "false"}


@dataclass(frozen=True, slots=True)
class HeaderPolicy:
    """What a candidate may import and which symbols it may not rebind.

    Attributes:
        imports: Modules that may be imported; `Mathlib.*` allows every module below `Mathlib`.
        reserved: Names that no binder may take.
        concrete: The library's own types, to which no binder may give new structure.
        prelude: Whether the header may begin with `prelude`.
    """

    imports: tuple[str, ...]
    reserved: frozenset[str] = frozenset()
    concrete: frozenset[str] = frozenset()
    prelude: bool = False

    def allows_import(self, module: str) -> bool:
        """Whether the module may be imported."""
        return any(
            module == allowed or (allowed.endswith(".*") and module.startswith(allowed[:-1]))
            for allowed in self.imports
        )


_CONCRETE = word_set(
    """
    ℕ ℤ ℚ ℝ ℂ Nat Int Rat Real Complex Bool Prop String Char Fin ZMod NNReal ENNReal EReal
    ℝ≥0 ℝ≥0∞ ℕ∞ ENat PNat
    """
)

MATHLIB = HeaderPolicy(
    imports=("Mathlib", "Mathlib.*", "Aesop", "Batteries", "Batteries.*", "Init"),
    reserved=word_set(
        """
    Nat Int Rat Real Complex Bool True False Eq Ne HEq Iff And Or Not Exists Even Odd Prime
        Coprime IsCoprime Irreducible Dvd Finset Set List ZMod Finite Infinite Injective
        Surjective Bijective Continuous Differentiable Tendsto IsLeast IsGreatest StrictMono
        Monotone Antitone Fintype Polynomial Matrix Squarefree LE LT HAdd HMul HSub HDiv HPow
        absurd
    """
    ),
    concrete=_CONCRETE,
)
"""Statements over Mathlib."""


def prelude(module: str, names: Collection[str]) -> HeaderPolicy:
    """The policy of a prelude library.

    Args:
        module: The library's module name, the only one that may be imported.
        names: Everything that the library declares; none of it may be rebound.
    """
    plain = frozenset(names)
    return HeaderPolicy((module,), reserved=plain, concrete=plain, prelude=True)


def check_header(header: str, policy: HeaderPolicy) -> None:
    """Raise `Broken` at the first line of a header that the policy does not allow."""
    if len(header) > MAX_HEADER:
        raise Broken("too_large", f"a header of {len(header)} characters")
    for number, line in enumerate(header.split("\n")):
        if line == "prelude" and policy.prelude and not number:
            continue
        word = line.split(" ", 1)[0]
        if word == "import":
            _check_import(line, policy)
        elif word == "open":
            _check_open(line, tokens(line)[1:])
        elif word == "set_option":
            _check_option(line)
        elif line.strip():
            raise Broken("header", line)


def _check_import(line: str, policy: HeaderPolicy) -> None:
    named = _IMPORT.fullmatch(line)
    if named is None or not policy.allows_import(named[1]):
        raise Broken("import", line)


def _check_open(line: str, found: Sequence[Token]) -> None:
    if not found:
        raise Broken("open", line)
    for token in found:
        plain = token.kind is Kind.IDENT and token.text not in ("renaming", "in")
        if "«" in token.text or not (plain or token.text in _OPEN_WORDS):
            raise Broken("open", line)


def _check_option(line: str) -> None:
    option = _OPTION.fullmatch(line)
    if option is None:
        raise Broken("set_option", line)
    name, value = option[1], option[2]
    if name in _LIMITS:
        most = _LIMITS[name]
        fine = value.isdigit() and (most is None or int(value) <= most)
    else:
        fine = _FIXED.get(name) == value or _BOOLEAN.fullmatch(name) is not None
    if not fine:
        raise Broken("set_option", line)
