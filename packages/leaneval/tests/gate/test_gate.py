import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval import profile
from leaneval.extract import RULES as EXTRACTION_RULES
from leaneval.extract import extract
from leaneval.gate import MATHLIB, RULES, gate
from leaneval.lean import UnterminatedError, tokens
from leaneval.types import Statement

PEANO = profile.PEANO.header
PROFILES = {"peano": PEANO, "mathlib": MATHLIB}
FINE = Statement("", "t", "(n : Nat) : Eq (add n zero) n")
# Rules that extraction leaves nothing for: they hold for statements made by other hands.
DIRECT = {
    "comment": replace(FINE, signature="(n : Nat) : Eq n /- x -/ n"),
    "header": replace(FINE, header="macro x"),
    "proof_in_statement": replace(FINE, signature=": Eq zero zero := foo"),
}


def rule_of(row):
    found = extract(row["rollout"])
    if found.statement is None:
        return found.rule
    rejection = gate(found.statement, header=PROFILES[row["profile"]])
    return rejection and rejection.rule


def test_every_adversarial_rollout_meets_its_rule(adversarial):
    assert len(adversarial) >= 80
    assert {row["name"]: rule_of(row) for row in adversarial} == {
        row["name"]: row["rule"] for row in adversarial
    }


def test_what_is_left_to_lean_passes_and_the_rest_does_not(adversarial):
    for row in adversarial:
        assert (row["expect"] == "rejected") == (row["rule"] is not None), row["name"]


def test_every_rule_is_met(adversarial):
    met = {row["rule"] for row in adversarial} | set(DIRECT)
    assert met >= set(RULES) | set(EXTRACTION_RULES)


@pytest.mark.parametrize("rule", DIRECT)
def test_rules_for_statements_made_by_other_hands(rule):
    rejection = gate(DIRECT[rule], header=PEANO)
    assert rejection is not None
    assert rejection.rule == rule
    assert rejection.message.startswith(RULES[rule])


HONEST = [
    "(n : ℕ) : n ! = n.factorial",
    "(s : Finset ℕ) : #s = s.card",
    "(definition h_end by_cases : Prop) : definition ∧ h_end",
    "(x : Foo) : x.end = x.def",
    "{G : Type*} [Group G] [Fintype G] (H : Subgroup G) [hH : H.Normal] : Nat.card H ∣ Nat.card G",
    "(p : ℕ) [Fact p.Prime] [NeZero p] : (p : ZMod p) = 0",
    "(n m : ℕ) : n%2 = 0 → m % 2 = 1",
    "(inner dist norm max : ℝ) : max = dist",
    "(f : ℝ → ℝ) : f '' {x | 0 < x} ⊆ f ⁻¹' {x' | x' < 1}",
    "(x : ℝ) : |x| ≤ 1 → ‖x‖ ≤ 1",
    ": ∃ f : ℕ → ℕ, ∀ x > 0, let y := f x; y = x",
    ": ∀ G [Group G] (h : Fintype G), h.card > 1",
    "(h : ∀ᶠ n in Filter.atTop, 0 < n) : (Nat.succ : ℕ → ℕ) 0 = 1",
    "(a : Fin 3 → ℝ) : a ⟨1, by norm_num⟩ = ![0, 1, 2] ⟨1, by decide⟩",
    "[TopologicalSpace (ℝ ×ₗ ℝ)] [OrderTopology (ℝ ×ₗ ℝ)] : True",
    ": {(x, y) : ℤ × ℤ | Even x ∧ Odd y} = ∅",
    "(K : Type*) [Field K] : (⊤ : Subfield K) = ⊤",
    "(μ : Measure ℝ) : ∫ x in (0:ℝ)..1, x ∂μ = 1/2",
    "(x : {x : ℝ //-1 < x}) : (0 : ℝ) < x + 1",
    "(f : ℝ → ℝ) : f <| 1 = f $ 1",
    "(A : Matrix (Fin 2) (Fin 2) ℝ) : Aᵀ.trace = A.trace",
]


@pytest.mark.parametrize("signature", HONEST)
def test_honest_statements_pass(signature):
    found = extract(f"```lean4\nimport Mathlib\n\ntheorem t {signature} := by\n  sorry\n```")
    assert found.statement is not None, found.message
    assert found.statement.signature == signature
    assert gate(found.statement, header=MATHLIB) is None


@pytest.mark.parametrize(
    "signature",
    [
        "(n : Nat) : Eq (add n (zero : Nat)) n",
        ": ∀ n : Nat, Even n → Not (Odd n)",
        ": Exists fun k => Eq k k",
    ],
)
def test_honest_peano_statements_pass(signature):
    assert gate(replace(FINE, signature=signature), header=PEANO) is None


@pytest.mark.parametrize(
    "header",
    [
        "import Mathlib\nimport Aesop\nset_option maxHeartbeats 400000\nopen BigOperators Real Nat",
        "import Mathlib.Data.Nat.Basic\nopen scoped Topology\nset_option autoImplicit false",
        "open Nat hiding add\nopen Real (pi sqrt)\nset_option pp.all true",
    ],
)
def test_honest_headers_pass(header):
    assert gate(replace(FINE, header=header), header=MATHLIB) is None


@pytest.mark.parametrize("header", ["", "prelude\nimport Peano", "import Peano\nopen Nat"])
def test_honest_peano_headers_pass(header):
    assert gate(replace(FINE, header=header), header=PEANO) is None


@pytest.mark.parametrize(
    "unit", ["∀ (a : T) ", "[A a] ", "(a : ", "let x := ", "| x ", "#a ", "by simp ", "Add ℕ ", "("]
)
def test_a_long_hostile_signature_is_answered_at_once(unit):
    statement = replace(FINE, signature=": " + unit * (19_900 // len(unit)))
    start = time.process_time()
    gate(statement, header=MATHLIB)
    assert time.process_time() - start < 1


PIECES = st.sampled_from(
    [
        *"()[]{}⟨⟩:,.#@$%|!'\"`«»-/+=ℝα ",
        "\n",
        " : ",
        ":=",
        "/-",
        "-/",
        "--",
        " axiom ",
        " by ",
        "let ",
        "(n : Nat)",
        "Eq n n",
        "∀ ",
        "fun ",
        "[Add ℕ]",
        "where",
        "#eval",
        "sorry",
        "\0",
        "\u200b",
        "\ud800",
    ]
)


@given(st.lists(PIECES, max_size=20).map("".join), st.sampled_from(["t", "a.b", "", "«x»", "t:"]))
def test_what_passes_is_balanced_and_holds_no_command(signature, name):
    statement = Statement("", name, signature)
    for policy in PROFILES.values():
        if gate(statement, header=policy) is not None:
            continue
        words = [token.text for token in tokens(signature)]
        for left, right in ("()", "[]", "{}", "⟨⟩"):
            assert words.count(left) == words.count(right)
        assert not {"axiom", "sorry", "#eval", "where"} & set(words)
        assert not any(mark in signature for mark in ("/-", '"', "`", "\0", "\u200b"))
        assert statement.name in ("t", "a.b")


@given(st.text(st.characters()), st.text(st.characters()), st.text(st.characters()))
def test_no_statement_raises(header, signature, context):
    for text in (signature, f"(n : Nat) : {signature}"):
        gate(Statement(header, "t", text, context=context), header=MATHLIB)
    try:
        tokens(signature)
    except UnterminatedError:
        assert gate(Statement("", "t", signature), header=MATHLIB) is not None
