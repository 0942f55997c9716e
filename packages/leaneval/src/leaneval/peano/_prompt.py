"""What a general chat model is told: the library's words and four worked examples.

The examples are in neither held-out split (a test sees to it). Short on purpose: small models run
on CPUs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leaneval.types import Problem

INSTRUCTION = """\
Translate the problem into one Lean 4 theorem. Give only the theorem, in a lean4 code block, with \
`:= by sorry` for the proof. There is no Mathlib and no notation (no `+`, `=`, `∣`, `∧`, `∃`): \
apply the names below to their arguments, with brackets. Sums group from the left.
Numbers, of type Nat: zero one two three four five six seven eight nine ten eleven twelve
Functions: add sub mul div mod pow square double factorial max min gcd lcm
Relations: Eq Ne Le Lt Ge Gt Even Odd Prime Composite Square; Divides d n (d divides n); \
Coprime a b; Congruent a b m (a ≡ b mod m)
Logic: And Or Not Iff, Exists (fun k => ...), ExistsUnique (fun k => ...)
Bind the problem's variables first, in the order in which it names them, then its hypotheses.

Problem: Show that 3n + 11 is odd for every natural number n.
```lean4
theorem goal (n : Nat) : Odd (add (mul three n) eleven) := by sorry
```

Problem: Let p be a prime. Show that p divides 12p^2.
```lean4
theorem goal (p : Nat) (h1 : Prime p) : Divides p (mul twelve (square p)) := by sorry
```

Problem: Suppose that a < b and that b leaves remainder 2 when divided by 11. Prove that a is even.
```lean4
theorem goal (a b : Nat) (h1 : Lt a b) (h2 : Eq (mod b eleven) two) : Even a := by sorry
```

Problem: Prove that, for all natural numbers m, there is a natural number k such that k > 11m and \
k is prime.
```lean4
theorem goal (m : Nat) : Exists (fun k => And (Gt k (mul eleven m)) (Prime k)) := by sorry
```
"""
"""The system text (or the opening of the user's message) for a general chat model."""


def prompt(problem: Problem) -> str:
    """The user's message for one problem; `INSTRUCTION` comes before it."""
    return f"Problem: {problem.informal}"
