"""What a reader would trip over."""

from __future__ import annotations

import re

import pytest

from leaneval import peano

PROBLEMS = (
    *peano.test_problems(1000),
    *peano.development_problems(400),
    *peano.generate(6_000, seed=21),
)
ARTICLE = r"\ban? (?=natural|number|multiple|prime|perfect|composite|positive)"
SLIPS = {
    "a doubled word": r"\b(\w{2,}) \1\b",
    "a before a vowel": r"\ba (even|odd|integer)\b",
    "an before a consonant": r"\ban (prime|perfect|composite|multiple|natural|number)\b",
    "a slot left open": r"[{}]",
    "two spaces": r"  ",
    "no full stop": r"[^.]$",
    "a comma before a full stop": r",\.",
    "an ambiguous product": r"product of \w+ and \w+ \+",
    "an ambiguous exponent": r"\^\d[a-z]",
    "a lower-case sentence": r"(^|\. )[a-z]",
}


@pytest.mark.parametrize("slip", SLIPS)
def test_no_problem_has(slip: str) -> None:
    found = [p.informal for p in PROBLEMS if re.search(SLIPS[slip], p.informal)]
    assert not found[:5]


def _variables(reference: str) -> list[str]:
    binder = re.match(r"theorem goal \(([a-z ]+) : Nat\)", reference)
    return binder[1].split() if binder else []


def test_english_names_the_variables_of_the_theorem_in_its_order() -> None:
    for problem in PROBLEMS:
        names = _variables(problem.reference)
        # A factor's letters stand together ("ab", "3n"), an article is not a variable.
        text = re.sub(
            r"\ban? (?=natural|number|multiple|prime|perfect|composite|positive)",
            "",
            problem.informal,
        )
        runs = re.findall(r"(?<![A-Za-z])[a-z]{1,2}(?![A-Za-z])", text)
        seen = [c for run in runs if len(run) == 1 or set(run) <= set(names) for c in run]
        order = [c for c in dict.fromkeys(seen) if c in names]
        assert order == names or not order, problem


def test_alternatives_are_others_than_the_reference() -> None:
    for problem in PROBLEMS:
        texts = (problem.reference, *problem.references)
        assert len(set(texts)) == len(texts) <= 13
