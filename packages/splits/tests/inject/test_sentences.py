"""What the sentence says: one case for each pattern, carrier and language."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crossfade_splits.inject import REASONS, inject

# for rows that are made before there are fixtures
solution = runpy.run_path(str(Path(__file__).with_name("conftest.py")))["solution"]

CASES = [
    ("eq_numeral", "What is x + y?", "theorem t (x y : ℕ) (h : x = 3) : x + y = 8 := by sorry",
     "Show that the answer is 8."),
    ("eq_closed_expr", "What is the distance?",
     "theorem t (d : ℝ) (h : d ^ 2 = 40) : d = 2 * Real.sqrt 10 := by sorry",
     "Show that the answer is 2√10."),
    ("eq_param_expr", "For each $n$, compute $\\det A$.",
     solution("ℕ → ℝ", "fun n : ℕ => (-1) ^ (n - 1) / ((n - 1)! * (2 * n)!)",
              "(n : ℕ) (A : Matrix (Fin n) (Fin n) ℝ) : A.det = p_solution n"),
     "Show that the answer is (-1)^(n - 1)/((n - 1)! (2n)!)."),
    ("IsLeast", "Find the smallest area.",
     solution("ℝ", "1 / 3", ": IsLeast {y | y ∈ S} p_solution"),
     "Show that the minimum is 1/3."),
    ("IsGreatest", "Find the largest k.", "theorem t : IsGreatest {k : ℕ | good k} 33 := by sorry",
     "Show that the maximum is 33."),
    ("set_equality", "Find all pairs (x, y).",
     solution("Set (ℤ × ℤ)", "{(0, 2), (0, -2)}", ": {(x, y) : ℤ × ℤ | x = y} = p_solution"),
     "Show that the set of all such pairs is {(0, 2), (0, -2)}."),
    ("iff_membership", "Determine all functions $f$.",
     "def sols : Set (ℝ → ℝ) := {f | (∃ C, ⌊C⌋ = 1 ∧ f = Function.const _ C) ∨ f = fun x ↦ x}\n"
     "theorem t (f : ℝ → ℝ) : f ∈ sols ↔ ∀ x y, f (⌊x⌋ * y) = f x * ⌊f y⌋ := by sorry",
     "Show that the solutions are exactly the functions f such that (for some C, ⌊C⌋ = 1 and "
     "f(x) = C for all x) or f(x) = x for all x."),
    ("iff_membership", "For which integers $n$ does this hold?",
     solution("Set ℤ", "{n | Even n}", "(n : ℤ) : 4 ∣ n ^ 2 ↔ n ∈ p_solution"),
     "Show that this holds if and only if n is even."),
    ("iff_other", "For which pairs $(b, c)$ do both roots lie inside?",
     solution("(ℝ × ℝ) → Prop", "fun (b, c) => c < 1 ∧ c - b > -1",
              ": ∀ b c : ℝ, inside b c ↔ p_solution (b, c)"),
     "Show that this holds if and only if c < 1 and c - b > -1."),
    ("iff_equation(s)", "Find $a$ and $b$.",
     solution("ℤ × ℤ", "(11, 8)", "(a b : ℤ) : P a b ↔ a = p_solution.1 ∧ b = p_solution.2"),
     "Show that a = 11 and b = 8."),
    ("iff_interval/inequality", "Determine all x with this property.",
     "theorem t (x : ℝ) : P x ↔ 1 ≤ x ∧ x < 2 := by sorry",
     "Show that this holds if and only if 1 ≤ x < 2."),
    ("cardinality_eq", "How many ways are there?",
     "theorem t (S : Finset ℕ) (h : S = A) : S.card = 60 := by sorry",
     "Show that the answer is 60."),
    ("mod_remainder_eq", "What is the remainder when 2003 is divided by 11?",
     "theorem t : 2003 % 11 = 1 := by sorry", "Show that the answer is 1."),
    ("single_inequality_bound", "Find the minimum value of f.",
     "theorem t (x : ℝ) : 12 ≤ (9 * x + 4) / x := by sorry", "Show that the minimum is 12."),
    ("Tendsto_limit", "Find $\\lim_{x \\to \\infty} g(x)/x$.",
     solution("ℝ", "Real.exp 1", ": Tendsto (fun x : ℝ => g x / x) atTop (𝓝 p_solution)"),
     "Show that the limit is e."),
    ("conjunction_mixed", "Determine c.",
     solution("ℝ", "4 / 9", ": 0 < p_solution ∧ area p_solution = 1"),
     "Show that the answer is 4/9."),
    ("conjunction_of_bounds", "Solve for $a$; give an interval.",
     "theorem t (a : ℝ) (h : P a) : -7 < a ∧ a < -2 := by sorry", "Show that -7 < a < -2."),
    ("conjunction_of_eq", "Find $A$ and $B$.",
     "theorem t (a b : ℝ) (h : P a b) : a = -6 ∧ b = 10 := by sorry",
     "Show that A = -6 and B = 10."),
    ("exists_witness", "Find all monotonic $f$ with $f(x + y) = f(x) + f(y)$.",
     "theorem t {f : ℝ → ℝ} (h : Monotone f) : ∃ c, ∀ x, f x = c * x := by sorry",
     "Show that f(x) = cx for some constant c."),
    ("sSup/sInf_eq", "What is the supremum?",
     solution("ℝ", "Real.pi / 4", ": sSup {y | y ∈ S} = p_solution"),
     "Show that the answer is π/4."),
    ("disjunction_of_eq", "Find all values of a.",
     "theorem t (a : ℝ) (h : P a) : a = 0 ∨ a = -4 := by sorry", "Show that a = 0 or a = -4."),
    ("bound_and_attained", "Determine the maximum number of tuples.",
     solution("ℕ", "8", ": (∃ a, num a = p_solution) ∧ (∀ a, num a ≤ p_solution)"),
     "Show that the maximum is 8."),
    ("pointwise_function_eq", "Find $a_n$.",
     "theorem t (a : ℕ → ℕ) (h : a 1 = 1) : ∀ n ≥ 1, a n = 2 ^ (n - 1) := by sorry",
     "Show that a_n = 2^(n - 1) for all n ≥ 1."),
    ("negation", "Does there exist such a number?",
     "theorem t : ¬∃ n : ℕ, P n := by sorry", "Show that the answer is no."),
    ("chained_bounds", "Which of $u$ and $v$ is larger?",
     "def u_is_larger : Bool := false\n"
     "theorem t (u v : ℝ) : if u_is_larger then v < u else u < v := by sorry",
     "Show that u < v."),
    ("predicate_other", "Are there infinitely many such pairs?",
     "theorem t : Set.Infinite {p : ℕ × ℕ | P p} := by sorry", "Show that the answer is yes."),
]  # fmt: skip


@pytest.mark.parametrize(
    ("pattern", "prompt", "target", "sentence"), CASES, ids=[c[0] for c in CASES]
)
def test_pattern(said, pattern, prompt, target, sentence):
    assert said(prompt, target) == sentence
    assert inject(prompt, target).pattern == pattern


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("fun n => n ^ 2 - n + 2", "n^2 - n + 2"),
        ("fun n => (2 * n)!", "(2n)!"),
        ("fun n => 2 * Real.sqrt (3 * n)", "2√(3n)"),
        ("fun n => Nat.choose (2 * n) n / (n + 1)", "C(2n, n)/(n + 1)"),
        ("fun n => -(1 : ℝ) / (n - 1)", "-1/(n - 1)"),
        ("fun n => 2 ^ (n : ℝ)⁻¹", "2^(1/n)"),
        ("fun n => (n * Real.log 2) / Real.pi", "n ln(2)/π"),
        ("fun n => 2 * (n - (n - 1))", "2(n - (n - 1))"),
        ("fun n => n - (1 - n)", "n - (1 - n)"),
        ("fun n => (-n) ^ 2", "(-n)^2"),
        ("fun n => n / 2 / 3", "n/2/3"),
        ("fun n => n / (2 * 3)", "n/(2 · 3)"),
        ("fun n => (1 / 2) ^ n", "(1/2)^n"),
        ("fun n => Real.sin (2 * n) * Real.cos n", "sin(2n) cos n"),
        ("fun n => if IsPrimePow n then 0 else n", "0 if n is a prime power, and n otherwise"),
        ("fun n => if Even n then 0 else n", "0 if n is even, and n otherwise"),
    ],
)
def test_expression(said, value, text):
    target = solution("ℕ → ℝ", value, "(n : ℕ) : f n = p_solution n")
    assert said("Compute $f(n)$ for every $n$.", target) == f"Show that the answer is {text}."


def test_integer_division_is_a_floor_unless_exact(said):
    def read(value: str) -> str:
        target = solution("ℕ → ℕ", value, "(n : ℕ) : f n = p_solution n")
        return said("How many are there, in terms of $n$?", target)

    assert read("fun n => n / 2") == "Show that the answer is ⌊n/2⌋."
    assert read("fun n => n * (n + 1) / 2") == "Show that the answer is n(n + 1)/2."


@pytest.mark.parametrize(
    ("binders", "value", "text"),
    [
        ("(answer : ℝ × ℝ) (h : Set.Icc answer.1 answer.2 = S)", "(-2, 7)",
         "Show that the set of all such values is [-2, 7]."),
        ("(answer : ℝ × ℝ) (h : Set.Ioo answer.1 answer.2 = S)", "(-2, 7)",
         "Show that the set of all such values is (-2, 7)."),
        ("(answer : ℝ × ℝ) (h : z = answer.1 + answer.2 * Complex.I)", "(1, 2)",
         "Show that the answer is 1 + 2i."),
        ("(answer : List ℕ) (h : answer = Nat.digits 9 n)",
         "(@List.cons Nat 0 (@List.cons Nat 4 (@List.nil Nat)))", "Show that the answer is 40_9."),
        ("(answer : List ℕ) (h : answer = Nat.digits 10 n)", "[2, 1]",
         "Show that the answer is 12."),
    ],
)  # fmt: skip
def test_a_hypothesis_tells_what_a_binder_means(said, binders, value, text):
    assert said("Solve for $x$.", f"theorem t {binders} : answer = {value} := by sorry") == text


def test_no_solution(said):
    target = solution("ℝ → Set (ℝ → ℝ)", "fun _ ↦ ∅", "(a : ℝ) : p_solution a = {f | P a f}")
    assert said("Find all functions $f$.", target) == "Show that there is no such function."


def test_functions(said):
    target = solution(
        "Set (ℝ → ℝ)", "{fun x ↦ x, fun x ↦ 2 - x}", "(f : ℝ → ℝ) : P f ↔ f ∈ p_solution"
    )
    sentence = said("Determine all functions $f$.", target)
    assert sentence == "Show that the solutions are exactly f(x) = x and f(x) = 2 - x."


def test_chinese(said):
    goal = "theorem t (f : ℝ → ℝ) : IsLeast (Set.range f) 2 := by sorry"
    assert said("求函数 $f(x)=x^2-2x+3$ 的最小值。", goal) == "证明：最小值为 2。"
    exists = "def exists_such : Bool := true\ntheorem t : exists_such ↔ P := by sorry"
    assert said("是否存在这样的数？", exists) == "证明：答案是肯定的。"
    goal = solution("Set ℤ", "{n | Odd n}", "(n : ℤ) : P n ↔ n ∈ p_solution")
    assert said("求所有整数 n 使得命题成立。", goal) == "证明：当且仅当 n 为奇数 时成立。"


@settings(max_examples=1000, deadline=None)
@given(st.sampled_from(CASES), st.integers(0, 200), st.integers(0, 12), st.text(max_size=3))
def test_damaged_targets_get_an_outcome(case, at, length, instead):
    _, prompt, target, _ = case
    damaged = target[:at] + instead + target[at + length :]
    assert inject(prompt, damaged).reason in REASONS
