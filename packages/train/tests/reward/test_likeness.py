"""Partial credit: bounded, symmetrical, deaf to names and order, safe on any text."""

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crossfade_train.reward import likeness
from leaneval.extract import parse_reference
from leaneval.peano import development_problems

SIGNATURES = [parse_reference(p.reference).signature for p in development_problems()]
REFERENCE = "(n k : Nat) (h1 : Divides twelve n) : Divides four (add (mul six n) (mul four k))"
signatures = st.sampled_from(SIGNATURES)
pieces = st.lists(st.sampled_from([*"()[]{}:", "fun", "=>", "a", "Eq", "∀", "/-", '"', "\ud800"]))


@given(signatures, signatures)
def test_symmetrical_and_bounded(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@given(signatures)
def test_a_statement_is_like_itself(signature):
    assert likeness(signature, signature) == 1


@given(st.one_of(st.text(), pieces.map(" ".join)), st.one_of(st.text(), pieces.map(" ".join)))
def test_any_text_is_safe(one, other):
    assert likeness(one, other) == likeness(other, one)
    assert 0 <= likeness(one, other) <= 1


@pytest.mark.parametrize(
    "other",
    [
        "(a b : Nat) (h : Divides twelve a) : Divides four (add (mul six a) (mul four b))",
        "(k n : Nat) (h1 : Divides twelve n) : Divides four (add (mul six n) (mul four k))",
        "(n : Nat) (h1 : Divides twelve n) (k : Nat) : Divides four (add (mul six n) (mul four k))",
        "(n k : Nat) (h1 : (Divides (twelve) n)) : Divides four ((add (mul six n) (mul four k)))",
    ],
)
def test_names_order_and_idle_brackets_do_not_matter(other):
    assert likeness(REFERENCE, other) == 1


def test_hypotheses_have_no_order_but_variables_have_roles():
    one = "(p v : Nat) (h1 : Prime p) (h2 : Even v) : Composite (add p v)"
    assert likeness(one, "(p v : Nat) (h1 : Even v) (h2 : Prime p) : Composite (add p v)") == 1
    assert likeness(one, "(p v : Nat) (h1 : Prime v) (h2 : Even p) : Composite (add p v)") < 1


def test_names_bound_within_do_not_matter():
    one = "(m : Nat) : Exists (fun k => And (Gt k m) (Prime k))"
    assert likeness(one, "(m : Nat) : Exists (fun x => And (Gt x m) (Prime x))") == 1
    assert likeness(one, "(m : Nat) : Exists (fun k => And (Gt m k) (Prime m))") < 1


@pytest.mark.parametrize(
    ("nearer", "farther"),
    [
        ("(n k : Nat) (h1 : Divides twelve n) : Divides four (add (mul six n) (mul five k))",
         "(n k : Nat) (h1 : Divides ten n) : Divides four (add (mul six n) (mul five k))"),
        ("(n k : Nat) (h1 : Divides ten n) : Divides four (add (mul six n) (mul five k))",
         "(n k : Nat) : Divides four (mul six n)"),
        ("(n k : Nat) : Divides four (mul six n)", "(n : Nat) : Eq n n"),
    ],
)  # fmt: skip
def test_more_faults_are_less_alike(nearer, farther):
    assert 1 > likeness(REFERENCE, nearer) > likeness(REFERENCE, farther) > 0


def test_each_further_wrong_word_costs_on_average():
    """Words of real references are replaced one by one by a word that none of them has."""
    rng = random.Random(0)
    means = [0.0] * 5
    for signature in SIGNATURES:
        head, colon, goal = signature.partition(" : ")
        words = goal.split(" ")
        places = rng.sample(range(len(words)), min(4, len(words)))
        for count in range(5):
            for place in places[:count]:
                core = words[place].strip("()")
                words[place] = words[place].replace(core, "wrong") if core else words[place]
            means[count] += likeness(signature, head + colon + " ".join(words))
    assert means == sorted(means, reverse=True)
    assert len(set(means)) == 5


def test_the_unreadable_is_like_nothing():
    assert likeness("no colon", "no colon") == 0
    assert likeness(": /- open", ": /- open") == 0
    assert likeness(REFERENCE, "(" * 100_000) == 0


def test_depth_and_length_cost_no_more_than_time_to_read():
    started = time.process_time()
    likeness(REFERENCE, ": " + "(a " * 900 + ")" * 900)
    likeness(REFERENCE, ": " + "a " * 200_000)
    assert time.process_time() - started < 2
