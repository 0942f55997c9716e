"""One reading only: brackets, scopes and letters of sentences that could be read in two ways."""

from __future__ import annotations

import pytest

from crossfade_splits.inject import inject


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("Real.sin x * y", "sin(x) y"),
        ("Real.sin x * Real.cos y", "sin x cos y"),
        ("Real.sin x / y", "sin(x)/y"),
        ("2⁻¹ * x", "(1/2)x"),
        ("-(1 / 2) * x", "(-1/2)x"),
        ("x / y * 2", "(x/y) · 2"),
        ("Real.exp x ^ 2", "(e^x)^2"),
        ("Real.sqrt x ^ 3", "(√x)^3"),
        ("Real.sqrt x / 2", "√x/2"),
    ],
)
def test_a_function_takes_only_its_own_argument(said, solution, value, text):
    target = solution("ℝ → ℝ → ℝ", f"fun x y => {value}", "(x y : ℝ) : g x y = p_solution x y")
    assert said("Compute g in terms of $x$ and $y$.", target) == f"Show that the answer is {text}."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("n % 2 * 3", "(n mod 2) · 3"),
        ("1 + n % 2", "1 + (n mod 2)"),
        ("n % 2", "n mod 2"),
        ("(∑ k ∈ Finset.range n, k ^ 2) + 1", "(∑_(k=0)^(n - 1) k^2) + 1"),
        ("(∑ k ∈ Finset.range n, k ^ 2) * 3", "(∑_(k=0)^(n - 1) k^2) · 3"),
        ("Nat.centralBinom 3 + n", "C(2 · 3, 3) + n"),
    ],
)
def test_remainders_and_sums_end_where_lean_ends_them(said, solution, value, text):
    target = solution("ℕ → ℕ", f"fun n => {value}", "(n : ℕ) : f n = p_solution n")
    assert said("Compute $f(n)$.", target) == f"Show that the answer is {text}."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("(Even n → 4 ∣ n) ∧ 3 ∣ n", "(if n is even, then 4 divides n) and 3 divides n"),
        ("(Even n → 4 ∣ n) ∨ 3 ∣ n", "(if n is even, then 4 divides n) or 3 divides n"),
        ("(Even n ↔ 4 ∣ n) ∧ 3 ∣ n", "(n is even if and only if 4 divides n) and 3 divides n"),
        ("¬(Even n ∧ 3 ∣ n) ∧ 5 ∣ n",
         "(it is not true that n is even and 3 divides n) and 5 divides n"),
        ("Nat.Coprime n 6", "n and 6 are coprime"),
        ("3 ∤ n", "3 does not divide n"),
        ("n = 2 ∨ ∀ x : Set.Ioi 1, n = x", "n = 2 or n = x for all x ∈ (1, ∞)"),
        ("∃! k : ℤ, n = k ^ 2", "(for exactly one integer k, n = k^2)"),
    ],
)  # fmt: skip
def test_connectives_are_kept_apart(said, solution, value, text):
    target = solution("ℤ → Prop", f"fun n => {value}", "(n : ℤ) : P n ↔ p_solution n")
    assert said("Find all $n$ with this.", target) == f"Show that this holds if and only if {text}."


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("{f | ∀ x, ∃ c, f x = c * x}", "for all x, f(x) = cx for some c"),
        ("{f | ∀ x, f x = 0 ∨ f x = x}", "for all x, f(x) = 0 or f(x) = x"),
        ("{f | ∃ x, f = Function.const ℝ x}", "for some x, f(y) = x"),
    ],
)
def test_quantifiers_stand_in_lean_s_order_and_catch_nothing(said, solution, value, text):
    target = solution("Set (ℝ → ℝ)", value, "(f : ℝ → ℝ) : P f ↔ f ∈ p_solution")
    expected = f"Show that the solutions are exactly the functions f such that {text}."
    assert said("Find all functions $f$.", target) == expected


def test_a_bound_letter_never_meets_another_of_its_name(said, solution):
    goal = "(k : ℕ) : {x | P x k} = p_solution k"
    target = solution("ℕ → Set ℕ", "fun n => {k | k ≤ n}", goal)
    expected = "Show that the set of all such values is {x ∈ ℕ : x ≤ k}."
    assert said("Let k be given. Find all x.", target) == expected
    goal = "(n k : ℕ) : P k n ↔ k ∈ p_solution n"
    target = solution("ℕ → Set ℕ", "fun n => Set.Icc 1 n", goal)
    expected = "Show that the set of all such values is {m ∈ ℕ : 1 ≤ m ≤ n}."
    assert said("Find all values, given $n$.", target) == expected
    target = solution("ℝ → ℝ → ℝ", "fun _ x => x", ": f = p_solution")
    assert said("Find $f$.", target) == "Show that the answer is the function f(y, x) = x."


def test_whole_numbers_stay_whole_in_a_union(said, solution):
    target = solution("Set ℤ", "Set.Icc 1 3 ∪ {7}", "(n : ℤ) : P n ↔ n ∈ p_solution")
    expected = "Show that the set of all such values is {n ∈ ℤ : 1 ≤ n ≤ 3} ∪ {7}."
    assert said("Find all such numbers.", target) == expected


@pytest.mark.parametrize(
    "value", ["{n | ∃ k : Fin 3, n = k}", "{2 * k | k : Fin 3}", "Set.uIcc 3 1", "{n | Coprime n}"]
)
def test_what_a_sentence_would_lose_is_not_said(said, solution, value):
    target = solution("Set ℤ", value, "(n : ℤ) : P n ↔ n ∈ p_solution")
    assert said("Find all n with this property.", target) == "answer-unreadable"


