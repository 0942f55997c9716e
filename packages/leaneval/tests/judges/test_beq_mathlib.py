"""BEq+ where there is a Mathlib: a table of pairs, and the published script as an oracle.

`LEANEVAL_TEST_PROJECT` names a Lake project with Mathlib (`leaneval setup` makes one);
`LEANEVAL_BEQ_PLUS` names lean-interact's `examples/beq_plus.py`, at a tag that fits its version.
"""

import asyncio
import os
import runpy

import pytest

from leaneval.checkers import make_checker
from leaneval.judges import make_judge
from leaneval.profile import MATHLIB
from leaneval.settings import Settings
from leaneval.tactics import tactic_list
from leaneval.types import Problem, Statement

PROJECT = os.environ.get("LEANEVAL_TEST_PROJECT")
SCRIPT = os.environ.get("LEANEVAL_BEQ_PLUS")
pytestmark = [
    pytest.mark.lean,
    pytest.mark.slow,
    pytest.mark.skipif(not PROJECT, reason="LEANEVAL_TEST_PROJECT names no project with Mathlib"),
]

EQUIVALENT = [
    ("(a b : ℝ) (h : a < b) : ∃ c, a < c ∧ c < b", "(x y : ℝ) (h : x < y) : ∃ z, x < z ∧ z < y"),
    ("(n : ℕ) (h : Even n) : Even (n * n)", "{m : ℕ} (hm : Even m) : Even (m * m)"),
    ("(a b : ℤ) (h : a ∣ b) (k : 0 < b) : a ≤ b", "(b a : ℤ) (k : 0 < b) (h : a ∣ b) : a ≤ b"),
    ("(p : ℕ) (h : p.Prime) (k : p ≠ 2) : Odd p", "(p : ℕ) (h : p.Prime ∧ p ≠ 2) : Odd p"),
    ("(a b : ℝ) : a ^ 2 + b ^ 2 ≥ 2 * a * b", "(x y : ℝ) : 2 * x * y ≤ x ^ 2 + y ^ 2"),
    ("(x y : ℝ) (h : x = y) : x ^ 2 = y ^ 2", "(x y : ℝ) (h : y = x) : y ^ 2 = x ^ 2"),
    ("(s : Set ℕ) (h : s.Finite) : ∃ n, n ∉ s", "(s : Set ℕ) (h : Set.Finite s) : ∃ m, ¬ m ∈ s"),
    ("(f : ℝ → ℝ) (h : ∀ x, f x = x) : f 2 = 2", "(g : ℝ → ℝ) (h : ∀ t : ℝ, g t = t) : g 2 = 2"),
    ("{G : Type*} [Group G] (a : G) (h : a * a = 1) : a⁻¹ = a",
     "{H : Type*} [Group H] {b : H} (h : b * b = 1) : b⁻¹ = b"),
    ("(P Q : Prop) (h : P → Q) : ¬ Q → ¬ P", "(P Q : Prop) (h : P → Q) (k : ¬ Q) : ¬ P"),
    ("(n : ℕ) (h : n % 2 = 1) : 8 ∣ n ^ 2 - 1", "(n : ℕ) (h : Odd n) : 8 ∣ n ^ 2 - 1"),
    ("(a b : ℕ) : a + b = b + a ∧ a * b = b * a", "(a b : ℕ) : a * b = b * a ∧ a + b = b + a"),
    ("(x : ℝ) (h : 0 < x) : 0 < x⁻¹", "(x : ℝ) (h : x > 0) : x⁻¹ > 0"),
    ("(n : ℕ) (h : n = 2 ∨ n = 3) : n.Prime", "(n : ℕ) (h : n = 3 ∨ n = 2) : Nat.Prime n"),
    ("(f : ℕ → ℕ) (h : StrictMono f) (n : ℕ) : n ≤ f n",
     "(f : ℕ → ℕ) (h : StrictMono f) : ∀ n, n ≤ f n"),
]  # fmt: skip
STRONGER = [
    ("(n : ℕ) (h : 4 ∣ n) : 2 ∣ n * n + n", "(n : ℕ) : 2 ∣ n * n + n"),
    ("(f : ℝ → ℝ) (h : Differentiable ℝ f) (k : f 0 = 0) : ∃ c, f c = 0 ∧ c ≤ 1",
     "(f : ℝ → ℝ) (k : f 0 = 0) : ∃ c, f c = 0 ∧ c ≤ 1"),
    ("(x : ℝ) (h : 1 < x) : x ^ 3 < x ^ 5", "(x : ℝ) (h : 1 < x) : x ^ 3 < x ^ 5 ∧ x < x ^ 7"),
]  # fmt: skip
WEAKER = [
    ("(a b : ℤ) : (a + b) ^ 7 ≡ a ^ 7 + b ^ 7 [ZMOD 7]",
     "(a b : ℤ) (h : Odd a) (k : b ^ 3 = 11) : (a + b) ^ 7 ≡ a ^ 7 + b ^ 7 [ZMOD 7]"),
    ("(p : ℕ) (h : p.Prime) (k : 3 < p) : 24 ∣ p ^ 2 - 1",
     "(p : ℕ) (h : p.Prime) (k : 3 < p) (l : p % 4 = 1) : 24 ∣ p ^ 2 - 1"),
]  # fmt: skip
NEITHER = [
    ("(a b : ℝ) : |a + b| ≤ |a| + |b|", "(a b : ℝ) : |a + b| ≤ |a + b|"),
    ("(n : ℕ) (h : n.Prime) : ∃ m > n, m.Prime", "(n : ℕ) (h : n.Prime) : True"),
    ("(p : ℕ) (h : p.Prime) (k : 2 < p) : Odd p", "(p : ℕ) (k : 2 < p) (h : Odd p) : p.Prime"),
    ("(n : ℕ) (h : 5 < n) : n ^ 2 < 2 ^ n", "(n : ℕ) (h : 9 < n) : n ^ 3 < 2 ^ n"),
    ("{G : Type*} [Group G] (a b : G) (h : a * b = 1) : b * a = 1",
     "{G : Type*} [CommGroup G] (a b c : G) (h : a * b = c) : b * a = c"),
    ("(x : ℝ) (h : 0 < x) : Real.log x ≤ x - 1", "(x : ℝ) (h : x < 0 ∧ 0 < x) : Real.log x ≤ x"),
]  # fmt: skip
TABLE = [
    *((pair, 1.0, ()) for pair in EQUIVALENT),
    *((pair, 0.0, ("stronger",)) for pair in STRONGER),
    *((pair, 0.0, ("weaker",)) for pair in WEAKER),
    *((pair, 0.0, None) for pair in NEITHER),
]


