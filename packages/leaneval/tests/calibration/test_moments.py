"""The corrected estimator against closed cases and against every possible error of a judge."""

from __future__ import annotations

from itertools import combinations, product
from math import comb, prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leaneval.calibration._moments import Tally, polynomial, powers, weights_of
from leaneval.metrics import pass_at_k


def corrected(tally: Tally, k: int, sensitivity: float, specificity: float) -> float:
    weights = weights_of(np.array([sensitivity]), np.array([specificity]))
    return 1 - float((polynomial(tally, k) * powers(*weights, k)).sum())


def distinct(failing: int, passed: int, refused: int) -> Tally:
    return Tally(failing, 0, (1,) * passed, (1,) * refused)


def probability(truth: list[bool], answers: tuple[bool, ...], se: float, sp: float) -> float:
    """Of a judge's answers to statements of that truth."""
    rates = (se if right else 1 - sp for right in truth)
    return prod(r if passes else 1 - r for r, passes in zip(rates, answers, strict=True))


@pytest.mark.parametrize("k", [1, 2, 4, 8])
@pytest.mark.parametrize(("failing", "passed"), [(0, 0), (0, 8), (3, 2), (8, 0), (1, 6)])
def test_a_perfect_judge_needs_no_correction(failing: int, passed: int, k: int):
    tally = distinct(failing, passed, 8 - failing - passed)
    assert corrected(tally, k, 1.0, 1.0) == pytest.approx(pass_at_k(8, passed, k), abs=1e-12)


@pytest.mark.parametrize(("se", "sp"), [(0.87, 0.93), (1.0, 0.6), (0.7, 0.5)])
def test_one_rollout_is_rogan_and_gladen(se: float, sp: float):
    compiling, passing, n = 6, 4, 8
    among = (passing / compiling + sp - 1) / (se + sp - 1)
    assert corrected(distinct(2, 4, 2), 1, se, sp) == pytest.approx(among * compiling / n)


@given(
    truth=st.lists(st.sampled_from([None, True, False]), min_size=1, max_size=6),
    se=st.floats(0.6, 1.0),
    sp=st.floats(0.6, 1.0),
)
def test_unbiased_over_every_answer_that_a_judge_may_give(
    truth: list[bool | None], se: float, sp: float
):
    """Exact: the estimator's mean over all answers, each with its probability, is the truth."""
    compiling = [r for r in truth if r is not None]
    n, right = len(truth), sum(compiling)
    mean = np.zeros(n)
    for answers in product([True, False], repeat=len(compiling)):
        chance = probability(compiling, answers, se, sp)
        tally = distinct(n - len(compiling), sum(answers), len(answers) - sum(answers))
        mean += [chance * corrected(tally, k, se, sp) for k in range(1, n + 1)]
    assert mean == pytest.approx([pass_at_k(n, right, k) for k in range(1, n + 1)], abs=1e-9)


@given(
    sizes=st.lists(st.integers(1, 3), min_size=1, max_size=3),
    failing=st.integers(0, 2),
    truth=st.integers(0, 7),
    se=st.floats(0.6, 1.0),
    sp=st.floats(0.6, 1.0),
)
def test_unbiased_where_rollouts_repeat_a_statement(
    sizes: list[int], failing: int, truth: int, se: float, sp: float
):
    """Rollouts of one statement get one answer: still the truth, on average, for every k."""
    is_right = [bool(truth >> i & 1) for i in range(len(sizes))]
    n = failing + sum(sizes)
    right = sum(s for s, r in zip(sizes, is_right, strict=True) if r)
    mean = np.zeros(n)
    for answers in product([True, False], repeat=len(sizes)):
        chance = probability(is_right, answers, se, sp)
        groups = [
            tuple(s for s, a in zip(sizes, answers, strict=True) if a is w) for w in (True, False)
        ]
        tally = Tally(failing, 0, *groups)
        mean += [chance * corrected(tally, k, se, sp) for k in range(1, n + 1)]
    assert mean == pytest.approx([pass_at_k(n, right, k) for k in range(1, n + 1)], abs=1e-9)


def test_the_polynomial_is_the_mean_over_subsets():
    """Against the definition: the product of x over each k-subset, a statement counted once."""
    tally = Tally(failing=2, right=1, passed=(2, 1), refused=(3,), wrong=1)
    x_pass, x_fail = -0.3, 1.2
    rollouts = [("fail", 1.0, i) for i in range(3)] + [("right", 0.0, 0)]
    rollouts += [("a", x_pass, 0)] * 2 + [("b", x_pass, 0)] + [("c", x_fail, 0)] * 3
    for k in range(1, 11):
        products = [np.prod([x for _, x, _ in set(subset)]) for subset in combinations(rollouts, k)]
        value = (polynomial(tally, k) * powers(np.array([x_pass]), np.array([x_fail]), k)).sum()
        assert value == pytest.approx(sum(products) / comb(10, k), abs=1e-12)


def test_a_judge_no_better_than_guessing_has_no_correction():
    weights = weights_of(np.array([0.5, 0.4, 0.9]), np.array([0.5, 0.5, 0.9]))
    assert np.isnan(weights[0]).tolist() == [True, True, False]
    assert np.isnan(weights[1]).tolist() == [True, True, False]