def test_letters_of_a_function_are_the_problem_s(said, solution):
    target = solution("ℝ → ℝ", "fun x => other x + 1", ": f = p_solution")
    assert said("Find $f$.", target) == "answer-unreadable"


@pytest.mark.parametrize(
    ("value", "defined", "equal"),
    [
        ("∑ k ∈ Finset.range " + "9" * 5000 + ", k", "answer-unreadable", "no-answer-in-goal"),
        ("@OfScientific.ofScientific ℝ inst 1 other bar", "answer-unreadable",
         "no-answer-in-goal"),
        ("@OfScientific.ofScientific ℝ inst 1 true 99999999999", "answer-unreadable",
         "no-answer-in-goal"),
        ("@OfScientific.ofScientific ℝ inst 1 false 99999999999", "answer-unreadable",
         "no-answer-in-goal"),
        ("fun _ _ _ _ _ _ _ _ => 3",
         "Show that the answer is the function (x, y, z, t, u, v, w, r) ↦ 3.",
         "Show that the answer is the function x(y, z, t, u, v, w, r, s) = 3."),
        ("{q | let (_,_,_,_,_,_,_,_) := q; 1 = 1}",
         "Show that the set of all such tuples is {(m, k, j, p, a, b, c, d) : 1 = 1}.",
         "no-answer-in-goal"),
    ],
    ids=["digits", "flag", "small", "great", "arguments", "parts"],
)  # fmt: skip
def test_hostile_values_are_an_outcome(said, solution, value, defined, equal):
    assert said("Find x.", solution("ℝ", value, ": f 1 = p_solution")) == defined
    assert said("Find x.", f"theorem t (x : ℝ) : x = {value} := by sorry") == equal


def test_hostile_digits_are_an_outcome(said):
    target = f"theorem t (answer : List ℕ) (h : answer = Nat.digits 5 n) : answer = [{'9' * 5000}]"
    assert said("What is n in base 5?", target) == "answer-unreadable"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("(n / 2 + n / 3) / 2", "⌊(⌊n/2⌋ + ⌊n/3⌋)/2⌋"),
        ("n / 2 / 3", "⌊n/2/3⌋"),
        ("⌊(n : ℝ) / 2⌋₊ / 2", "⌊⌊n/2⌋/2⌋"),
        ("n.sqrt", "⌊√n⌋"),
        ("Nat.sqrt n", "⌊√n⌋"),
        ("sqrt n + 1", "⌊√n⌋ + 1"),
    ],
)
def test_whole_number_arithmetic_is_said_as_it_is(said, solution, value, text):
    target = solution("ℕ → ℕ", f"fun n => {value}", "(n : ℕ) : f n = p_solution n")
    assert said("Compute $f(n)$.", target) == f"Show that the answer is {text}."


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("theorem t (x : ℕ) (h : Q x) : x = 7 / 2 := by sorry", "the answer is ⌊7/2⌋"),
        ("theorem t (x : ℝ) (h : Q x) : x = 7 / 2 := by sorry", "the answer is 7/2"),
        ("theorem t (n : ℕ) : (S n).card = n / 2 := by sorry", "the answer is ⌊n/2⌋"),
        ("theorem t (n : ℕ) : ((S n).card : ℝ) = n / 2 := by sorry", "the answer is n/2"),
        ("theorem t (n : ℕ) : (S n).card = answer(n / 2) := by sorry", "the answer is ⌊n/2⌋"),
        ("theorem t (n : ℕ) (f : ℕ → ℝ) : f n = ((n / 2 : ℕ) : ℝ) + 1 := by sorry",
         "f(n) = ⌊n/2⌋ + 1 for all n"),
        ("theorem t (S : Finset ℕ) (h : Q S) : S = Finset.Icc 1 3 := by sorry",
         "the set of all such values is {n ∈ ℕ : 1 ≤ n ≤ 3}"),
    ],
)  # fmt: skip
def test_the_goal_tells_what_is_whole_without_a_definition(said, target, text):
    assert said("Find $f(n)$, the set, or x.", target) == f"Show that {text}."


@pytest.mark.parametrize("value", ["3 - 5", "Int.toNat (3 - 5)"])
def test_a_difference_cut_off_at_zero_is_not_said(said, solution, value):
    target = solution("ℕ", value, ": f 1 = p_solution")
    assert said("Compute f(1).", target) == "answer-unreadable"
    assert inject("Compute f(1).", solution("ℤ", "3 - 5", ": f 1 = p_solution")).injected


@pytest.mark.parametrize(
    "value", ["∑ n ∈ Finset.range n, n", "∑ k ∈ Finset.range 3, ∑ k ∈ Finset.range k, k"]
)
def test_one_letter_for_two_things_is_not_said(said, solution, value):
    target = solution("ℕ → ℕ", f"fun n => {value}", "(n : ℕ) : f n = p_solution n")
    assert said("Compute $f(n)$.", target) == "answer-unreadable"


@pytest.mark.parametrize("value", ["Nat.centralBinom", "Coprime", "Set.Icc", "Finset.range", "Icc"])
def test_a_name_without_its_arguments_is_not_said(said, solution, value):
    for kind in ("ℕ", "Set ℕ", "ℕ → ℕ"):
        target = solution(kind, value, ": x = p_solution")
        assert said("Find all x.", target) == "answer-unreadable"
    target = solution("ℝ → ℝ", "Real.sin", ": f = p_solution")
    assert said("Find $f$.", target) == "Show that the answer is sin."
