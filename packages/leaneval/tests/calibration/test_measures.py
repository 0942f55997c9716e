"""Measures against scikit-learn, their bounds against brute force, and what is undefined."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as sk

from leaneval.calibration import calibrate, read_labels, stored
from leaneval.calibration._counts import counts
from leaneval.calibration._curves import Ladder, average_precision, best, pick, roc_auc
from leaneval.calibration._resamples import Resamples
from leaneval.calibration._tables import thresholds
from leaneval.statistics import wilson

QUICK = 400


def calibrated(path, threshold=None, resamples=QUICK):
    labels = read_labels(path)
    draws = Resamples([row.group for row in labels.rows], resamples)
    return calibrate(labels, stored(labels, threshold, 0.7), draws)


def test_leanscorer_passes_51_against_55_that_people_pass(leanscorer):
    found = calibrated(leanscorer)
    assert tuple(map(int, found.counts)) == (48, 3, 7, 40)
    assert "any t in (0.6, 0.67]" in found.judged.rule
    assert found.measures["precision"] == wilson(48, 51)
    assert found.measures["recall"] == wilson(48, 55)
    assert found.measures["specificity"] == wilson(40, 43)
    assert found.measures["f1"].value == pytest.approx(96 / 106)
    assert found.measures["kappa"].value == pytest.approx(0.7949, abs=1e-4)
    assert found.measures["f1"].low < 96 / 106 < found.measures["f1"].high
    assert [d.id for d in found.disputes if not d.right] == ["293", "313", "319"]


def test_the_studys_threshold_passes_two_fewer(leanscorer):
    found = calibrated(leanscorer, 0.7)
    assert tuple(map(int, found.counts)) == (46, 3, 9, 40)
    assert found.judged.rule == "score >= 0.7"


def weighted_cases(draw):
    n = draw(st.integers(4, 12))
    right = draw(st.lists(st.booleans(), min_size=n, max_size=n).filter(lambda r: 0 < sum(r) < n))
    scores = draw(
        st.lists(st.sampled_from([0.0, 0.3, 0.5, 0.67, 0.8, 1.0]), min_size=n, max_size=n)
    )
    weights = draw(st.lists(st.integers(0, 3), min_size=n, max_size=n))
    return np.array(right), np.array(scores), np.array(weights, float)


@given(st.composite(weighted_cases)())
@settings(deadline=None)
def test_every_measure_of_a_resample_is_scikit_learns(case):
    right, scores, weights = case
    if not weights[right].sum() or not weights[~right].sum():
        return
    ladder = Ladder(scores, right).at(weights[None])
    weighted = {"sample_weight": weights}
    assert roc_auc(ladder)[0] == pytest.approx(
        sk.roc_auc_score(right, scores, **weighted), abs=1e-9
    )
    assert average_precision(ladder)[0] == pytest.approx(
        sk.average_precision_score(right, scores, **weighted), abs=1e-9
    )
    passes = scores >= 0.6
    table = counts(right, passes, weights)
    assert table.f1 == pytest.approx(sk.f1_score(right, passes, **weighted), abs=1e-9)
    assert table.recall == pytest.approx(sk.recall_score(right, passes, **weighted), abs=1e-9)
    if not np.isnan(table.kappa):
        assert table.kappa == pytest.approx(
            sk.cohen_kappa_score(right, passes, **weighted), abs=1e-9
        )
    if passes[weights > 0].any():
        assert table.precision == pytest.approx(
            sk.precision_score(right, passes, **weighted), abs=1e-9
        )


@given(st.composite(weighted_cases)())
@settings(deadline=None)
def test_the_best_threshold_is_the_best_of_all(case):
    right, scores, _ = case
    ladder = Ladder(scores, right)
    whole = ladder.at(np.ones((1, len(right))))
    for criterion in ("youden", "f1"):
        place = best(whole, criterion)
        by_hand = {
            t: float(getattr(counts(right, scores >= t, np.ones(len(right))), criterion))
            for t in sorted(set(scores.tolist()))
        }
        top = max(by_hand.values())
        assert getattr(pick(whole, place), criterion)[0] == pytest.approx(top)
        least = float(ladder.thresholds[place[0]])
        assert least == max(t for t, value in by_hand.items() if value > top - 1e-12)


def test_missing_scores_bound_every_measure_and_are_never_0(write, rows):
    """The bounds are the least and greatest over everything that the missing might have been."""
    known = [0.9, 0.1, 0.2, 0.8, None, None, 0.9, 1.0, 0.0, None, 0.4, 0.75]
    path = write(rows(score=lambda n: known[n]))
    found = calibrated(path)
    assert found.missing == (2, 1)
    assert found.coverage == pytest.approx(9 / 12)
    right = np.array([n % 2 for n in range(12)], bool)
    reached: dict[str, list[float]] = {}
    for guess in product([0.0, 1.0], repeat=3):
        fill = iter(guess)
        scores = np.array([next(fill) if s is None else s for s in known])
        table = counts(right, scores >= 0.7, np.ones(12))
        for name in ("precision", "recall", "specificity", "agreement", "f1", "kappa"):
            reached.setdefault(name, []).append(float(getattr(table, name)))
        reached.setdefault("roc_auc", []).append(sk.roc_auc_score(right, scores))
    for name, values in reached.items():
        measured = found.measures[name]
        assert np.isnan(measured.value), "no point where so much is missing"
        assert measured.low <= min(values) <= max(values) <= measured.high, name
    agreed = found.measures["agreement"]
    low, high = min(reached["agreement"]), max(reached["agreement"])
    assert agreed.low == wilson(round(low * 12), 12).low
    assert agreed.high == wilson(round(high * 12), 12).high


def test_answers_without_scores_have_points_and_curves_without_them_have_none(write, rows):
    """The file holds every answer, and lacks a quarter of the scores."""
    answers = {"pass": lambda n: n % 2 == 1}
    found = calibrated(write(rows(score=lambda n: None if n % 4 == 0 else n / 12, **answers)))
    assert found.measures["agreement"].value == 1
    assert np.isnan(found.measures["roc_auc"].value)
    assert found.measures["roc_auc"].low < found.measures["roc_auc"].high


def test_one_problem_alone_leaves_nothing_out_of_the_bag(write, rows):
    found = calibrated(write(rows(score=lambda n: n / 12, problem=lambda n: "p")))
    assert all(np.isnan(t.out_of_bag) for t in found.thresholds)
    assert {row[-1] for row in thresholds([found]).rows} == {"undefined"}


def test_bands_of_clustered_statements_are_as_wide_as_their_problems(write, rows):
    apart = calibrated(write(rows(48, score=lambda n: 0.8)))
    together = calibrated(
        write(rows(48, score=lambda n: 0.8, problem=lambda n: f"p{n % 2}"), "b.jsonl")
    )
    widths = [c.bands[1].share.high - c.bands[1].share.low for c in (apart, together)]
    assert widths[1] > 2 * widths[0]


def test_one_class_leaves_curves_and_kappa_undefined(write, rows):
    found = calibrated(write(rows(human_label=lambda n: 1, score=lambda n: n / 12)))
    assert found.roc is None
    assert found.thresholds == ()
    assert np.isnan(found.measures["specificity"].low)
    assert np.isnan(found.measures["roc_auc"].low)
    assert found.measures["recall"] == wilson(3, 12)


def test_a_judge_that_says_one_thing_has_no_skill_and_breaks_nothing(write, rows):
    found = calibrated(write(rows(score=lambda n: 0.5)))
    assert np.isnan(found.measures["precision"].low)
    assert found.measures["kappa"].value == 0
    assert found.measures["roc_auc"].value == 0.5
    assert found.measures["f1"].value == 0


def test_stored_answers_without_scores_have_a_table_and_no_curve(write, rows):
    found = calibrated(write(rows(**{"pass": lambda n: n % 3 == 0})))
    assert tuple(map(int, found.counts)) == (2, 2, 4, 4)
    assert found.roc is None
    assert "roc_auc" not in found.measures


def test_stored_answers_that_no_threshold_gives_are_said_to_be_so(write, rows):
    path = write(rows(score=lambda n: n / 12, **{"pass": lambda n: n in (0, 11)}))
    assert "which no threshold gives (0.833333 fails, 0 passes)" in calibrated(path).judged.rule


def test_statements_of_one_problem_are_drawn_together(write, rows):
    """Six copies of each answer add nothing: the interval is that of the two or so problems."""

    def scored(n):
        return 0.9 if n % 4 else 0.1

    apart = calibrated(write(rows(48, score=scored)))
    together = calibrated(write(rows(48, score=scored, problem=lambda n: f"p{n % 8}"), "b.jsonl"))
    for name in ("kappa", "agreement"):
        widths = [c.measures[name].high - c.measures[name].low for c in (apart, together)]
        assert widths[1] > 1.5 * widths[0], name


def test_a_threshold_chosen_by_luck_is_worth_less_out_of_the_bag(write, rows):
    """Scores that mean nothing: the best threshold seems to help and does not."""
    rng = np.random.default_rng(1)
    noise = rng.random(40).round(2)
    found = calibrated(write(rows(40, score=lambda n: float(noise[n]))))
    youden = found.thresholds[0]
    assert youden.criterion == "youden"
    assert youden.apparent > 0.1
    assert youden.out_of_bag < youden.apparent / 2
    assert youden.least.low <= youden.least.value <= youden.least.high


def test_bands_count_every_scored_statement(leanscorer):
    bands = calibrated(leanscorer).bands
    assert [(b.statements, b.right) for b in bands] == [(34, 33), (15, 13), (7, 3), (42, 6)]
    assert bands[0].share == wilson(33, 34)


@pytest.mark.slow
def test_intervals_hold_the_truth_about_as_often_as_they_say():
    """F1 and kappa of a known judge on 80 labels; 400 files, 95 % intervals."""
    rng = np.random.default_rng(3)
    prevalence, se, sp = 0.5, 0.85, 0.9
    rates = np.array([prevalence * se, (1 - prevalence) * (1 - sp), prevalence * (1 - se)])
    cells = [np.array([c]) for c in (*rates, 1 - rates.sum())]
    from leaneval.calibration._counts import Counts

    truth = {name: float(getattr(Counts(*cells), name)[0]) for name in ("f1", "kappa")}
    held = dict.fromkeys(truth, 0)
    for trial in range(400):
        right = rng.random(80) < prevalence
        passes = np.where(right, rng.random(80) < se, rng.random(80) > sp)
        draws = Resamples([str(i) for i in range(80)], 1_000, trial)(
            lambda w, r=right, p=passes: {n: getattr(counts(r, p, w), n) for n in truth}
        )
        for name in truth:
            low, high = np.nanquantile(draws[name], [0.025, 0.975])
            held[name] += low <= truth[name] <= high
    for name, count in held.items():
        assert 0.91 <= count / 400 <= 0.985, (name, count)
