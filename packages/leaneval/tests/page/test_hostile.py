"""Model text as an attacker writes it, in every field, in a real browser.

`opened` fails the test for any message on the console (a refused script is one), dialog or request.
"""

from __future__ import annotations

import pytest

from leaneval.page import Explorer, Page, Plot, Prose, Section, html
from leaneval.results import Condition
from leaneval.tables import Table

ATTACKS = (
    "<script>document.title='run'</script>",
    "</script><script>document.title='run'</script>",
    "<img src=x onerror=\"document.title='run'\">",
    "\"' onmouseover=\"document.title='run'\" x='",
    "javascript:document.title='run'",
    "<!--<script>--><style>*{display:none}</style>",
    "[a](javascript:1) <a href='http://example.invalid/'>b</a> `${document.title='run'}`",
    "</textarea></select></option><svg onload=document.title='run'>",
    "a\u202eb\u200bc\u2066d\x00e\x1bf\ufeffg\ud800h",
    "__proto__",
    "x" * 2000,
)
BIDI = ATTACKS[8]
BIDI_SPELT = "a\\u202eb\\u200bc\\u2066d\\u0000e\\u001bf\\ufeffg\\ud800h"
UNSEEN = "\u202e\u200b\u2066\x00\x1b\ufeff"


@pytest.fixture(scope="module")
def page(a_run) -> Page:
    """Every attack in every place, one condition of the explorer each."""
    sections = []
    for text in ATTACKS:
        spec = {
            "data": {"values": [{"x": text, "y": 1}]},
            "mark": "bar",
            "encoding": {"x": {"field": "x", "title": text}, "y": {"field": "y", "title": text}},
        }
        table = Table(text, (text,), ((text,),), notes=(text,))
        sections.append(Section(text, (Prose(text), table, Plot(text, spec, text))))
    conditions = tuple(
        Condition(text, (a_run(problems=1, text=text), a_run(problems=1, text=text)), {})
        for text in ATTACKS
    )
    return Page("calm", ATTACKS[1], (*sections, Section("Rollouts", (Explorer(conditions),))))


def walk(tab) -> list[str]:
    """Open a rollout of every kind for every attack, and all that is folded; what the page says."""
    said = []
    for number in range(len(ATTACKS)):
        tab.select_option("[name=condition]", index=number + 1)
        for row in (0, 1, 3):
            tab.locator(".row").nth(row).click()
            tab.wait_for_selector(".detail .others")
            tab.evaluate("document.querySelectorAll('details').forEach((d) => (d.open = true))")
        said.append(tab.locator(".explorer").text_content())
    return said


def test_nothing_runs_and_nothing_leaves(opened, page):
    seen = opened(page, viewport={"width": 900, "height": 900})
    tab = seen.tab
    elements = "document.querySelectorAll('script, style, img, iframe, object, link').length"
    before = tab.evaluate(elements)
    walk(tab)
    tab.click("button[type=reset]")
    tab.wait_for_selector("[data-ready=texts]")
    for text in ATTACKS:
        tab.fill("[name=text]", text)
    for mark in tab.locator("svg [data-tip]").all():
        mark.dispatch_event("pointerover")
    tab.reload()
    seen.requests.pop()
    tab.wait_for_selector(".detail .others")
    assert tab.title() == "calm"
    assert tab.evaluate(elements) == before
    assert tab.locator("[onerror], [onload], [onmouseover], a[href^=j], a[href^=h]").count() == 0
    assert tab.evaluate("document.documentElement.scrollWidth") == 900


def test_every_attack_is_shown_letter_by_letter(opened, page):
    tab = opened(page).tab
    for text, said in zip(ATTACKS, walk(tab), strict=True):
        told = BIDI_SPELT if text == BIDI else text
        assert said.count(told) > 20
        assert f"I think {told}\n```lean4\n" in said
    everything = tab.evaluate("document.body.textContent")
    assert not set(everything) & set(UNSEEN)
    assert everything.count(BIDI_SPELT) > 10


def test_what_slips_into_the_file_is_still_refused_by_its_policy(browser, tmp_path):
    slipped = (
        "<script>document.title='run'</script><style>p{}</style><img src='data:,' onerror="
        "\"document.title='run'\"><form action='http://example.invalid/'></form>"
    )
    calm = Page("calm", "", (Section("s", (Prose("p"),)),))
    made = html(calm).replace("</main>", f"{slipped}</main>")
    (tmp_path / "page.html").write_text(made, encoding="utf-8")
    tab = browser.new_page()
    refused: list[str] = []
    tab.on("console", lambda message: refused.append(message.text))
    tab.goto((tmp_path / "page.html").as_uri())
    tab.evaluate("fetch('http://example.invalid/').catch(() => 0)")
    assert tab.title() == "calm"
    for kind in ("script", "style", "img", "http://example.invalid/"):
        assert any("Content Security Policy" in said and kind in said for said in refused), kind
    tab.close()
