import polars as pl
import pytest

from crossfade_splits.text import normalise_target, split_header


def normal(text: str) -> str | None:
    return normalise_target(pl.Series([text]))[0]


@pytest.mark.parametrize(
    "other",
    [
        "import Mathlib\nimport Aesop\n\ntheorem bar (n : ℕ) (h : 0 < n) : 1 ≤ n := by sorry",
        "theorem foo (n : ℕ)\n    (h : 0 < n) :\n  1 ≤ n := sorry",
        "/-- says -/\nlemma foo (n : ℕ) (h : 0 < n) : 1 ≤ n := by\n  omega",
        "open Nat\nset_option maxHeartbeats 0 in\n-- why\n"
        "theorem foo (n : ℕ) (h : 0 < n) : 1 ≤ n := by sorry",
    ],
)
def test_name_header_comment_and_proof_do_not_count(other):
    base = "import Mathlib\n\ntheorem foo (n : ℕ) (h : 0 < n) : 1 ≤ n := by sorry"
    assert normal(base) == normal(other)


@pytest.mark.parametrize(
    "other",
    [
        "theorem foo (n : ℕ) (h : 0 < n) : 2 ≤ n := by sorry",
        "theorem foo (n : ℤ) (h : 0 < n) : 1 ≤ n := by sorry",
        "def k : ℕ := 2\ntheorem foo (n : ℕ) (h : 0 < n) : 1 ≤ n := by sorry",
    ],
)
def test_statement_and_definitions_count(other):
    assert normal("theorem foo (n : ℕ) (h : 0 < n) : 1 ≤ n := by sorry") != normal(other)


@pytest.mark.parametrize("text", ["42", "", "theorem foo : True := by sorry", "the answer is 6"])
def test_too_little_to_identify_a_problem(text):
    assert normal(text) is None


def test_split_header_loses_nothing():
    targets = pl.Series(
        [
            "import Mathlib\n\nopen Nat\n\ntheorem a : 1 = 1 := sorry",
            "theorem b : 2 = 2",
            "",
            "open X",
        ]
    )
    parts = split_header(targets)
    assert (parts["header"] + parts["statement"]).to_list() == targets.to_list()
    assert parts["statement"][0].startswith("theorem a")
    assert parts["header"][1] == ""


RING = "variable {R : Type*} [CommRing R] {a b : R}"


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (
            f"{RING}\ntheorem x : a * b = b * a := by sorry",
            "theorem y {R : Type*} [CommRing R] {a b : R} : a * b = b * a := sorry",
        ),
        (
            f"{RING} {{c : R}} [Nontrivial S]\ntheorem x : a * b = b * a",
            f"{RING}\ntheorem x : a * b = b * a",
        ),
        (
            "namespace Imo1969P1\ntheorem x (n : ℕ) (h : 0 < n) : 1 ≤ n := sorry",
            "theorem x (n : ℕ) (h : 0 < n) : 1 ≤ n := sorry",
        ),
    ],
)
def test_context_that_is_not_used_does_not_count(a, b):
    assert normal(a) == normal(b) is not None


@pytest.mark.parametrize(
    ("a", "b"),
    [
        (
            f"{RING}\ntheorem x : a * b = b * a",
            "variable {R : Type*} [CommMonoid R] {a b : R}\ntheorem x : a * b = b * a",
        ),
        (f"{RING} (hu : a = 0)\ntheorem x : a * b = b * a", f"{RING}\ntheorem x : a * b = b * a"),
        (
            "namespace Subring\ntheorem x : closure s ≤ closure t",
            "namespace Submonoid\ntheorem x : closure s ≤ closure t",
        ),
        (
            "theorem x (h : P s := by simp) : Q s := by sorry",
            "theorem x (h : P s := by simp) : R s := by sorry",
        ),
        (f"{RING}\nend\ntheorem x : a * b = b * a", f"{RING}\ntheorem x : a * b = b * a"),
    ],
)
def test_context_that_is_used_counts(a, b):
    assert normal(a) != normal(b)
