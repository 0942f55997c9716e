"""Precision and recall on hand-labelled problems; no proof problem gets an answer."""

from __future__ import annotations

import re

from crossfade_splits.inject import REASONS, inject


def same(left: str, right: str) -> bool:
    """Whether two Lean spellings are one answer: blanks, namespaces, arrows, types put aside."""

    def plain(text: str) -> str:
        text = re.sub(r"\s+", "", text).replace("=>", "↦").replace("λ", "fun")
        text = re.sub(r"\b(?:Real|Set|Nat|Finset)\.", "", text)
        text = re.sub(r"\((\w+):[^()]*\)", r"\1", text)
        text = re.sub(r"\{(\w+):[^|{}]*\|", r"{\1|", text)
        return text.strip("()")

    return plain(left) == plain(right)


def outcome(rows, wilson):
    injected = [(r, o) for r, o in rows if o.injected]
    right = [r for r, o in injected if r["should_inject"]]
    wanted = sum(r["should_inject"] for r, _ in rows)
    report = {
        "precision": (len(right), len(injected), wilson(len(right), len(injected))),
        "recall": (len(right), wanted, wilson(len(right), wanted)),
    }
    print(report)
    return len(right) / len(injected), len(right) / wanted


def test_labelled_rows(labelled, wilson):
    rows = [(r, inject(r["nl"], r["lean4"])) for r in labelled]
    precision, recall = outcome(rows, wilson)
    assert precision >= 0.98
    assert recall >= 0.85


def test_answers_are_the_labelled_ones(labelled):
    injected = [(r, inject(r["nl"], r["lean4"])) for r in labelled if r["should_inject"]]
    wrong = [
        (r["id"], r["answer"], o.answer)
        for r, o in injected
        if o.injected and not same(r["answer"], o.answer)
    ]
    # One label writes the pair (17, 21) as the fraction that it stands for.
    assert [w[0] for w in wrong] == ["putnam:putnam_2015_b4"]


def test_own_annotations(annotations, problems, wilson):
    rows = [(a, inject(*problems[a["id"]])) for a in annotations]
    precision, recall = outcome(rows, wilson)
    assert precision >= 0.98
    assert recall >= 0.85
    for row, found in rows:
        # A polynomial's answer may come as the function that the target gives.
        if found.injected and "x_1" not in found.answer and not row["unsure"]:
            assert same(row["answer"], found.answer), row["id"]


def test_proof_problems_get_no_answer(proof_problems):
    assert not [p for p, t in proof_problems if inject(p, t).injected]


def test_every_outcome_has_a_known_reason_and_keeps_its_prompt(problems):
    for prompt, target in list(problems.values())[::9]:
        found = inject(prompt, target)
        assert found.reason in REASONS
        assert (
            found.prompt.startswith(prompt.rstrip()) if found.injected else found.prompt == prompt
        )
        assert (found.answer is not None) == found.injected
        if found.injected:
            sentence = found.prompt[len(prompt.rstrip()) :]
            assert not re.search(r"↑|Real\.|Set\.|fun |=>|:=|\bsorry\b", sentence), sentence
