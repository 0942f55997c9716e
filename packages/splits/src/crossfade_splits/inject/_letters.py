"""Which letters a problem's text uses, whatever way it writes them.

Invariant: a letter counts only where it stands by itself, so the "a" of "an area" does not.
"""

from __future__ import annotations

import re

_GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "θ": "theta",
    "λ": "lambda", "μ": "mu", "ω": "omega", "φ": "phi", "σ": "sigma", "τ": "tau", "ρ": "rho",
    "ξ": "xi", "ζ": "zeta", "η": "eta", "ψ": "psi",
}  # fmt: skip
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₙₘₖᵢⱼ", "0123456789nmkij")


def has_letter(text: str, name: str) -> bool:
    """Whether `text` uses the variable `name`."""
    if not name or "." in name:
        return False
    return any(re.search(p, text) for p in _spellings(name))


def _spellings(name: str) -> list[str]:
    base = re.match(r"[^\W_₀-₉]+?(?=[₀-₉_]|\d*$)", name)
    if name in _GREEK:
        return [re.escape(name), rf"\\(?:var)?{_GREEK[name]}(?![a-zA-Z])"]
    patterns = [rf"(?<![A-Za-z\\]){re.escape(name)}(?![A-Za-z])"]
    if base and base.group() != name:
        index = name[base.end() :].lstrip("_").translate(_SUBSCRIPTS)
        patterns.append(rf"(?<![A-Za-z\\]){base.group()}_?\{{?{re.escape(index)}\}}?(?!\w)")
    if name == "a":
        # The English article is not a variable.
        patterns = [
            r"(?<![A-Za-z\\])a(?=\s*[-+*/^=<>,)_$\\|;:.?}'₀-₉]|\(|\s+and\s+b\b)|[$({=+*,-]\s*a(?![A-Za-z])"
        ]
    if name == "A":
        # Nor is it at the head of a sentence.
        joined = r"and|or|is|be|to|in|with|has|are|such|so|for|if|when|by|from|that"
        patterns = [rf"(?<![A-Za-z\\])A(?![A-Za-z]|\s+(?!(?:{joined})\b)[a-z])"]
    if name == "I":
        patterns = [r"\$I\$"]
    return patterns


def rename_letters(names: set[str], text: str) -> dict[str, str] | None:
    """Lean's variables to the problem's; None where one of them is not in the problem at all."""
    renamed: dict[str, str] = {}
    for name in names:
        if has_letter(text, name):
            continue
        other = name.swapcase()
        if len(name) == 1 and other != name and has_letter(text, other) and other not in names:
            renamed[name] = other
        else:
            return None
    return renamed


def indexed_letters(text: str) -> frozenset[str]:
    """Letters that the problem writes with an index, such as `a_n`."""
    return frozenset(re.findall(r"(?<![A-Za-z\\])([A-Za-z])_", text))
