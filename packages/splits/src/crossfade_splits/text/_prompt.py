r"""The normal form of a prompt.

Two prompts with one normal form are the same problem. The form is insensitive to Unicode variants,
case, white space and the LaTeX that only affects looks (`$`, `\\left`, `\\dfrac`, `\\,`, grouping
braces, `\\leq` against `≤`); it keeps every number, variable and relation.

Out of scope: paraphrase, number words ("two" for 2), renamed variables.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from crossfade_splits.text._bytes import joined, number_keys, split_rows, squeeze
from crossfade_splits.text._slices import in_slices

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    import polars as pl
    from numpy.typing import NDArray

_GREEK = (
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau "
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega"
)

_UNICODE = {
    **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹ⁿ", ["^" + d for d in "0123456789n"], strict=True)),
    **dict(zip("₀₁₂₃₄₅₆₇₈₉ₙ", ["_" + d for d in "0123456789n"], strict=True)),
    **dict.fromkeys("−–—‐‑", "-"),
    **dict.fromkeys("‘’′`´", "'"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
    "…": "...",
    "×": "\\times ",
    "·": "\\cdot ",
    "⋅": "\\cdot ",
    "≤": "\\le ",
    "≥": "\\ge ",
    "⩽": "\\le ",
    "⩾": "\\ge ",
    "≠": "\\ne ",
    "≡": "\\equiv ",
    "∈": "\\in ",
    "∉": "\\notin ",
    "⊆": "\\subseteq ",
    "⊂": "\\subset ",
    "∪": "\\cup ",
    "∩": "\\cap ",
    "∞": "\\infty ",
    "→": "\\to ",
    "↦": "\\mapsto ",
    "∀": "\\forall ",
    "∃": "\\exists ",
    "∑": "\\sum ",
    "∏": "\\prod ",
    "∫": "\\int ",
    "√": "\\sqrt ",
    "°": "^\\circ ",
    "∣": "|",
    **dict(
        zip(
            "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩ",
            ["\\" + n + " " for n in _GREEK.split()],
            strict=True,
        )
    ),
}

# What NFKC turns into ASCII wherever it stands: a table look-up is far cheaper than NFKC.
_ASCII_FORMS = {
    char: form
    for char in map(chr, (*range(0x80, 0x3400), *range(0xFF00, 0xFFF0), *range(0x1D400, 0x1D800)))
    if (form := unicodedata.normalize("NFKD", char)).isascii()
}
_FOLDED = {**_ASCII_FORMS, **_UNICODE}

# Blocks without characters that compose with a neighbour, less those that NFKC changes.
_INERT = "".join(
    char
    for char in map(chr, (*range(0xA1, 0x180), *range(0x391, 0x3CA), *range(0x2010, 0x2060)))
    if unicodedata.normalize("NFKC", char) == char
)
_SYMBOLS = "".join(
    char for char in map(chr, range(0x2190, 0x2C00)) if unicodedata.normalize("NFKC", char) == char
)
_UNSETTLED = rf"[^\x00-\x7F{_INERT}{_SYMBOLS}\u{{4E00}}-\u{{9FFF}}]"

# Rust's regular expressions have no look-ahead, so the letter after a command is put back.
_END = r"([^a-zA-Z]|$)"  # a command ends where its letters end: `\leq0` is `\leq 0`
_LOOKS = (
    r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|textstyle|limits|nolimits|quad|qquad|nonumber|"
    r"mathbb|mathbf|mathrm|mathcal|mathit|mathsf|operatorname\*?|text(?:rm|bf|it)?|boldsymbol|"
    r"ensuremath|emph|mbox|noindent|par)" + _END
)
_RARE = r"\\(?:[dtc]frac|[lc]?dots|(?:long)?rightarrow|var|mid|vert|lt|gt)"
_ALIASES = {
    r"\\[dtc]frac": r"\frac",
    r"\\(?:[lc]?dots[cbmio]?)" + _END: "...${1}",
    r"\\(?:long)?rightarrow" + _END: r"\to ${1}",
    r"\\var(epsilon|phi|theta|rho)": r"\${1}",
    r"\\(?:mid|vert)" + _END: "|${1}",
    r"\\lt" + _END: "<${1}",
    r"\\gt" + _END: ">${1}",
}
_ESCAPED = {"\\{": "(", "\\}": ")", "\\|": "||"}


def _where(
    texts: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]
) -> pl.Series:
    """Apply a costly change to the rows that need it only."""
    if not mask.any():
        return texts
    if mask.all():
        return change(texts)
    rows = mask.arg_true()
    return texts.clone().scatter(rows, change(texts.gather(rows)))


def _fold_unicode(texts: pl.Series) -> pl.Series:
    texts = texts.str.replace_many(_FOLDED)
    unsettled = texts.str.contains(_UNSETTLED)
    return _where(texts, unsettled, lambda some: some.str.normalize("NFKC")).str.to_lowercase()


def _unify(texts: pl.Series) -> pl.Series:
    """One spelling of commands that have several."""
    for pattern, replacement in _ALIASES.items():
        texts = texts.str.replace_all(pattern, replacement)
    return texts


def _strip_latex(texts: pl.Series) -> pl.Series:
    texts = texts.str.replace_many(_ESCAPED)
    slanted = texts.str.contains("eqslant", literal=True)
    slant = r"\\(leq|geq)slant" + _END
    texts = _where(texts, slanted, lambda some: some.str.replace_all(slant, r"\${1} ${2}"))
    texts = texts.str.replace_all(r"\\(l|g|n)eq?" + _END, r" ${1}e ${2}")
    texts = _where(texts, texts.str.contains(_RARE), _unify)
    texts = texts.str.replace_all(_LOOKS, " ${1}")
    return texts.str.replace_all(r"\\[,;:! ()\[\]\\]?", " ")


def normalise_prompt(texts: pl.Series) -> pl.Series:
    """Return the normal form of each prompt.

    Args:
        texts: prompts as strings, without nulls.

    Returns:
        A series of the same length: lower case, single spaces, none beside a symbol.
    """
    return in_slices(_normal, texts)


def _normal(texts: pl.Series) -> pl.Series:
    if texts.is_empty():
        return texts
    texts = _where(texts, texts.str.len_chars() != texts.str.len_bytes(), _fold_unicode)
    texts = _where(texts, texts.str.contains("\\", literal=True), _strip_latex)
    return split_rows(squeeze(joined(texts)))


def numbers(normal: pl.Series) -> NDArray[np.uint64]:
    """Return one key per normalised prompt for its multiset of numbers.

    Prompts whose keys differ are different problems, however alike they read. Decimal numerals
    only; the key of a prompt without any is 0.
    """
    return number_keys(joined(normal), len(normal))
