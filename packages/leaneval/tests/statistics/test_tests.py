"""Sign flips, Holm and Wilson against scipy, by hand, and under the null hypothesis."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaneval.statistics import SignFlips, holm, permutation, wilson

SHARES = st.sampled_from([-1.0, -0.5, -0.125, 0.0, 0.125, 0.25, 1.0])
FEW = arrays(np.float64, st.integers(1, 10), elements=SHARES)
P_VALUES = st.lists(st.floats(0, 1, allow_nan=False), min_size=1, max_size=20)


def exact(differences: np.ndarray) -> float:
    """By scipy, over all sign patterns."""
    found = scipy.stats.permutation_test(
        (differences, np.zeros_like(differences)),
        lambda x, y, axis: np.mean(x - y, axis=axis),
        permutation_type="samples", vectorized=True, n_resamples=np.inf,
    )  # fmt: skip
    return float(found.pvalue)


@settings(max_examples=60, deadline=None)
@given(FEW)
def test_few_problems_are_enumerated_as_scipy_does(differences):
    if len(differences) == 1:  # scipy wants two
        assert permutation(differences, np.zeros(1)) == 1.0
    else:
        found = permutation(differences, np.zeros_like(differences))
        assert abs(found - exact(differences)) < 1e-9


def test_known_answers():
    assert permutation([1, 1, 1], [0, 0, 0]) == 2 / 8
    assert permutation([1] * 10, [0] * 10) == 2 / 2**10
    assert permutation([1, 0, 1], [0, 1, 1]) == 1.0
    assert permutation([0.5] * 4, [0.5] * 4) == 1.0
    assert permutation([3, 1], [0, 0]) == 0.5


def test_problems_without_a_difference_change_nothing():
    rng = np.random.default_rng(0)
    differences = rng.random(8) - 0.3
    padded = np.concatenate([np.zeros(500), differences])
    assert abs(permutation(padded, np.zeros(508)) - exact(differences)) < 1e-12


def test_many_problems_agree_with_scipy_up_to_the_noise_of_resampling():
    rng = np.random.default_rng(3)
    a, b = rng.random((2, 200))
    a += 0.05
    theirs = scipy.stats.permutation_test(
        (a, b), lambda x, y, axis: np.mean(x - y, axis=axis), permutation_type="samples",
        vectorized=True, n_resamples=20_000, rng=np.random.default_rng(1),
    ).pvalue  # fmt: skip
    assert 0.01 < theirs < 0.5
    ours = permutation(a, b, resamples=20_000)
    assert ours == pytest.approx(theirs, abs=4 * np.sqrt(theirs / 20_000) + 1e-4)


def test_p_is_never_zero():
    p = permutation(np.full(100, 0.5), np.zeros(100))
    assert p == pytest.approx(1 / 10_001, rel=1e-9)


def test_seeds_are_averaged_before_signs_are_flipped():
    rng = np.random.default_rng(4)
    a, b = rng.random((3, 9)), rng.random((2, 9))
    assert permutation(a, b) == permutation(a.mean(axis=0), b.mean(axis=0))
    with pytest.raises(ValueError, match="same problems, got 9 and 8"):
        permutation(a, b[:, :8])


@settings(max_examples=40, deadline=None)
@given(FEW, st.randoms(use_true_random=False))
def test_neither_order_nor_direction_nor_scale_matter(differences, random):
    zeros = np.zeros_like(differences)
    p = permutation(differences, zeros)
    shuffled = np.array(random.sample(list(differences), len(differences)))
    assert permutation(shuffled, zeros) == p
    assert permutation(zeros, differences) == p
    assert permutation(3 * differences, zeros) == p
    assert 0 < p <= 1


@settings(max_examples=60, deadline=None)
@given(arrays(np.float64, st.integers(1, 5), elements=SHARES), st.data())
def test_missing_data_give_the_largest_p_that_they_could(low, data):
    """Against every completion on a lattice between the bounds."""
    width = data.draw(arrays(np.float64, len(low), elements=st.sampled_from([0.0, 0.25, 0.5])))
    found = SignFlips(len(low)).p_values(low[None], (low + width)[None])[0]
    choices = [np.unique([a, a + w / 2, a + w]) for a, w in zip(low, width, strict=True)]
    largest = max(
        SignFlips(len(low)).p_values(np.array(chosen)[None])[0] for chosen in product(*choices)
    )
    assert found >= largest - 1e-12
    if not (low.sum() <= 0 <= (low + width).sum()):
        assert found == pytest.approx(largest, abs=1e-12)


def test_rows_are_tested_each_by_itself():
    rng = np.random.default_rng(6)
    rows = rng.normal(0.1, 1, size=(7, 300))
    rows[3, 5:] = 0  # enumerated, among others that are not
    together = SignFlips(300).p_values(rows)
    alone = [SignFlips(300).p_values(row[None])[0] for row in rows]
    assert together.tolist() == alone


@pytest.mark.slow
def test_under_the_null_hypothesis_p_is_uniform():
    rng = np.random.default_rng(8)
    ease = rng.random((2_000, 60))
    a, b = rng.binomial(8, ease) / 8, rng.binomial(8, ease) / 8
    p = SignFlips(60, resamples=2_000).p_values(a - b)
    for level in (0.01, 0.05, 0.2, 0.5):
        assert (p <= level).mean() == pytest.approx(level, abs=4 * np.sqrt(level / 2_000))


def test_holm_by_hand():
    assert holm([0.01, 0.04, 0.03]).tolist() == pytest.approx([0.03, 0.06, 0.06], abs=1e-12)
    assert holm([0.5, 0.9]).tolist() == [1.0, 1.0]
    assert holm([0.2]).tolist() == [0.2]
    assert holm([]).tolist() == []
    with pytest.raises(ValueError, match="in \\[0, 1\\]"):
        holm([0.1, 1.2])


@given(P_VALUES)
def test_holm_rejects_what_the_step_down_procedure_rejects(p_values):
    """The procedure as Holm states it: stop at the first that is not small enough."""
    adjusted, alpha = holm(p_values), 0.05
    order = np.argsort(p_values, kind="stable")
    rejected = set()
    for step, i in enumerate(order):
        if p_values[i] * (len(p_values) - step) > alpha:
            break
        rejected.add(int(i))
    assert {i for i, p in enumerate(adjusted) if p <= alpha} == rejected
    assert all(new >= old for new, old in zip(adjusted, p_values, strict=True))


@given(P_VALUES, st.randoms(use_true_random=False))
def test_holm_does_not_see_the_order(p_values, random):
    order = random.sample(range(len(p_values)), len(p_values))
    shuffled = holm([p_values[i] for i in order])
    assert shuffled.tolist() == holm(p_values)[order].tolist()


@pytest.mark.parametrize(("k", "n"), [(0, 10), (51, 98), (55, 98), (98, 98), (1, 1)])
def test_wilson_by_its_formula(k, n):
    z, p = scipy.stats.norm.ppf(0.975), k / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    found = wilson(k, n)
    assert found.value == p
    assert abs(found.low - max(0, middle - half)) < 1e-9
    assert abs(found.high - min(1, middle + half)) < 1e-9


def test_wilson_refuses_what_is_no_proportion():
    for k, n in ((1, 0), (3, 2), (-1, 2)):
        with pytest.raises(ValueError, match="successes"):
            wilson(k, n)


def test_more_problems_than_a_float_has_powers_are_no_matter():
    """2 to the power of 1,200 is no float; a warning would be an error here."""
    rows = np.full((1, 1_200), 0.5)
    assert SignFlips(1_200, resamples=1_000).p_values(rows) == pytest.approx(1 / 1_001)
