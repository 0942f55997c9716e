"""What a rollout asks of the checker, under both protocols."""

import pytest

from leaneval.candidate import read
from leaneval.extract import is_open_theorem, open_theorem, study_source
from leaneval.profile import PEANO
from leaneval.types import FileClaim, StatementClaim, VerdictKind

SIGNATURE = "(n : Nat) : Eq (add n zero) n"


def fenced(text: str) -> str:
    return f"Here it is.\n```lean4\n{text}\n```\n"


PLAIN = f"theorem t {SIGNATURE} := by sorry"


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        f"theorem t {SIGNATURE} :=\n  sorry",
        f"prelude\nimport Peano\n\n{PLAIN}",
        f"-- a thought\ntheorem t /- why -/ {SIGNATURE} := by sorry",
        f"theorem elsewhere\n  {SIGNATURE} :=\n  by sorry",
    ],
)
def test_one_open_theorem_is_one_question_under_both_protocols(text: str):
    candidate = read(fenced(text), PEANO)
    assert candidate.same_question
    assert isinstance(candidate.strict, StatementClaim)
    assert candidate.strict.statement.signature.split() == SIGNATURE.split()
    assert candidate.study == StatementClaim(candidate.strict.statement, "default")


@pytest.mark.parametrize(
    "text",
    [
        f"theorem t {SIGNATURE} := by simp",
        f"lemma t {SIGNATURE} := by sorry",
        f"@[simp] theorem t {SIGNATURE} := by sorry",
        f"private theorem t {SIGNATURE} := by sorry",
        f"theorem t {SIGNATURE} := foo := by sorry",
        f"{PLAIN}\n#print axioms t",
        f"#eval one\n{PLAIN}",
        f"theorem t {SIGNATURE} := by sorry)",
    ],
)
def test_anything_else_is_compiled_whole_under_study(text: str):
    candidate = read(fenced(text), PEANO)
    assert isinstance(candidate.study, FileClaim)
    assert text in candidate.study.text


def test_a_name_does_not_make_a_statement_another_but_its_namespace_does():
    names = ("a", "b", "Nat.a", "Nat.b")
    claims = [read(fenced(f"theorem {name} {SIGNATURE} := sorry"), PEANO).strict for name in names]
    assert claims[0] == claims[1] != claims[2] == claims[3]


def test_the_cheap_answer_never_contradicts_the_careful_one():
    for text in (PLAIN, f"{PLAIN} ", f"theorem t {SIGNATURE} := by\n sorry", "theorem t : True"):
        candidate = read(fenced(text), PEANO)
        if candidate.statement and is_open_theorem(text.strip(), candidate.statement):
            source = study_source(fenced(text), PEANO.preamble)
            assert source is not None
            careful = open_theorem(source, PEANO.preamble)
            assert careful is not None
            assert careful.signature == candidate.statement.signature


@pytest.mark.parametrize("rollout", ["", "I cannot.", "<think>theorem t : True", "\x00", "\ud800"])
def test_no_lean_is_a_verdict_under_both(rollout: str):
    candidate = read(rollout, PEANO)
    assert candidate.strict.kind is VerdictKind.REJECTED
    assert candidate.study.kind is VerdictKind.FAILS
