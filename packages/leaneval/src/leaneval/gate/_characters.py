"""Which characters a statement may be written in: ASCII and the mathematics that Lean knows.

A list of what is allowed, because new ways to be invisible are added to Unicode every year.
"""

from __future__ import annotations

import re
import unicodedata

from leaneval.gate._rules import Broken

_ALLOWED = (
    "\n\t -~"
    "\u00ac\u00b1\u00b2\u00b3\u00b7\u00b9\u00b0\u00ab\u00bb\u00c0-\u017f"  # Latin letters, ¬ ± ·
    "\u02b0-\u02b8\u02e1-\u02e3"  # raised letters
    # Greek without the capitals and the omicron that cannot be told from Latin letters
    "\u0393\u0394\u0398\u0399\u039b\u039e\u03a0\u03a3\u03a6\u03a8\u03a9\u03b1-\u03be\u03c0-\u03fb"
    "\u15ee\u1601"  # orthogonal complement, dual
    "\u1d2c-\u1d6a\u1d9c-\u1dbf"  # raised and lowered letters
    "\u1f00-\u1ffe"
    "\u2016\u2020-\u2022\u2032-\u2037\u2039\u203a\u203c\u2044-\u2046"
    "\u2070-\u209c\u20d6"
    "\u2100-\u214f\u215f\u2190-\u2211\u2213\u2214\u2216-\u2222\u2223-\u2235\u2237-\u23ff"
    "\u25a0-\u27ff\u2900-\u2bff\u2c7c"
    "\uff0f\uff3c"
    "\U0001d400-\U0001d7ff"
)
_OTHER = re.compile(f"[^{_ALLOWED}]")
# Several styled letters in a row spell a word that looks like a library name.
_STYLED = re.compile("[\U0001d400-\U0001d6a5\U0001d6a8-\U0001d7ff]{2}")


def check_characters(text: str) -> None:
    """Raise `Broken` at the first character that may not be there."""
    if text.isascii() and text.isprintable():
        return
    here = _OTHER.search(text)
    if here is not None:
        raise Broken(_rule(here[0]), f"U+{ord(here[0]):04X}")
    styled = _STYLED.search(text)
    if styled is not None:
        raise Broken("confusable", styled[0])
    if not unicodedata.is_normalized("NFC", text):
        raise Broken("confusable", "text that is not in NFC")


def _rule(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Co", "Cn"):
        return "control_character"
    return "invisible_character" if category in ("Cf", "Zs", "Zl", "Zp") else "confusable"
