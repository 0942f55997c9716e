"""The page in a real browser; every test also asserts no error, no warning, and one request only.

See `opened` in conftest.py for the latter.
"""

from __future__ import annotations

import re

import pytest

from leaneval.page import Explorer, Page, Plot, Prose, Section
from leaneval.tables import Table

SPEC = {
    "data": {"values": [{"x": x, "y": x * x} for x in range(5)]},
    "width": 700,
    "mark": {"type": "point", "size": 200},
    "encoding": {
        "x": {"field": "x", "type": "quantitative", "title": "overlap"},
        "y": {"field": "y", "type": "quantitative", "title": "S@1"},
    },
}
WIDE = Table("Wide", tuple(f"column {n}" for n in range(30)), (("61.8 [60, 63]",) * 30,))


@pytest.fixture(scope="module")
def page(two_conditions):
    blocks = (Prose("All of it."), WIDE, Plot("Gradient", SPEC, "Rises."))
    explorer = Section("Rollouts", (Explorer(two_conditions),))
    return Page("A report", "Measured today.", (Section("Results", blocks), explorer))


def test_it_opens_with_everything_listed(opened, page):
    seen = opened(page)
    assert seen.status() == "90 of 90 rollouts"
    assert seen.texts(".row")[0].split() == [
        "p0,", "rollout", "1", "1.00", "base", "compiles",
    ]  # fmt: skip
    assert len(seen.texts(".row")) < 90
    assert seen.tab.title() == "A report"


FILTERS = (
    ("condition", "base (30)", 30),
    ("seed", "2 (30)", 30),
    ("verdict", "compiles (45)", 45),
    ("rule", "command (15)", 15),
    ("band", "1.0: same meaning (15)", 15),
    ("band", "0-0.2: wrong (15)", 15),
    ("band", "unavailable (15)", 15),
    ("band", "none (45)", 45),
    ("flag", "trivial", 15),
    ("tag", "odd", 36),
    ("agree", "all conditions", 90),
    ("agree", "no condition", 0),
)


def test_each_filter_lets_through_what_it_names(opened, page):
    seen = opened(page)
    for field, option, expected in FILTERS:
        seen.tab.select_option(f"[name={field}]", label=option)
        assert seen.status() == f"{expected} of 90 rollouts", (field, option)
        assert bool(seen.texts(".row")) == bool(expected)
        seen.tab.select_option(f"[name={field}]", label="any")


def test_filters_hold_together(opened, page):
    seen = opened(page)
    seen.tab.select_option("[name=condition]", label="base (30)")
    seen.tab.select_option("[name=verdict]", label="compiles (45)")
    seen.tab.select_option("[name=tag]", label="even")
    assert seen.status() == "9 of 90 rollouts"
    seen.tab.click("button[type=reset]")
    seen.tab.locator(".status", has_text=re.compile("^90")).wait_for()


WORDS = {
    "P3": 18,
    "PART 3.  ": 18,
    "m + 0": 90,
    "n + 0 =  n": 90,
    "unknown thing": 45,
    "because": 45,
    "no such words": 0,
    "": 90,
}


def test_words_are_found_in_id_problem_reference_candidate_and_messages(opened, page):
    seen = opened(page)
    seen.tab.wait_for_selector("[data-ready=texts]")
    for words, expected in WORDS.items():
        seen.tab.fill("[name=text]", words)
        assert seen.status() == f"{expected} of 90 rollouts", words


def test_conditions_disagree_where_some_solve_a_problem(opened, a_run):
    from leaneval.results import Condition

    one, other = a_run(rollouts=1), a_run(rollouts=1, shift=1)
    conditions = (Condition("one", (one,), {}), Condition("other", (other,), {}))
    seen = opened(Page("t", "", (Section("s", (Explorer(conditions),)),)))
    seen.tab.select_option("[name=agree]", label="some, not all")
    solved = {row.split(",")[0] for row in seen.texts(".row")}
    by_hand = set()
    for key in one.samples:
        passes = [
            dual.score is not None and (dual.score.value or 0) >= 0.7
            for run in (one, other)
            for dual in run.samples[key].duals
        ]
        if any(passes) and not all(passes):
            by_hand.add(key)
    assert by_hand
    assert solved == by_hand


