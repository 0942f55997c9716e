"""The gate: what a candidate's statement may not contain, decided on its tokens before Lean runs.

It protects the file that the checker assembles and the neighbours in it, no more; what a
statement means is for Lean and the judge. Invariant: a statement that passes is one balanced
signature without comments, commands, literals of text or names that tokens could hide behind.
References are trusted and never come here.
"""

from leaneval.gate._gate import gate
from leaneval.gate._policy import MATHLIB, HeaderPolicy, prelude
from leaneval.gate._rules import RULES, VERSION, Rejection

__all__ = ["MATHLIB", "RULES", "VERSION", "HeaderPolicy", "Rejection", "gate", "prelude"]
