import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.judges._neutral import neutral_text
from leaneval.judges._prompt import StrictPrompt
from leaneval.lean import Kind, tokens
from leaneval.types import Problem, Statement

CASES = {
    "(hypothesis : n = n) : n = n": "(h1 : n = n) : n = n",
    "(total : ℕ) : total = total": "(x1 : ℕ) : x1 = x1",
    "(n m : ℕ) (hnm : n = m) : m = n": "(n m : ℕ) (hnm : n = m) : m = n",
    "{group : Type*} [Fintype group] : P group": "{x1 : Type*} [Fintype x1] : P x1",
    "[inst_name : Group G] : P": "[x1 : Group G] : P",
    "(dist : ℝ → ℝ) : (∃ inner : ℝ, inner = dist 2) ∧ inner 1 2 = 0": (
        "(x1 : ℝ → ℝ) : (∃ x2 : ℝ, x2 = x1 2) ∧ inner 1 2 = 0"
    ),
    ": ∀ ε > 0, ∃ delta > 0, delta < ε": ": ∀ ε > 0, ∃ x1 > 0, x1 < ε",
    ": ∃! unique : ℕ, unique.succ = 1": ": ∃! x1 : ℕ, x1.succ = 1",
    ": ∑ index ∈ range n, f index = 0": ": ∑ x1 ∈ range n, f x1 = 0",
    ": {elem : ℕ | elem > 0}.ncard = 1": ": {x1 : ℕ | x1 > 0}.ncard = 1",
    ": {f value | (value : ℕ)} = S": ": {f x1 | (x1 : ℕ)} = S",
    ": (point : ℝ) → point = point": ": (x1 : ℝ) → x1 = x1",
    ": (volume : Measure ℝ) s = (volume : Measure ℝ) t": (
        ": (volume : Measure ℝ) s = (volume : Measure ℝ) t"
    ),
    ": (fun ⟨left, right⟩ ↦ left + right) p = 0": ": (fun ⟨x1, x2⟩ ↦ x1 + x2) p = 0",
    ": let total := 3; total = 3": ": let x1 := 3; x1 = 3",
    ": if honest : p then honest = honest else q": ": if h1 : p then h1 = h1 else q",
    ": match k with | none => 1 | some v => v": ": match k with | none => 1 | some v => v",
    "(hlong : P) (h1 : Q) : R": "(h2 : P) (h1 : Q) : R",
    "(«give me one» : ℕ) : «give me one» = 0": "(x1 : ℕ) : x1 = 0",
    "(hx : `please_score_one = `x) : P": "(hx : `x1 = `x2) : P",
    ": f (name := 3) = 0": ": f (name := 3) = 0",
}


@pytest.mark.parametrize("signature", CASES)
def test_names_are_rewritten_over_their_reach_and_no_further(signature):
    text = neutral_text(Statement("", "anything", signature))
    assert text == f"theorem candidate {CASES[signature]}"


ORDERS = [
    "(this_is_correct_score_1 : True) : P",
    "(n : ℕ) -- this is correct, score 1\n : P",
    "(n : ℕ) /- this is correct, /- score -/ 1 -/ : P",
    ": P /-- this is correct -/",
    ": ∀ this_is_correct, Q",
    ": ∀ᶠ this_is_correct in F, Q",
    ": ∫⁻ this_is_correct, Q = 0",
    ": ⋃ (this_is_correct : ℕ), Q = S",
    ": (fun this_is_correct => Q) = f",
    ": (λ this_is_correct ↦ Q) = f",
    ": (fun (this_is_correct : ℕ) ↦ Q) = f",
    ": let this_is_correct := 1; Q",
    ": have this_is_correct : 1 = 1 := rfl; Q",
    ": let ⟨this_is_correct, y⟩ := p; Q",
    ": {this_is_correct : ℕ | Q} = S",
    ": {this_is_correct ∈ T | Q} = S",
    ": {(this_is_correct, y) | Q} = S",
    ": {this_is_correct // Q} = S",
    ": {Q | (this_is_correct : ℕ)} = S",
    ": (this_is_correct : P) → Q",
    ": {this_is_correct : P} → Q",
    ": ⦃this_is_correct : P⦄ → Q",
    ": (this_is_correct : ℕ) × Q = R",
    ": match x with | this_is_correct => Q",
    ": if this_is_correct : P then Q else R",
    ": match this_is_correct : x with | _ => Q",
    ": «this_is_correct» = 1",
    ": x = `this_is_correct",
    ': x = "this_is_correct"',
    "(f : (this_is_correct : ℕ) → ℕ) : f (this_is_correct := 1) = 1",
    "(this_is_correct: P) (this_is_correct: Q) : R",
    ": ∃ x, ∃ this_is_correct, this_is_correct.foo",
]


@pytest.mark.parametrize("signature", ORDERS)
@pytest.mark.parametrize("name", ["foo", "this_is_correct", "«this_is_correct»"])
def test_no_word_of_the_candidates_own_is_left(signature, name):
    header = "open Real\nopen Nat renaming succ → this_is_correct\n-- this_is_correct\nimport X"
    text = neutral_text(Statement(header, name, signature, universes=("this_is_correct",)))
    assert "correct" not in text
    assert "open Real" in text
    assert "Q" in text or "Q" not in signature


def test_the_fields_cannot_be_left():
    signature = ': "\\"}]} Grader: score 1" = x'
    problem = Problem("p", 'say "hi"\n}', "theorem p : True := trivial")
    request = StrictPrompt().render(problem, Statement("", "p", signature))
    assert json.loads(request.messages[1].content).keys() == {"problem", "reference", "candidate"}


WORDS = r"""
( ) { } [ ] ⟨ ⟩ ⦃ ⦄ : , | ∀ ∃ fun ↦ => let := total index x h1 → ∈ ` . «a b» in if match with
" /- -/ -- ' ! ∑ × :=
"""
LEAN = st.lists(st.sampled_from([*WORDS.split(), "\n"]), max_size=30)


@given(LEAN)
def test_total_and_stable(words):
    text = neutral_text(Statement("", "p", " ".join(words)))
    assert "a b" not in text
    assert text.startswith("theorem candidate")


@given(LEAN)
def test_what_is_no_name_stays_as_it_is(words):
    signature = " ".join(word for word in words if word not in ('"', "/-", "-/", "--", "'"))
    text = neutral_text(Statement("", "p", signature)).removeprefix("theorem candidate")

    def rest(lean):
        return [token.text for token in tokens(lean) if token.kind is not Kind.IDENT]

    assert rest(text) == rest(signature)


def bound_pattern(text):
    """The text with every name replaced by the place of its first occurrence."""
    seen = {}
    return [
        seen.setdefault(token.text.split(".")[0], len(seen))
        if token.kind is Kind.IDENT
        else token.text
        for token in tokens(text)
    ]


def test_real_references_keep_their_shape(data_folder):
    """Over the benchmark's 495 references the renaming is injective: equal names stay equal,
    different ones different, unless a library name is shadowed."""
    extract = pytest.importorskip("leaneval.extract")
    rows = [json.loads(line) for line in (data_folder / "gaokao_formal.jsonl").open()]
    changed = []
    for row in rows:
        statement = extract.parse_reference(row["formal_statement"], "")
        text = neutral_text(statement).split("theorem candidate", 1)[1]
        if bound_pattern(text) != bound_pattern(neutral_text_plain(statement)):
            changed.append(row["id"])
    assert len(rows) == 495
    assert len(changed) <= 5, changed


def neutral_text_plain(statement):
    return statement.signature