def test_a_rollout_shows_both_statements_and_marks_the_words_that_differ(opened, page):
    seen = opened(page)
    seen.tab.locator(".row").nth(0).click()
    seen.tab.wait_for_selector(".detail h4")
    assert seen.texts(".detail h4") == [
        "Problem", "Reference", "Candidate", "Judge's reason (defeq)",
        "All rollouts of this problem",
    ]  # fmt: skip
    assert seen.texts("pre") == [
        "theorem p (m : Nat) : m + 0 = m := sorry ", "theorem t (n : Nat) : n + 0 = n := sorry ",
    ]  # fmt: skip
    assert seen.texts("del") == ["p", "m", "m", "m"]
    assert seen.texts("ins") == ["t", "n", "n", "n"]
    facts = " ".join(seen.texts(".facts div"))
    assert "verdict\ncompiles score\n1.00 flags\ntrivial, weaker tags\neven" in facts
    seen.tab.click("summary")
    assert seen.texts("details pre")[0].startswith("I think")


def test_diagnostics_come_with_line_and_column(opened, page):
    seen = opened(page)
    seen.tab.locator(".row").nth(1).click()
    seen.tab.wait_for_selector(".said")
    assert seen.texts(".said li")[0].split("\n")[0].startswith("error, line 2, column 7")


def test_a_link_opens_its_rollout_and_back_and_forward_return(opened, page):
    seen = opened(page, "#/a_task/sft%2Bgrpo%4030/2/p3/4")
    assert seen.tab.locator(".detail h3").inner_text() == "p3"
    assert "rollout\n4" in seen.texts(".facts div")
    assert "seed\n2" in seen.texts(".facts div")
    assert seen.tab.locator("[aria-selected=true]").count() == 1
    seen.tab.locator(".others tr").nth(0).locator("a").nth(1).click()
    seen.tab.wait_for_url("**#/a_task/base/-/p3/2")
    seen.tab.wait_for_selector(".others [aria-current]")
    seen.tab.go_back()
    seen.tab.locator(".facts", has_text="seed2").wait_for()
    seen.tab.go_forward()
    seen.tab.locator(".facts", has_not_text="seed").wait_for()
    seen.tab.reload()
    seen.requests.pop()
    seen.tab.wait_for_selector(".detail h3")
    assert "rollout\n2" in seen.texts(".facts div")


def test_a_link_to_what_filters_hide_resets_them(opened, page):
    seen = opened(page)
    seen.tab.select_option("[name=condition]", label="base (30)")
    seen.tab.evaluate("location.hash = '#/a_task/sft%2Bgrpo%4030/1/p0/1'")
    seen.tab.wait_for_selector("[aria-selected=true]")
    assert seen.status() == "90 of 90 rollouts"


def test_a_link_to_no_rollout_says_so(opened, page):
    seen = opened(page, "#/a_task/base/-/p0/99")
    assert seen.texts(".detail") == ["No rollout here has this address."]


def test_the_list_is_walked_by_keys(opened, page):
    seen = opened(page)
    seen.tab.focus(".list")
    steps = {"ArrowDown": 1, "End": 90, "ArrowUp": 89, "Home": 1, "PageDown": None}
    for key, place in steps.items():
        seen.tab.keyboard.press(key)
        chosen = seen.tab.locator("[aria-selected=true]")
        assert place in (None, int(chosen.get_attribute("aria-posinset")))
        active = seen.tab.locator(".list").get_attribute("aria-activedescendant")
        assert active == chosen.get_attribute("id")
    assert seen.tab.evaluate("history.length") == 2


