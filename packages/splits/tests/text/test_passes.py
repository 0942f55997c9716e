"""The quick passes of the normal form against the same rules, one row and one rule at a time."""

import re
import unicodedata

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from crossfade_splits.text import _prompt, normalise_prompt

_COMMANDS = r"""
\le \leq \leqslant \geqslant \neq \ne \dfrac \tfrac \frac \ldots \cdots \dotsc \rightarrow
\longrightarrow \varepsilon \varphi \mid \vert \lt \gt \left \right \bigl \quad \text \textbf
\mathbb \operatorname* \\ \ \{ \} \| \, \( \]
""".split()  # noqa: SIM905
_PLAIN = [
    "the",
    "A",
    "x",
    "12",
    "1,000",
    "1,0000",
    "3.5",
    ".",
    ". ",
    " ",
    "  ",
    "\n",
    "$",
    "{",
    "&",
]
_MARKS = [
    *_prompt._UNICODE,
    *"ℝℤ𝑥ﬁÅé∬′㎏①½ſßµϕςΣ≮⟨ﷺⅷªő¬⁻ℵ한",
    "e\u0301",
    "\u0338",
    "\u0304",
    "\u3000",
]
_PIECES = st.sampled_from(_COMMANDS) | st.sampled_from(_PLAIN) | st.sampled_from(_MARKS)
_TEXTS = st.lists(st.lists(_PIECES, max_size=12).map("".join), max_size=12)

_END = r"([^a-zA-Z]|\Z)"
_LATEX = [
    (r"\\(leq|geq)slant" + _END, r"\\\1 \2"),
    (r"\\(l|g|n)eq?" + _END, r" \1e \2"),
    (r"\\[dtc]frac", r"\\frac"),
    (r"\\(?:[lc]?dots[cbmio]?)" + _END, r"...\1"),
    (r"\\(?:long)?rightarrow" + _END, r"\\to \1"),
    (r"\\var(epsilon|phi|theta|rho)", r"\\\1"),
    (r"\\(?:mid|vert)" + _END, r"|\1"),
    (r"\\lt" + _END, r"<\1"),
    (r"\\gt" + _END, r">\1"),
    (_prompt._LOOKS.replace(_prompt._END, _END), r" \1"),
    (r"\\[,;:! ()\[\]\\]", " "),
    (r"\\", " "),
]


def plainly(text: str) -> str:
    if not text.isascii():
        text = text.translate(str.maketrans(_prompt._UNICODE))
        text = unicodedata.normalize("NFKC", text).lower()
    text = re.sub(r"\\([{}|])", lambda m: {"{": "(", "}": ")", "|": "||"}[m[1]], text)
    for pattern, replacement in _LATEX:
        text = re.sub(pattern, replacement, text)
    text = re.sub(r"[A-Z]", lambda m: m[0].lower(), text).replace("`", "'")
    text = re.sub(r"[$~{}&\t\r\n\x0b\x0c\0 ]+", " ", text)
    text = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", text)
    word = r"[a-zA-Z0-9\x80-\U0010ffff]"
    text = re.sub(rf"(?<!{word}) | (?!{word})", "", text)
    return text.removesuffix(".")


@settings(max_examples=400, deadline=None)
@given(_TEXTS)
def test_quick_passes_give_the_plain_rules(texts):
    assert normalise_prompt(pl.Series(texts, dtype=pl.String)).to_list() == [*map(plainly, texts)]
