"""Answer injection: the answer of a find-type problem, from its Lean target into its prompt.

A problem that says "find" keeps its answer in the Lean statement only. `inject` reads the
statement with a parser, finds the answer and its place, and appends one natural sentence, so that
a model translates instead of solving.

Invariant: nothing wrong is ever injected. Where the answer is open, already given, not plainly
readable or not what the text asks for, the prompt stays as it was, with a reason.

Out of scope: checking that an answer is right; the Lean target is taken at its word.
"""

from crossfade_splits.inject._file import InjectionSummary, inject_file
from crossfade_splits.inject._inject import REASONS, Injection, inject

__all__ = ["REASONS", "Injection", "InjectionSummary", "inject", "inject_file"]
