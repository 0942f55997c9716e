"""When nothing may be injected, and why."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossfade_splits.inject import REASONS, inject

GOAL = "theorem t (x : ℝ) (h : P x) : x = 7 := by sorry"
MARKED = "abbrev p_solution : ℕ := 7\ntheorem p : f 1 = p_solution := sorry"


@pytest.mark.parametrize(
    ("prompt", "target", "reason"),
    [
        ("Prove that x = 7.", GOAL, "proof-type"),
        ("The value of x is 7.", GOAL, "proof-type"),
        ("Find x. Prove that the answer is: 7", GOAL, "answer-in-prompt"),
        ("Find x.\n\nSolution: 7. Since ...", GOAL, "answer-in-prompt"),
        ("Find x. Show that it is 7.", GOAL, "answer-in-prompt"),
        ("Find f(1). The value is equal to $7$.", MARKED, "answer-in-prompt"),
        ("Is it true? The answer is no, as shown by Nesterenko.",
         "theorem t : answer(False) ↔ P := by sorry", "answer-in-prompt"),
        ("Is it true? This was disproved in 1994.",
         "theorem t : answer(False) ↔ P := by sorry", "answer-in-prompt"),
        ("Find f(1).", "abbrev p_solution : ℕ := sorry\ntheorem p : f 1 = p_solution := by sorry",
         "answer-missing"),
        ("How many are there?", "theorem t : f 2 = answer(sorry) := by sorry", "answer-missing"),
        ("If √(x + √(x + ...)) = 9, find x.",
         "theorem t (x : NNReal) : 9 = NNReal.sqrt (x + 9) := by sorry", "no-answer-in-goal"),
        ("Find the maximum of f.", "theorem t (x : ℝ) : 12 ≤ g x := by sorry", "wording-differs"),
        ("Which direction is she facing?", GOAL, "wording-differs"),
        ("Are there infinitely many primes in this sequence?",
         "theorem conjecture : Set.Infinite {n : ℕ | (a n).Prime} := by sorry", "unclear-answer"),
        ("There is a ring like this.", "theorem t : answer(True) ↔ P := by sorry", "proof-type"),
        ("Who won?", "def solution : Player := 2\ntheorem t : game 0 solution = 1 := by sorry",
         "answer-unreadable"),
        ("Find all f.", "def solution_set : Set ℕ := {n | weird.Lean.name n}\n"
         "theorem t (n : ℕ) : n ∈ solution_set ↔ P n := by sorry", "answer-unreadable"),
        ("What is n in base 5?", "theorem t (answer : List ℕ) (h : answer = Nat.digits 5 n) : "
         "answer = [4, 0] := by sorry", "answer-unreadable"),
        ("Who has a winning strategy?", GOAL, "wording-differs"),
        ("Find x.", "this is no Lean", "target-unreadable"),
        ("", GOAL, "no-text"),
    ],
)  # fmt: skip
def test_reason(prompt, target, reason):
    found = inject(prompt, target)
    assert (found.injected, found.reason) == (False, reason)
    assert found.prompt == prompt


def test_options_and_given_numbers_do_not_count_as_the_answer():
    assert inject("What is 3 + 4? (A) 5 (B) 7 (C) 9", GOAL).injected
    assert inject("The sum of 7 numbers is 49. What is their mean?", GOAL).injected


def test_people_and_whose_in_passing_are_not_asked_for():
    for question in (
        "What is the smallest multiple of 7 whose digits are all ones?",
        "How many students, who are all in one class, passed?",
        "Find the number of people who came. Who they are does not matter.",
    ):
        assert inject(question, GOAL).injected, question


def test_a_second_run_adds_nothing(problems):
    for prompt, target in list(problems.values())[::11]:
        found = inject(prompt, target)
        assert not found.injected or not inject(found.prompt, target).injected


def test_a_definition_of_the_problem_is_no_answer():
    target = (
        "def IsSolution (a b x : ℝ) : Prop := x + a = b\n"
        "theorem t (a b x : ℝ) (h : IsSolution a b x) : Q a b := by sorry"
    )
    assert not inject("Find the conditions on a and b.", target).injected


def test_implicit_arguments_are_not_counted():
    target = (
        "def p_solution {m : ℕ} (x : ℕ) : ℕ := x + 1\n"
        "theorem t (n : ℕ) : f n = p_solution n := by sorry"
    )
    assert inject("Compute f(n).", target).prompt.endswith("Show that the answer is n + 1.")


def test_the_answer_behind_a_sorry_is_read_from_its_comment():
    target = "abbrev p_solution : ℕ := sorry\n-- 2 ^ 10\ntheorem p : f 1 = p_solution := sorry"
    assert inject("Compute f(1).", target).answer == "2 ^ 10"


TOKENS = """
theorem t lemma def solution := : ( ) { } [ ] ⟨ ⟩ | ∣ ∀ ∃ x ∈ ∧ ∨ ¬ ↔ → = ≤ fun ↦ let if
then else answer sorry 1 2 + * ^ / ! √ ⌊ ⌋ ‖ , ; ∑ by 𝓝 IsLeast Set.Icc .1 @Eq
List.cons Nat.digits 2.5 -- /- -/ «
"""
PIECES = st.sampled_from(TOKENS.split())


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=60), st.text(max_size=80))
def test_any_text_gets_an_outcome(pieces, prompt):
    found = inject("Find x. " + prompt, "theorem t : " + " ".join(pieces))
    assert found.reason in REASONS
    found = inject(prompt, "def p_solution : ℕ := " + " ".join(pieces) + "\n" + GOAL)
    assert found.reason in REASONS


@pytest.mark.parametrize("value", ["List.cons 1", "[2.5]", "[]", "[0]", "List.cons", "[12]"])
def test_digits_that_are_none_are_an_outcome(value):
    target = f"theorem t (answer : List ℕ) (h : answer = Nat.digits 9 n) : answer = {value}"
    assert inject("What is n in base 9?", target).reason == "answer-unreadable"


def test_deep_nesting_is_an_outcome():
    deep = "theorem t : " + "(" * 5000 + "1" + ")" * 5000 + " = 1 := by sorry"
    assert inject("Find x.", deep).reason in REASONS
