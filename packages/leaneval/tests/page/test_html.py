"""The HTML file by itself: self-contained, closed to the network, everything escaped."""

from __future__ import annotations

import base64
import hashlib
import re
import sys
from importlib.resources import files

import pytest

from leaneval.errors import UsageError
from leaneval.page import Explorer, Page, Plot, Prose, Section, _colours, html
from leaneval.tables import Table

HOSTILE = "<script>alert(1)</script>\"'&</title></style>\u202e\u200b{{ 7 * 70707 }}"
SPEC = {
    "data": {"values": [{"x": 1, "y": 2, "c": HOSTILE}]},
    "mark": "point",
    "encoding": {
        "x": {"field": "x", "type": "quantitative", "title": HOSTILE},
        "y": {"field": "y", "type": "quantitative"},
        "color": {"field": "c", "type": "nominal"},
        "href": {"value": "https://example.invalid/"},
    },
}


def everywhere(text: str, *more: object) -> Page:
    table = Table(text, (text, "n"), ((text, text),), notes=(text,), strong=frozenset({(0, 1)}))
    blocks = (Prose(text), table, Plot(text, SPEC, text), *more)
    return Page(text, text, (Section(text, blocks), Section("End", ())))


def tags(made: str) -> list[str]:
    return re.findall(r"<(\w+)", re.sub(r"(?s)<(script|style)[^>]*>.*?</\1>", r"<\1>", made))


def test_hostile_text_is_escaped_and_spelt_out_wherever_it_stands():
    made = html(everywhere(HOSTILE))
    body = re.sub(r"(?s)<(script|style)>.*?</\1>", "", made)
    assert "alert(1)</script>" not in body
    assert body.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 8
    assert "\u202e" not in made
    assert "\\u202e\\u200b" in made
    assert "494949" not in body
    assert tags(html(everywhere("plain"))) == tags(made)


def test_nothing_points_outside_the_file(two_conditions):
    made = html(everywhere(HOSTILE, Explorer(two_conditions)))
    assert not re.search(r"(?i)\b(src|srcset|action|xlink:href)\s*=", made)
    assert {link[0] for link in re.findall(r'href="([^"]*)"', made)} == {"#"}
    assert not re.search(r"(?i)https?:|@import|url\((?!#b)", made)
    assert "javascript:" not in made


def test_the_policy_allows_the_scripts_of_the_page_and_nothing_else(two_conditions):
    made = html(everywhere("plain", Explorer(two_conditions)))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', made)
    policy = policy.replace("&#39;", "'")
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    written = re.findall(r"(?s)<(?:script|style)>(.*?)</(?:script|style)>", made)
    digests = {
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in written
    }
    assert set(re.findall(r"'sha256-([^']*)'", policy)) == digests
    assert len(digests) == 4


def test_a_page_without_an_explorer_does_not_carry_its_script():
    assert "DecompressionStream" not in html(everywhere("plain"))
    assert len(html(Page("t", "", ()))) < 20_000


def test_the_same_page_is_the_same_file(two_conditions):
    page = everywhere("plain", Explorer(two_conditions))
    assert html(page) == html(page)


def test_identifiers_are_unique(two_conditions):
    explorer = Explorer(two_conditions)
    found = re.findall(r'\bid="([^"]*)"', html(everywhere("plain", explorer, explorer)))
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    "spec",
    [
        {"mark": "no such mark", "data": {"values": []}},
        {"mark": "bar", "data": {"url": "http://example.invalid/data.csv"}},
    ],
)
def test_a_plot_that_cannot_be_drawn_is_named(spec):
    page = Page("t", "", (Section("s", (Plot("Gradient", spec, ""),)),))
    with pytest.raises(UsageError, match="'Gradient'"):
        html(page)


@pytest.mark.parametrize("module", ["jinja2", "vl_convert"])
def test_what_is_not_installed_is_named_with_its_remedy(module, monkeypatch):
    from leaneval.page import _html

    monkeypatch.setitem(sys.modules, module, None)
    _html._template.cache_clear()
    with pytest.raises(UsageError, match=r"leaneval\[report\]"):
        html(everywhere("plain"))


def test_plots_follow_the_theme_and_tell_each_mark():
    made = html(everywhere("plain"))
    drawing = made[made.index("<svg") : made.index("</svg>")]
    assert "var(--plot-1)" in drawing
    assert re.search(r'(fill|stroke)="#', drawing) is None
    assert 'data-tip="' in drawing
    assert "<a" not in drawing
    assert 'aria-labelledby="b1-3-title b1-3-words"' in drawing


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted(map(luminance, (one, other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_of_text_and_series_stand_out_in_both_themes():
    style = (files("leaneval.page") / "assets" / "page.css").read_text()
    pairs = dict(re.findall(r"--(\w+): light-dark\((#\w+, #\w+)\)", style))
    words = [tuple(pairs[name].split(", ")) for name in ("ink", "quiet", "accent")]
    grounds = [tuple(pairs[name].split(", ")) for name in ("paper", "raised", "chosen")]
    for theme in (0, 1):
        assert grounds[0] == _colours.PAPER
        for colour in (*_colours.SERIES, _colours.INK, _colours.QUIET):
            assert contrast(colour[theme], _colours.PAPER[theme]) >= 4.5, colour
        for word in words:
            for ground in grounds:
                assert contrast(word[theme], ground[theme]) >= 4.5, (word, ground)
        for ground in ("gone", "new"):
            assert contrast(words[0][theme], pairs[ground].split(", ")[theme]) >= 7
