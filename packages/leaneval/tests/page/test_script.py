"""Two functions of the page's script against what Python knows, in a real browser."""

from __future__ import annotations

import random
import sys
import unicodedata
from importlib.resources import files

import pytest

from leaneval.tables import visible

ASSETS = files("leaneval.page") / "assets"


@pytest.fixture
def tab(browser):
    opened = browser.new_page()
    script = "".join((ASSETS / n).read_text() for n in ("bytes.js", "unseen.js", "difference.js"))
    opened.add_script_tag(content=script)
    yield opened
    opened.close()


def longest(a: list[str], b: list[str]) -> int:
    row = [0] * (len(b) + 1)
    for x in a:
        before = row
        row = [0]
        for j, y in enumerate(b):
            row.append(before[j] + 1 if x == y else max(before[j + 1], row[j]))
    return row[-1]


def test_a_difference_keeps_both_texts_and_what_is_common_is_as_long_as_can_be(tab):
    draw = random.Random(1)
    words = ("a", "b", "→", "(", ")", "x.y", " ", "\n", "-- note\n", "/- old -/", ":=")
    pairs = [
        ["".join(draw.choices(words, k=draw.randint(0, 30))) for _ in "ab"] for _ in range(300)
    ]
    found = tab.evaluate("(pairs) => pairs.map(([a, b]) => difference(a, b))", pairs)
    for pair, sides in zip(pairs, found, strict=True):
        plain = [[p["text"] for p in side if not p["gap"]] for side in sides]
        kept = [[p["text"] for p in side if not p["gap"] and not p["changed"]] for side in sides]
        assert ["".join(p["text"] for p in side) for side in sides] == pair
        assert kept[0] == kept[1]
        assert len(kept[0]) == longest(*plain)


def test_texts_too_long_to_compare_are_refused_at_once(tab):
    assert tab.evaluate("difference('a '.repeat(5000), 'b '.repeat(5000))") is None
    assert tab.evaluate("difference('a'.repeat(60000), 'b')") is None
    assert tab.evaluate("difference('a '.repeat(5000), 'a '.repeat(5000))") is not None


RANGES = """
() => {
  const ranges = [];
  for (let n = 0; n <= 0x10ffff; n++) {
    if (!String.fromCodePoint(n).match(UNSEEN)) continue;
    if (ranges.at(-1)?.[1] === n) ranges.at(-1)[1] = n + 1;
    else ranges.push([n, n + 1]);
  }
  return ranges;
}
"""


def test_page_and_python_agree_on_what_is_not_seen(tab):
    """Of all characters that this Python's Unicode knows; a browser may know newer ones."""
    unseen = {n for start, end in tab.evaluate(RANGES) for n in range(start, end)}
    for n in range(sys.maxunicode + 1):
        if unicodedata.category(chr(n)) != "Cn":
            assert (n in unseen) == (n == 10 or visible(chr(n)) != chr(n)), hex(n)
