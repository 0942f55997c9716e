"""Where an answer stands and what is asked: negations, orders, restrictions, given answers."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from crossfade_splits.inject import inject

# for rows that are made before there are fixtures
solution = runpy.run_path(str(Path(__file__).with_name("conftest.py")))["solution"]


NONE_EXISTS = "theorem t : ¬∃ n : ℕ, P n := by sorry"


@pytest.mark.parametrize(
    ("prompt", "outcome"),
    [
        ("Does there exist such a number?", "Show that the answer is no."),
        ("Does there exist an n that is not prime?", "Show that the answer is no."),
        ("Is it true that there does not exist such a number?", "wording-differs"),
        ("Is it true that no such number exists?", "wording-differs"),
        ("Is it impossible that such a number exists?", "wording-differs"),
        ("是否存在这样的数？", "证明：答案是否定的。"),
        ("是否不存在这样的数？", "wording-differs"),
    ],
)
def test_a_question_about_absence_is_no_question_about_existence(said, prompt, outcome):
    assert said(prompt, NONE_EXISTS) == outcome


@pytest.mark.parametrize(
    "target",
    [
        solution("Prop", "True", ": (¬ ∃ n, P n) ↔ p_solution"),
        "theorem t : answer(True) ↔ ¬ ∃ n, P n := by sorry",
    ],
)
def test_the_truth_of_a_negation_answers_only_a_question_with_one(said, target):
    assert said("Is there an odd perfect number?", target) == "wording-differs"
    expected = "Show that the answer is yes."
    assert said("Is it true that there are no odd perfect numbers?", target) == expected


@pytest.mark.parametrize(
    ("reason", "prompt", "target"),
    [
        ("no-answer-in-goal", "Find f(1).", solution("ℕ", "7", ": f 1 ≠ p_solution")),
        ("no-answer-in-goal", "Find f(1).", solution("ℕ", "7", ": ¬ (f 1 = p_solution)")),
        ("unclear-answer", "Find f(1).", "theorem t : f 1 ≠ answer(7) := by sorry"),
        ("no-answer-in-goal", "Does there exist such a number?",
         "theorem t : ¬∃! n : ℕ, P n := by sorry"),
        ("wording-differs", "What is the smallest value of x?",
         "theorem t (x : ℝ) (h : P x) : -7 < x ∧ x < -2 := by sorry"),
        ("wording-differs", "Find the seventh term of x, y.",
         "theorem t (x y : ℕ) (h : P x y) : Even x ∧ Odd y := by sorry"),
        ("wording-differs", "Find a relation between x and y.",
         "theorem t (x y : ℝ) (h : P x y) : x = 2 * y + 1 := by sorry"),
        ("unclear-answer", "Find $V$ in terms of $I$.",
         "theorem t (I V : ℝ) (h : P I V) : V = 2 * I := by sorry"),
        ("wording-differs", "Simplify 3/√27.",
         "theorem t (answer : ℝ × ℤ) (a : ℝ) (b : ℤ) (h : f = a / b) "
         "(h' : answer = (a, b)) : answer = (Real.sqrt 3, 3) := by sorry"),
        ("answer-missing", "Compute f(1).", "abbrev p_solution : ℕ := sorry\n\n-- 3\n"
         "theorem p : f 1 = p_solution := sorry"),
        ("answer-unreadable", "Find all n.",
         solution("Set ℕ", "setOf (fun ↦ 1)", "(n : ℕ) : P n ↔ n ∈ p_solution")),
        ("answer-unreadable", "Find all n.",
         solution("Set ℕ", "{n | ∃, n = 1}", "(n : ℕ) : P n ↔ n ∈ p_solution")),
    ],
)  # fmt: skip
def test_what_does_not_answer_the_question_is_left(said, reason, prompt, target):
    assert said(prompt, target) == reason


@pytest.mark.parametrize(
    ("prompt", "goal", "nouns"),
    [
        ("Determine all pairs $(x, y)$.", "(x y : ℕ) : (y, x) ∈ p_solution ↔ P", "pairs (y, x)"),
        ("Determine all pairs $(x, y)$.", ": {(y, x) : ℕ × ℕ | P} = p_solution", "pairs (y, x)"),
        ("Determine all pairs $(x, y)$.", "(x y : ℕ) : (x, y) ∈ p_solution ↔ P", "pairs"),
        ("For which $x$ and $y$?", "(x y : ℕ) : (x, y) ∈ p_solution ↔ P", "pairs"),
    ],
)
def test_the_parts_of_a_pair_are_named_where_their_order_is_not_the_problem_s(
    said, prompt, goal, nouns
):
    target = solution("Set (ℕ × ℕ)", "{(2, 3), (5, 7)}", goal)
    expected = f"Show that the set of all such {nouns} is {{(2, 3), (5, 7)}}."
    assert said(prompt, target) == expected


@pytest.mark.parametrize(
    ("goal", "text"),
    [
        ("(n : ℕ) (hn : 3 ≤ n) : f n", "f(n) = n^2 for all n ≥ 3"),
        (": ∀ n ≥ 3, f n", "f(n) = n^2 for all n ≥ 3"),
        ("(n : ℕ) (hn : Even n) : f n", "f(n) = n^2"),
        ("(n : ℕ) : f n", "f(n) = n^2 for all n"),
    ],
)
def test_a_formula_holds_where_the_goal_says_so(said, goal, text):
    target = f"theorem t (f : ℕ → ℕ) (h : P f) {goal} = n ^ 2 := by sorry"
    assert said("Find $f(n)$.", target) == f"Show that {text}."


def test_arguments_of_a_definition_are_put_in(said):
    target = solution("ℕ → ℕ", "fun n => n ^ 2", "(n : ℕ) : f n = p_solution (n + 1)")
    assert said("Compute $f(n)$.", target) == "Show that the answer is (n + 1)^2."


def test_the_article_is_no_letter(said):
    target = "theorem t (a : ℝ) (h : a + a^2 = 0) : a = 0 ∨ a = -1 := by sorry"
    prompt = "A number added to its square is zero. Find all such numbers."
    assert said(prompt, target) == "Show that the answer is 0 or -1."
    assert said("Find $A$ where A and A^2 add to zero.", target) == "Show that A = 0 or A = -1."


@pytest.mark.parametrize(
    "prompt",
    [
        "What is 3 + 4? $\\boxed{7}$",
        "求 3+4 的值。【答案】7",
        "3+4 等于多少？ A. 5 B. 7 故选B",
        "求 3+4 的值。解：3+4=7。",
    ],
)
def test_a_given_answer_is_seen(said, prompt):
    assert said(prompt, "theorem t : 3 + 4 = 7 := by sorry") == "answer-in-prompt"


@pytest.mark.parametrize(
    ("prompt", "whole"),
    [
        ("Find $x$", "Find $x$. Show that the answer is 7."),
        ("Find $x$.", "Find $x$. Show that the answer is 7."),
        ("Find x. (It is an integer.)", "Find x. (It is an integer.) Show that the answer is 7."),
        ("Find $$x^2 + y$$", "Find $$x^2 + y$$\n\nShow that the answer is 7."),
        ("求 $x$", "求 $x$。 证明：答案为 7。"),
    ],
)
def test_the_sentence_stands_by_itself(prompt, whole):
    assert inject(prompt, "theorem t (x : ℕ) (h : P x) : x = 7 := by sorry").prompt == whole


@pytest.mark.parametrize(
    ("prompt", "goal", "outcome"),
    [
        ("What is x? What is y?", "x = 3", "Show that x = 3."),
        ("Find $x$ and $y$.", "x = 3", "Show that x = 3."),
        ("(a) How many are red? (b) How many are blue?", "x = 3", "answer-unreadable"),
        ("求 $x$ 的值。求 $y$ 的值。", "x = 3", "证明：x = 3。"),
        ("Write the area as $m/n$ in lowest terms. Find $m + n$.", "x = 3 / 7", "wording-differs"),
        ("Write it as $m/n$ in lowest terms. Find $m + n$.", "x = 10",
         "Show that the answer is 10."),
        ("What percentage of the balls are red?", "x = 0.25", "wording-differs"),
        ("What percentage of the balls are red?", "x = 25", "Show that the answer is 25."),
        ("Which option is correct?", "x = 4", "wording-differs"),
        ("With $x$ as above, what is $y$?", "x = 4", "wording-differs"),
        ("What is $x$?", "x ^ 2 = 9", "wording-differs"),
        ("What is $x$?", "-x = 3", "wording-differs"),
        ("What is $x$?", "x = 3", "Show that the answer is 3."),
        ("Find the value of x, which is 4.", "x = 4", "answer-in-prompt"),
        ("Find all x (answer = 4).", "x = 4", "answer-in-prompt"),
    ],
)  # fmt: skip
def test_one_value_for_one_question(said, prompt, goal, outcome):
    assert said(prompt, f"theorem t (x y : ℚ) (h : P x y) : {goal} := by sorry") == outcome


def test_the_theorem_counts_and_not_the_lemma_behind_it(said):
    main = "theorem p : f 1 = 3 := by sorry\n"
    lemma = "lemma aux : 2 + 2 = 4 := by sorry"
    assert said("How many are there?", main + lemma) == "Show that the answer is 3."
    other = "theorem q : f 2 = 5 := by sorry"
    assert said("How many are there?", main + other) == "several-answers"


@pytest.mark.parametrize("value", ["by sorry", "{n | sorry}", "sorry"])
def test_an_answer_with_a_hole_is_missing(said, value):
    target = solution("Set ℕ", value, "(n : ℕ) : P n ↔ n ∈ p_solution")
    assert said("Find all n.", target) == "answer-missing"
