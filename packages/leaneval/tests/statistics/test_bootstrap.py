"""The bootstrap against numpy and scipy, known answers, and its coverage by simulation."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leaneval.statistics import Bootstrap, Estimate

RNG = np.random.default_rng(7)
TABLES = arrays(
    np.float64,
    st.tuples(st.integers(1, 4), st.integers(1, 12)),
    elements=st.sampled_from([0.0, 0.125, 0.3, 1.0]),
)


def drawn(bootstrap: Bootstrap, seeds: int, problems: int) -> tuple[np.ndarray, np.ndarray]:
    """Each resample's weights of problems and of seeds, from the means of indicator tables."""
    by_problem = [np.tile(np.eye(problems)[p], (seeds, 1)) for p in range(problems)]
    by_seed = [np.tile(np.eye(seeds)[s][:, None], (1, problems)) for s in range(seeds)]
    return bootstrap.means(np.stack(by_problem)).T, bootstrap.means(np.stack(by_seed)).T


def test_means_are_those_of_the_drawn_problems_and_seeds():
    seeds, problems = 3, 17
    table = RNG.random((seeds, problems))
    bootstrap = Bootstrap(seeds, problems, resamples=2_500)
    weights, seed_weights = drawn(bootstrap, seeds, problems)
    assert np.allclose(weights.sum(axis=1), 1, atol=1e-12)
    assert np.allclose(seed_weights.sum(axis=1), 1, atol=1e-12)
    for number, mean in enumerate(bootstrap.means(table)):
        rows = np.repeat(np.arange(seeds), np.rint(seed_weights[number] * seeds).astype(int))
        columns = np.repeat(np.arange(problems), np.rint(weights[number] * problems).astype(int))
        assert (len(rows), len(columns)) == (seeds, problems)
        assert abs(mean - table[np.ix_(rows, columns)].mean()) < 1e-9


def test_an_interval_is_the_percentiles_of_the_draws():
    table = RNG.random((2, 40))
    bootstrap = Bootstrap(2, 40)
    draws = np.sort(bootstrap.means(table))
    found = bootstrap.estimate(table)
    place = 0.025 * (len(draws) - 1)
    whole, part = int(place), place - int(place)
    by_hand = draws[whole] + part * (draws[whole + 1] - draws[whole])
    assert abs(found.value - table.mean()) < 1e-9
    assert abs(found.low - by_hand) < 1e-9
    assert abs(found.high - np.percentile(draws, 97.5)) < 1e-9


def test_agrees_with_scipys_bootstrap_up_to_the_noise_of_resampling():
    values = RNG.random(300)
    ours = Bootstrap(1, 300).estimate(values[None])
    theirs = scipy.stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=10_000, rng=np.random.default_rng(1)
    )
    spread = theirs.standard_error
    assert abs(ours.low - theirs.confidence_interval.low) < 0.15 * spread
    assert abs(ours.high - theirs.confidence_interval.high) < 0.15 * spread


def test_the_spread_over_problems_and_seeds_is_that_of_the_two_way_bootstrap():
    """Owen 2007: seeds and problems are drawn apart, and both add to the variance."""
    seeds, problems = 6, 50
    by_seed, by_problem = RNG.normal(size=(seeds, 1)), RNG.normal(size=(1, problems))
    draws = Bootstrap(seeds, problems, resamples=40_000).means(by_seed + by_problem)
    expected = by_seed.var() / seeds + by_problem.var() / problems
    assert draws.var() == pytest.approx(expected, rel=0.05)


def test_known_answers():
    assert Bootstrap(1, 5).estimate(np.full((1, 5), 0.25)) == Estimate(0.25, 0.25, 0.25)
    assert Bootstrap(1, 1).estimate(np.array([[0.3]])) == Estimate(0.3, 0.3, 0.3)
    half = Bootstrap(1, 400).estimate(np.repeat([0.0, 1.0], 200)[None])
    binomial = scipy.stats.binom(400, 0.5)
    assert half.low == pytest.approx(binomial.ppf(0.025) / 400, abs=0.0051)
    assert half.high == pytest.approx(binomial.ppf(0.975) / 400, abs=0.0051)
    assert half.excludes_zero
    assert not Estimate(0.1, -0.1, 0.3).excludes_zero
    assert Estimate(-0.2, -0.3, -0.1).excludes_zero


def test_differences_of_draws_are_draws_of_the_difference():
    """What makes comparisons paired: also over instances, and with missing data as bounds."""
    a, b = RNG.random((2, 3, 30))
    direct = Bootstrap(3, 30).means(a - b)
    assert np.allclose(Bootstrap(3, 30).means(a) - Bootstrap(3, 30).means(b), direct, atol=1e-9)