@pytest.fixture(scope="module")
def settings(tmp_path_factory):
    cache = str(tmp_path_factory.mktemp("cache"))
    return Settings(checker=f"project:{PROJECT}", judge="beq", cache=cache, time_limit=90)


async def score(settings, pairs):
    async with make_checker(settings) as lean, make_judge(settings, lean) as judge:
        asked = (
            judge.score(
                Problem("p", "", f"theorem r {reference} := by sorry", header=MATHLIB.preamble),
                Statement(MATHLIB.preamble, "candidate", signature),
            )
            for reference, signature in pairs
        )
        return judge.identity, await asyncio.gather(*asked)


async def test_every_tactic_works_under_this_mathlib(settings):
    identity, _ = await score(settings, [])
    assert "without" not in identity, "a tactic was dropped: see the warning"
    wanted = [t.name for t in tactic_list("mathlib", "4.27.0").of("equivalence")]
    assert all(name in identity for name in wanted)


async def test_a_table_of_known_pairs(settings):
    """What must be equivalent is; what is not never is. An `undecided` beside it is allowed."""
    _, found = await score(settings, [pair for pair, _, _ in TABLE])
    wrong = [
        (pair, got)
        for (pair, value, flags), got in zip(TABLE, found, strict=True)
        if got.value != value
        or (flags is not None and tuple(f for f in got.flags if f != "undecided") != flags)
    ]
    assert wrong == []


@pytest.mark.skipif(not SCRIPT, reason="LEANEVAL_BEQ_PLUS names no published script")
async def test_what_the_published_script_proves_is_proved_here(settings):
    """Both statements of a pair under one header, as the script has them; ours may prove more."""
    from lean_interact import AutoLeanServer, LeanREPLConfig, LocalProject

    script = runpy.run_path(SCRIPT)
    pairs = [(reference, other) for (reference, other), _, _ in TABLE]
    server = AutoLeanServer(LeanREPLConfig(project=LocalProject(directory=PROJECT)))
    theirs = [
        script["beq_plus"](
            f"theorem a {left} :=", f"theorem b {right} :=", MATHLIB.preamble, server, 60
        )
        for left, right in pairs
    ]
    _, ours = await score(settings, pairs)
    missed = [
        pair
        for pair, proved, got in zip(pairs, theirs, ours, strict=True)
        if proved and got.value != 1.0
    ]
    assert missed == []
