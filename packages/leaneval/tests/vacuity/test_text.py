"""Unused variables, read off the text: on signatures made for it and on the benchmarks'."""

import pytest

from leaneval.extract import parse_reference
from leaneval.vacuity import unused_binders

UNUSED = {
    "(n k : ℕ) (h : Even n) : Even (n + 2)": ("k",),
    "(f g : ℝ → ℝ) (hf : Continuous f) : ∃ x : ℝ, f x = 0": ("g",),
    "{α : Type*} (s : Set ℕ) : s.Nonempty": ("α",),
    "(n : ℕ) : ∀ m k : ℕ, n + m = m + n": ("k",),
    "(n : ℕ) : ∃ (a b : ℤ), (n : ℤ) = a": ("b",),
    "(A : Matrix (Fin 2) (Fin 2) ℝ) (B : Matrix (Fin 2) (Fin 2) ℝ) : A = A": ("B",),
}
USED = [
    "(n : ℕ) (h : Even n) : Even (n + 2)",
    "{α : Type*} [Fintype α] (s : Finset α) : s.card ≤ Fintype.card α",
    "{p : ℕ} (hp : Nat.Prime p) : 2 ≤ p",
    "(hp : Fact (Nat.Prime 7)) : True",
    "(P : ℕ → Prop) (h : ∀ n, P n) : P 0",
    "(f : ℝ → ℝ) : f.support = ∅",
    "(n : ℕ) (_k : ℕ) : n = n",
    "(x : ℕ) : ∃ x : ℕ, x = x",
    "(a : ℝ) : (fun x : ℝ => a) = fun _ => a",
    "(s : ℕ → ℝ) : ∑ i ∈ Finset.range 3, (1 : ℝ) = s 3",
    "(v : Frobnicator) : True",
    "(h : 2 ∣ 4) : True",
    "/- (n : ℕ) -/ : True",
    "(n : ℕ",
    "/- (n : ℕ) : True",
    "",
]


@pytest.mark.parametrize("signature", UNUSED)
def test_a_variable_that_nothing_mentions_is_found(signature: str):
    assert unused_binders(signature) == UNUSED[signature]


@pytest.mark.parametrize("signature", USED)
def test_what_is_spoken_of_or_cannot_be_told_is_let_be(signature: str):
    assert unused_binders(signature) == ()


def test_on_the_benchmarks_references_a_flag_is_rare_and_right(rows):
    """Each of these was read: the variable is there and nothing speaks of it."""
    known = {
        "g_47": ("d",),
        "g_56": ("k", "b"),
        "g_86": ("c",),
        "g_415": ("c",),
        "g_338": ("tangetn₁",),
        "g_2025_4": ("θ",),
    }
    found = {}
    for name in ("gaokao_formal.jsonl", "putnambench.jsonl"):
        for row in rows(name):
            reference = parse_reference(row["formal_statement"], row.get("header", ""))
            if unused := unused_binders(reference.signature):
                found[row["id"]] = unused
    assert found == known
