"""The migration of references: one word of one kind of binder, pinned for the benchmarks."""

import difflib

import pytest

from leaneval.extract import migrate, parse_reference
from leaneval.store import digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("∑ i in Finset.range n, a i", "∑ i ∈ Finset.range n, a i"),
        ("∏ i in s, ∑ j in t i, f i j", "∏ i ∈ s, ∑ j ∈ t i, f i j"),
        ("∑ i in (range n).filter (fun k => k ∈ t), f i", None),
        ("∑ i : Fin n, f i", "∑ i : Fin n, f i"),
        ("∑ i ∈ s, f i", "∑ i ∈ s, f i"),
        ("∑ i : Fin n, ∑ j in s, f i j", "∑ i : Fin n, ∑ j ∈ s, f i j"),
        ("∑ i/- in the old notation -/in s, f i", "∑ i/- in the old notation -/∈ s, f i"),
        ("∫ x in (0)..1, f x", "∫ x in (0)..1, f x"),
        ("(∑ i : ι, f i) = ∫ x in a..b, g x", "(∑ i : ι, f i) = ∫ x in a..b, g x"),
        ("open Nat in\ntheorem t : ∑ i in s, i = 1", "open Nat in\ntheorem t : ∑ i ∈ s, i = 1"),
        ("∑ i in s /- never closed", "∑ i in s /- never closed"),
    ],
)
def test_only_the_word_of_a_sums_binder_changes(old, new):
    new = old.replace(" in ", " ∈ ", 1) if new is None else new
    assert migrate(old) == new
    assert migrate(new) == new


@pytest.mark.parametrize(
    ("file", "column", "count", "pinned"),
    [
        ("gaokao_formal.jsonl", "formal_statement", 94, "44660118dca7"),
        ("proofnet_sharp.jsonl", "lean4", 14, None),
        ("putnambench.jsonl", "formal_statement", 0, None),
    ],
)
def test_the_benchmarks_are_migrated_as_pinned(rows, file, column, count, pinned):
    texts = [row[column] for row in rows(file)]
    changed = [(text, migrate(text)) for text in texts if migrate(text) != text]
    assert len(changed) == count
    for before, after in changed:
        pieces = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        edits = {(before[a:b], after[c:d]) for tag, a, b, c, d in pieces if tag != "equal"}
        assert edits == {("in", "∈")}
    if pinned:
        assert digest(*(after.strip() for _, after in changed)).startswith(pinned)


def test_a_reference_keeps_its_published_source():
    text = "theorem t (s : Finset ℕ) : ∑ i in s, i = 1 := sorry"
    read = parse_reference(text)
    assert "∑ i ∈ s" in read.signature
    assert read.source == text
    assert "∑ i in s" in parse_reference(text, migrated=False).signature