def test_the_theme_is_chosen_kept_and_otherwise_the_system_s(opened, page):
    paper = "getComputedStyle(document.body).backgroundColor"
    mark = "getComputedStyle(document.querySelector('svg [data-tip]')).fill"
    light, dark = "rgb(255, 255, 254)", "rgb(23, 25, 28)"
    seen = opened(page, color_scheme="dark")
    assert seen.tab.evaluate(paper) == dark
    assert seen.tab.evaluate(mark) == "rgb(108, 182, 245)"
    seen.tab.click("text=Light")
    assert seen.tab.evaluate(paper) == light
    assert seen.tab.evaluate(mark) == "rgb(31, 111, 178)"
    seen.tab.reload()
    seen.requests.pop()
    assert seen.tab.evaluate(paper) == light
    assert seen.texts("[aria-pressed=true]") == ["Light"]
    seen.tab.click("text=System")
    assert seen.tab.evaluate(paper) == dark


def test_print_is_light_and_leaves_explorer_and_controls_out(opened, page):
    seen = opened(page, color_scheme="dark")
    seen.tab.click("text=Dark")
    seen.tab.emulate_media(media="print")
    for selector in (".explorer", ".theme", "nav", "section.screen"):
        assert not seen.tab.locator(selector).first.is_visible(), selector
    assert seen.tab.locator("svg").first.is_visible()
    scheme = seen.tab.evaluate("getComputedStyle(document.documentElement).colorScheme")
    assert set(scheme.split()) == {"light", "only"}


def test_only_tables_and_plots_scroll_sideways(opened, page):
    seen = opened(page)
    seen.tab.locator(".row").nth(0).click()
    seen.tab.wait_for_selector(".detail h4")
    for width in (320, 400, 1280):
        seen.tab.set_viewport_size({"width": width, "height": 800})
        assert seen.tab.evaluate("document.documentElement.scrollWidth") == width
        seen.tab.wait_for_selector(".table .scroll[tabindex='0']")


def test_a_mark_tells_its_numbers(opened, page):
    seen = opened(page)
    seen.tab.locator("svg [data-tip]").nth(2).dispatch_event("pointerover")
    assert seen.texts(".tip") == ["overlap: 2\nS@1: 4"]


def test_everything_has_a_name_for_those_who_do_not_see_it(opened, page):
    tab = opened(page).tab
    for role, name in (
        ("navigation", "Contents"), ("main", None), ("search", "Filter the rollouts"),
        ("listbox", "Rollouts; arrow keys move"), ("img", "Gradient Rises."),
        ("group", "Theme"), ("table", "Wide"), ("searchbox", "Text"), ("combobox", "Verdict"),
        ("article", "The chosen rollout"), ("region", "Results"),
    ):  # fmt: skip
        found = tab.get_by_role(role, name=name, exact=True) if name else tab.get_by_role(role)
        assert found.count() == 1, (role, name)
    assert tab.get_by_role("heading", level=1).count() == 1


def test_two_explorers_live_on_one_page(opened, two_conditions, a_run):
    from leaneval.results import Condition

    other = Condition("alone", (a_run(text="2"),), {})
    sections = (Section("A", (Explorer(two_conditions),)), Section("B", (Explorer((other,)),)))
    seen = opened(Page("t", "", sections), "#/a_task2/alone/-/p12/3")
    seen.tab.wait_for_selector("#b2-1 .detail h3")
    assert seen.texts("#b2-1 .detail h3") == ["p12"]
    assert seen.texts("#b1-1 .detail h3") == []
    assert seen.texts(".status") == ["90 of 90 rollouts", "30 of 30 rollouts"]


def test_without_texts_the_rest_is_shown(opened, two_conditions):
    explorer = Explorer(two_conditions, texts=False)
    seen = opened(Page("t", "", (Section("s", (explorer,)),)), "#/a_task/base/-/p0/1")
    seen.tab.wait_for_selector(".others")
    assert "made without texts" in " ".join(seen.texts(".detail p"))
    assert "score\n1.00" in seen.texts(".facts div")
    seen.tab.fill("[name=text]", "p3")
    assert seen.status() == "18 of 90 rollouts"


def test_without_scripting_tables_and_plots_are_there(opened, page):
    seen = opened(Page(page.title, page.lead, page.sections[:1]), java_script_enabled=False)
    assert seen.tab.locator("svg").first.is_visible()
    assert seen.tab.locator("table").first.is_visible()
