"""Two judges and people: every statement in one cell."""

import numpy as np
import pytest
from scipy.stats import binomtest
from sklearn.metrics import cohen_kappa_score

from leaneval.calibration import Judged, read_labels, study
from leaneval.errors import UsageError


def judged(name, passes, outside=()):
    passes = np.array([np.nan if p is None else p for p in passes], float)
    mask = np.isin(np.arange(len(passes)), list(outside))
    return Judged(name, passes, passes, "score >= 0.7", 0.7, mask, ("",) * len(passes))


@pytest.fixture
def pair(write, rows):
    def make(first, second, outside=(), **columns):
        labels = read_labels(write(rows(len(first), **columns)))
        judges = [judged("a", first), judged("b", second, outside)]
        (found,) = study(labels, judges, resamples=300).pairs
        return found

    return make


def test_every_statement_is_in_one_cell(pair):
    first = [1, 0, 1, 0, None, 1, 1, 0, None, 0, 1, 1]
    second = [1, 1, 0, 0, 1, None, 1, 0, None, None, 1, 0]
    found = pair(first, second, outside=[9])
    assert sum(found.cells.values()) == 12
    assert found.answered == 8
    assert found.cells["pass", "pass", False] == 3
    assert found.cells["pass", "fail", False] == 1
    assert found.cells["pass", "fail", True] == 1
    assert found.cells["unavailable", "pass", False] == 1
    assert found.cells["unavailable", "unavailable", False] == 1
    assert found.cells["fail", "does not compile", True] == 1


def test_agreement_difference_and_p_are_the_known_ones(pair):
    right = [n % 2 for n in range(20)]
    first = right[:18] + [1 - r for r in right[18:]]
    second = [1 - r if n < 7 else r for n, r in enumerate(right)]
    found = pair(first, second)
    assert found.agreement.value == pytest.approx(11 / 20)
    assert found.kappa.value == pytest.approx(cohen_kappa_score(first, second))
    assert found.difference.value == pytest.approx(18 / 20 - 13 / 20)
    assert found.difference.low < 5 / 20 < found.difference.high
    assert found.p == pytest.approx(binomtest(7, 9).pvalue)


def test_a_judge_agrees_with_itself(pair):
    passes = [1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1]
    found = pair(passes, passes)
    assert found.agreement.value == found.kappa.value == 1
    assert found.difference == (0, 0, 0)
    assert found.p == 1


def test_statements_of_one_problem_are_no_independent_witnesses(pair):
    """Six copies of two problems, on one of which the second judge is wrong throughout."""
    right = [n % 2 for n in range(12)]
    wrong_on_odd = [0] * 12
    apart = pair(right, wrong_on_odd)
    together = pair(right, wrong_on_odd, problem=lambda n: f"p{n % 2}")
    assert apart.p == pytest.approx(2 / 2**6)
    assert together.p == 1, "one problem is one coin"
    assert together.agreement.value == apart.agreement.value == 0.5
    assert (together.agreement.low, together.agreement.high) == (0, 1)
    assert apart.agreement.low > 0.2


def test_judges_that_share_no_statement_say_nothing_of_each_other(pair):
    found = pair([1] * 6 + [None] * 6, [None] * 6 + [1] * 6)
    assert found.answered == 0
    assert all(np.isnan([found.agreement.low, found.kappa.low, found.difference.low]))


def test_one_judge_twice_is_refused(write, rows):
    labels = read_labels(write(rows()))
    twice = [judged("a", [1] * 12), judged("a", [0] * 12)]
    with pytest.raises(UsageError, match="judges must differ, got 'a' twice"):
        study(labels, twice)
