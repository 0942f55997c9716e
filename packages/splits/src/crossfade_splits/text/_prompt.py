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
    "upsilon phi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega "
    "Alpha Beta Epsilon Zeta Eta Iota Kappa Mu Nu Rho Tau Upsilon Chi"
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
            "αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΦΨΩΑΒΕΖΗΙΚΜΝΡΤΥΧ",
            ["\\" + n + " " for n in _GREEK.split()],
            strict=True,
        )
    ),
}

# What NFKC turns into ASCII, or into characters above, wherever it stands: looking it up is far
# cheaper than NFKC.
_ASCII_FORMS = {
    char: form
    for char in map(chr, (*range(0x80, 0x3400), *range(0xFF00, 0xFFF0), *range(0x1D400, 0x1D800)))
    if (form := "".join(_UNICODE.get(c, c) for c in unicodedata.normalize("NFKD", char))).isascii()
}
FOLDED = {**_ASCII_FORMS, **_UNICODE}

# Blocks without characters that compose with a neighbour, less those that NFKC changes.
_INERT = "".join(
    char
    for char in map(chr, (*range(0xA1, 0x180), *range(0x391, 0x3CA), *range(0x2010, 0x2060)))
    if unicodedata.normalize("NFKC", char) == char
)
_SYMBOLS = "".join(
    char for char in map(chr, range(0x2190, 0x2C00)) if unicodedata.normalize("NFKC", char) == char
)
SETTLED = f"{_INERT}{_SYMBOLS}"
"""Characters outside ASCII that stay as they are, whatever stands beside them."""
_UNSETTLED = rf"[^\x00-\x7F{SETTLED}\u{{4E00}}-\u{{9FFF}}]"

# A command ends where its letters end (`\leq0` is `\leq 0`). Rust's regular expressions have no
# look-ahead, so the character behind it is put back; it is never the next command's backslash, for
# that has a blank in front by then.
_END = r"([^a-zA-Z]|$)"
_LOOKS = (
    "left right big bigl bigr bigg biggl biggr Big Bigl Bigr Bigg Biggl Biggr displaystyle "
    "textstyle limits nolimits quad qquad nonumber mathbb mathbf mathrm mathcal mathit mathsf "
    "operatorname text textrm textbf textit boldsymbol ensuremath emph mbox noindent par"
)
_COMMON = {"": _LOOKS, r"\le": "leq", r"\ge": "geq", r"\ne": "neq"}
_SELDOM = {
    r"\le": "leqslant",
    r"\ge": "geqslant",
    r"\frac": "dfrac tfrac cfrac",
    "...": " ".join(f"{a}dots{b}" for a in ("", "l", "c") for b in ("", *"cbmio")),
    r"\to": "rightarrow longrightarrow",
    **{rf"\{name}": f"var{name}" for name in ("epsilon", "phi", "theta", "rho")},
    "|": "mid vert",
    "<": "lt",
    ">": "gt",
}
ALIASES = [name for part in (_COMMON, _SELDOM) for names in part.values() for name in names.split()]
"""Commands whose letters the normal form changes."""
_SELDOM_SEEN = r"\\(?:[dtc]frac|[lc]?dots|(?:long)?rightarrow|var|mid|vert|lt|gt|[lg]eqslant)"
_ESCAPED = {" \\{": "(", " \\}": ")", " \\|": "||", " \\operatorname*": " "}


def _rules(aliases: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (rf"\\(?:{'|'.join(names.split())}){_END}", f"{form} ${{1}}")
        for form, names in aliases.items()
    ]


_COMMON_RULES, _SELDOM_RULES = _rules(_COMMON), _rules(_SELDOM)


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
    texts = texts.str.replace_many(FOLDED)
    unsettled = texts.str.contains(_UNSETTLED)
    return _where(texts, unsettled, lambda some: some.str.normalize("NFKC"))


def _apply(texts: pl.Series, rules: list[tuple[str, str]]) -> pl.Series:
    for pattern, replacement in rules:
        texts = texts.str.replace_all(pattern, replacement)
    return texts


def _strip_latex(texts: pl.Series) -> pl.Series:
    texts = texts.str.replace_all("\\", " \\", literal=True).str.replace_many(_ESCAPED)
    texts = _apply(texts, _COMMON_RULES)
    seldom = texts.str.contains(_SELDOM_SEEN)
    texts = _where(texts, seldom, lambda some: _apply(some, _SELDOM_RULES))
    return texts.str.replace_all(r"\\(?:([a-zA-Z]+)|[,;:! ()\[\]])?", " ${1} ")


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
    wide = texts.str.len_chars() != texts.str.len_bytes()
    texts = _where(texts, wide, _fold_unicode)
    texts = _where(texts, texts.str.contains("\\", literal=True), _strip_latex)
    texts = _where(texts, wide, lambda some: some.str.to_lowercase())
    return split_rows(squeeze(joined(texts)))


def numbers(normal: pl.Series) -> NDArray[np.uint64]:
    """Return one key per normalised prompt for its multiset of numbers.

    Prompts whose keys differ are different problems, however alike they read. Decimal numerals
    only; the key of a prompt without any is 0.
    """
    return number_keys(joined(normal), len(normal))
