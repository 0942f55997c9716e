"""The same page as Markdown, on a terminal, and into a file."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from leaneval.errors import UsageError
from leaneval.page import Explorer, Page, Plot, Prose, Section, markdown, show, write
from leaneval.tables import Table, visible

TABLE = Table("Conditions", ("condition", "C@1"), (("sft", "61.8"), ("grpo", "50.9")))
PLOT = Plot("Gradient", {"mark": "bar"}, "S@1 falls.")


@pytest.fixture
def page(two_conditions):
    blocks = (Prose("All of it."), TABLE, PLOT, Explorer(two_conditions))
    return Page("A *report*", "Measured <today>.", (Section("Results_", blocks),))


def shown(page: Page) -> str:
    console = Console(file=io.StringIO(), width=80)
    show(page, console)
    return console.file.getvalue()


def test_markdown_holds_tables_and_says_what_it_leaves_out(page):
    text = markdown(page)
    assert text.startswith("# A \\*report\\*\n\nMeasured \\<today\\>.\n\n## Results\\_\n\n")
    assert "| sft | 61.8 |" in text
    assert "*Plot, drawn in the HTML page: Gradient. S@1 falls.*" in text
    assert "*The explorer of all 90 rollouts is in the HTML page.*" in text


def test_a_terminal_shows_the_same(page):
    text = shown(page)
    assert "61.8" in text
    assert "Gradient. S@1 falls." in text
    assert "90 rollouts" in text
    assert "A *report*" in text


def test_a_terminal_reads_no_markup():
    page = Page("[red]t[/red]", "[b]", (Section("\x1b[2J", (Prose("[link=x]y"),)),))
    text = shown(page)
    assert "[red]t[/red]" in text
    assert "[link=x]y" in text
    assert "\x1b" not in text


def test_a_name_stays_whole_on_a_narrow_terminal():
    numbers = tuple("61.8 [59.8, 63.8]" for _ in range(6))
    head = ("condition", *(f"c{n}" for n in range(6)))
    page = Page("t", "", (Section("s", (Table("T", head, (("sft+grpo@100", *numbers),)),)),))
    assert "sft+grpo@100" in shown(page)


@pytest.mark.parametrize("name", ["r.html", "r.HTM", "r.md", "r.markdown"])
def test_a_file_is_written_as_its_suffix_says(page, tmp_path, name):
    page = Page(page.title, page.lead, (Section("s", (TABLE,)),))
    write(page, tmp_path / name)
    text = (tmp_path / name).read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>" if "h" in name.lower() else "# A")
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_another_suffix_is_refused_with_the_two_that_are(page, tmp_path):
    with pytest.raises(UsageError, match=r"\.html or \.md, got 'report.pdf'"):
        write(page, tmp_path / "report.pdf")


def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path):
    (tmp_path / "taken.md").mkdir()
    with pytest.raises(UsageError, match=r"taken\.md must be a file that can be written"):
        write(Page("t", "", ()), tmp_path / "taken.md")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.md"]


@pytest.mark.parametrize(
    "text", ["\u202e", "\u200b", "\x00", "\u2028", "\u3164", "\ufe0f", "\ud800"]
)
def test_what_is_not_seen_is_spelt_out(text):
    assert visible(f"a{text}b\nc") == f"a\\u{ord(text):04x}b\nc"


def test_what_is_seen_stays():
    text = "theorem ℝ₀ (h : ∀ ε > 0, ∃ δ) : α → β ⟨𝓝, 中⟩\n"
    assert visible(text) == text
