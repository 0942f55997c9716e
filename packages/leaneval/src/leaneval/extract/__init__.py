"""From a rollout to the one statement in it, and from trusted text to a reference.

`extract` is the `strict` protocol, `study_source` and `study_statement` the study's own. All are
pure and total: a rollout that holds no statement is an `Extraction` with a rule, never an error.
Only `parse_reference` raises, because a broken reference is ours to mend.
"""

from leaneval.extract._migrate import MIGRATION, migrate
from leaneval.extract._reference import parse_reference
from leaneval.extract._rollout import RULES, Extraction, extract
from leaneval.extract._study import study_source, study_statement
from leaneval.extract._theorems import is_open_theorem, open_theorem, theorems

__all__ = [
    "MIGRATION",
    "RULES",
    "Extraction",
    "extract",
    "is_open_theorem",
    "migrate",
    "open_theorem",
    "parse_reference",
    "study_source",
    "study_statement",
    "theorems",
]