def test_what_the_conditions_share_drops_out_of_their_difference():
    hard = RNG.random((1, 200))
    bootstrap = Bootstrap(1, 200)
    gain = bootstrap.estimate((hard + 0.1) - hard)
    alone = bootstrap.estimate(hard)
    assert gain.high - gain.low < 1e-9
    assert alone.high - alone.low > 0.05


def test_missing_data_widen_the_interval_to_their_bounds():
    low = RNG.integers(0, 2, size=(2, 60)).astype(float)
    high = low.copy()
    high[:, :6] = 1.0
    bootstrap = Bootstrap(2, 60)
    found = bootstrap.estimate(low, high)
    assert found.low == bootstrap.estimate(low).low
    assert found.high == bootstrap.estimate(high).high
    assert found.value == pytest.approx((low.mean() + high.mean()) / 2, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_metrics_and_a_scale_change_nothing(table, random):
    bootstrap = Bootstrap(*table.shape, resamples=200)
    others = [table * 0.5, 1 - table, table]
    order = random.sample(range(3), 3)
    together = bootstrap.means(np.stack([others[i] for i in order]))
    for place, i in enumerate(order):
        assert np.allclose(together[place], bootstrap.means(others[i]), atol=1e-12)
    assert np.allclose(bootstrap.means(1 - table), 1 - bootstrap.means(table), atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(TABLES, st.randoms(use_true_random=False))
def test_the_order_of_problems_and_seeds_matters_by_noise_alone(table, random):
    seeds, problems = table.shape
    rows, columns = random.sample(range(seeds), seeds), random.sample(range(problems), problems)
    shuffled = table[np.ix_(rows, columns)]
    one = Bootstrap(seeds, problems).estimate(table)
    other = Bootstrap(seeds, problems).estimate(shuffled)
    assert one.value == pytest.approx(other.value, abs=1e-12)
    noise = 0.06 * (table.max() - table.min())  # quantiles of a lattice with steps this wide
    steps = noise + 1 / problems
    assert abs(one.low - other.low) <= steps
    assert abs(one.high - other.high) <= steps


def test_the_same_seed_gives_the_same_numbers_and_another_gives_others():
    table = RNG.random((2, 50))
    assert Bootstrap(2, 50).estimate(table) == Bootstrap(2, 50).estimate(table)
    assert Bootstrap(2, 50, seed=1).estimate(table) != Bootstrap(2, 50).estimate(table)


def test_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"\(2, 5\), got \(1, 5\)"):
        Bootstrap(2, 5).means(np.zeros((1, 5)))
    with pytest.raises(ValueError, match="at least one seed"):
        Bootstrap(0, 5)


def rollouts(rng: np.random.Generator, seeds: int, problems: int, spread: float) -> np.ndarray:
    """S@1 of 8 rollouts a problem, where problem and seed both matter; true mean about 1/2."""
    ease = rng.normal(0, 1.5, size=(1, problems)) + rng.normal(0, spread, size=(seeds, 1))
    return rng.binomial(8, 1 / (1 + np.exp(-ease))) / 8


@pytest.mark.slow
@pytest.mark.parametrize(
    ("seeds", "problems", "spread", "least", "most"),
    [(1, 40, 0, 0.92, 0.97), (1, 300, 0, 0.93, 0.97), (3, 200, 0.3, 0.70, 0.90),
     (5, 200, 0.3, 0.80, 0.94), (20, 200, 0.3, 0.91, 0.97)],
)  # fmt: skip
def test_coverage(seeds, problems, spread, least, most):
    """95 % over problems; with few seeds less, as docs/method.md says."""
    rng = np.random.default_rng(11)
    hit, times = 0, 1_000
    bootstrap = Bootstrap(seeds, problems, resamples=1_000)
    for _ in range(times):
        found = bootstrap.estimate(rollouts(rng, seeds, problems, spread))
        hit += found.low <= 0.5 <= found.high
    assert least <= hit / times <= most


@pytest.mark.slow
def test_coverage_of_a_paired_difference():
    rng = np.random.default_rng(5)
    ease = rng.normal(0, 1.5, size=200_000)
    a, b = (1 / (1 + np.exp(-(ease + shift))) for shift in (0.3, 0.0))
    truth, hit, times = float((a - b).mean()), 0, 1_000
    bootstrap = Bootstrap(1, 100, resamples=1_000)
    for _ in range(times):
        chosen = rng.choice(len(ease), 100)
        difference = (rng.binomial(8, a[chosen]) - rng.binomial(8, b[chosen])) / 8
        found = bootstrap.estimate(difference[None])
        hit += found.low <= truth <= found.high
    assert 0.92 <= hit / times <= 0.97
