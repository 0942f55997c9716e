"""S@k corrected for a judge's error: closed cases, what is missing, and simulations."""

from dataclasses import replace

import numpy as np
import pytest

from leaneval.calibration import Judged, calibrate, correct, read_labels
from leaneval.calibration._resamples import Resamples
from leaneval.errors import UsageError
from leaneval.metrics import pass_at_k
from leaneval.types import Score

QUICK = 500


@pytest.fixture
def measured(write, rows):
    """A judge by its confusion table: (right that pass, fail; wrong that pass, fail)."""

    def make(tp, fn, fp, tn, *, missing_right=0, missing_wrong=0, name="llm:m", seed=0):
        table = [(1, 1)] * tp + [(1, 0)] * fn + [(0, 1)] * fp + [(0, 0)] * tn
        table += [(1, None)] * missing_right + [(0, None)] * missing_wrong
        labels = read_labels(
            write(rows(len(table), human_label=lambda n: table[n][0], informal=lambda n: f"{n}"))
        )
        passes = np.array([np.nan if p is None else p for _, p in table], float)
        judge = Judged(
            name, passes, passes, "score >= 0.7", 0.7, np.zeros(len(table), bool),
            ("",) * len(table), "identity",
        )  # fmt: skip
        draws = Resamples([row.group for row in labels.rows], 100, seed)
        return calibrate(labels, judge, draws), draws

    return make


SCORES = [[1.0, 0.9, 0.1, "fails"], [0.8, "fails", "fails", "fails"], [0.2, 0.3, 0.0, 0.6],
          [1.0, 1.0, 1.0, 0.7], ["fails"] * 4, [0.9, 0.0, 0.0, "fails"]]  # fmt: skip


def test_a_perfect_judge_leaves_s_at_k_as_it_is(measured, condition):
    found = correct(condition(SCORES), *measured(5_000, 0, 0, 5_000), resamples=QUICK)
    passing = [2, 1, 0, 4, 0, 1]
    for row in found.rows:
        plain = np.mean([pass_at_k(4, c, row.k) for c in passing])
        assert row.measured.value == pytest.approx(plain)
        assert row.corrected.value == pytest.approx(plain)
        assert row.corrected.low == pytest.approx(row.measured.low, abs=0.01)
        assert row.corrected.high == pytest.approx(row.measured.high, abs=0.01)


def test_one_rollout_is_rogan_and_gladen_on_compiling_rollouts(measured, condition):
    found = correct(condition(SCORES), *measured(45, 5, 8, 42), resamples=QUICK)
    se, sp, compiling, passing = 0.9, 0.84, 15, 8
    assert (found.sensitivity, found.specificity) == pytest.approx((se, sp))
    by_hand = (passing - (1 - sp) * compiling) / (se + sp - 1) / 24
    assert found.rows[0].raw == pytest.approx(by_hand)
    assert found.rows[0].corrected.value == pytest.approx(by_hand)
    assert found.rows[0].compiles.value == pytest.approx(compiling / 24)


def test_doubt_about_labels_widens_the_interval(measured, condition):
    table = SCORES * 30
    few = correct(condition(table), *measured(18, 2, 3, 17), resamples=2_000).rows[0]
    many = correct(condition(table), *measured(1_800, 200, 300, 1_700), resamples=2_000).rows[0]
    assert few.corrected.value == pytest.approx(many.corrected.value)
    assert few.if_known == pytest.approx(many.if_known)
    widths = [row.corrected.high - row.corrected.low for row in (few, many)]
    assert widths[0] > 1.5 * widths[1]
    assert widths[1] == pytest.approx(many.if_known.high - many.if_known.low, rel=0.25)


def test_a_judge_without_an_error_on_few_labels_is_not_taken_for_perfect(measured, condition):
    found = correct(condition(SCORES * 30), *measured(10, 0, 0, 10), resamples=2_000).rows[0]
    assert found.corrected.low < found.if_known.low - 0.01


def test_a_judge_that_guesses_leaves_everything_open(measured, condition):
    found = correct(condition(SCORES), *measured(10, 10, 10, 10), resamples=QUICK)
    assert found.guessing > 0.3
    for row in found.rows:
        assert row.corrected.low == 0
        assert row.corrected.high >= row.compiles.value
        assert row.says_nothing
        assert np.isnan(row.corrected.value)


def test_few_labels_and_large_k_are_said_to_tell_nothing(measured, condition):
    found = correct(condition(SCORES), *measured(4, 2, 2, 4), resamples=QUICK)
    assert found.rows[-1].says_nothing
    assert found.rows[-1].corrected.low == 0


def test_the_corrected_value_is_kept_between_0_and_what_compiles(measured, condition):
    found = correct(condition([[1.0] * 4] * 5), *measured(60, 40, 1, 99), resamples=QUICK)
    row = found.rows[0]
    assert row.raw > 1
    assert row.corrected.value == row.compiles.value == 1


def test_missing_scores_of_the_run_are_bounded_by_both_ends(measured, condition):
    whole = [["missing" if j == i % 4 else s for j, s in enumerate(row)]
             for i, row in enumerate(SCORES * 4)]  # fmt: skip
    least = [["fails" if s == "missing" else s for s in row] for row in whole]
    judge = measured(1_900, 100, 100, 1_900)
    found = correct(condition(whole), *judge, resamples=QUICK).rows
    wrong = correct(condition(least), *judge, resamples=QUICK).rows
    every = correct(
        condition([[0.9 if s == "missing" else s for s in row] for row in whole]), *judge
    )
    for row, all_judged in zip(found, every.rows, strict=True):
        assert row.compiles.value == pytest.approx(all_judged.compiles.value), "verdicts are in"
    for row, low in zip(found, wrong, strict=True):
        assert row.corrected.low == pytest.approx(low.corrected.low, abs=1e-9)
        assert row.corrected.high > low.corrected.high


def test_a_run_with_much_missing_has_intervals_and_no_points(measured, condition):
    """2 % of the scores: S@k has no point, as measured or as corrected; C@k is known."""
    few = [*SCORES * 4, ["missing", 0.9, "missing", 0.1]]
    judge = measured(1_900, 100, 100, 1_900)
    found = correct(condition(few), *judge, resamples=QUICK)
    for row in found.rows:
        assert np.isnan(
            [row.measured.value, row.corrected.value, row.if_known.value, row.raw]
        ).all()
        assert row.corrected.low < row.corrected.high
        assert row.most == row.compiles.value
        assert not row.says_nothing
    assert "run: 2.0% of the rollouts are missing" in " ".join(found.warnings)
    scarce = [*SCORES * 40, ["missing", 0.9, 0.8, 0.1]]
    found = correct(condition(scarce), *judge, resamples=QUICK)
    assert not np.isnan(found.rows[0].corrected.value), "less than 0.5 %"
    assert "run: 0.1% of the rollouts are missing" in " ".join(found.warnings)


def test_what_a_second_judge_lacks_is_not_missing_here(measured, condition):
    run = condition(SCORES * 4, judge="both:llm:m")
    for sample in run.runs[0].samples.values():
        lacking = (replace(d, second=Score(None, "", "beq")) for d in sample.duals)
        object.__setattr__(sample, "duals", tuple(lacking))
    found = correct(run, *measured(1_900, 100, 100, 1_900), resamples=QUICK)
    assert not np.isnan(found.rows[0].corrected.value)
    assert "are missing" not in " ".join(found.warnings)


def test_labels_without_an_answer_widen_and_take_the_point_away(measured, condition):
    full = correct(condition(SCORES * 5), *measured(45, 5, 8, 42), resamples=QUICK)
    gaps = correct(
        condition(SCORES * 5),
        *measured(45, 5, 8, 42, missing_right=6, missing_wrong=6),
        resamples=QUICK,
    )
    for a, b in zip(full.rows, gaps.rows, strict=True):
        assert np.isnan(b.corrected.value)
        assert b.corrected.low <= a.corrected.low
        assert b.corrected.high >= a.corrected.high
    assert gaps.rows[0].corrected.low < full.rows[0].corrected.low
    assert gaps.rows[0].corrected.high > full.rows[0].corrected.high


def test_labels_of_one_kind_cannot_correct(measured, condition):
    with pytest.raises(UsageError, match=r"both kinds.*people found all right"):
        correct(condition(SCORES), *measured(20, 5, 0, 0))


def test_a_run_without_a_judge_has_nothing_to_correct(measured, condition):
    with pytest.raises(UsageError, match="has no judge"):
        correct(condition(SCORES, judge="none"), *measured(20, 5, 5, 20))


def test_another_judge_and_another_threshold_are_warned_of(measured, condition):
    judge = measured(20, 5, 5, 20, name="stored")
    found = correct(condition(SCORES, threshold=0.5), *judge, resamples=QUICK)
    said = " ".join(found.warnings)
    assert "scored by the judge 'llm:m', the labels by 'stored'" in said
    assert "run with the threshold 0.5" in said
    assert found.rows[0].measured.value == pytest.approx(8 / 24), "at the labels' 0.7"


def test_rollouts_of_one_statement_count_once_in_a_draw(measured, condition):
    """Four copies of one passing statement: S@4 is S@1, whatever the judge's error."""
    same = condition([[1.0] * 4] * 10, names=lambda i, j: str(i))
    apart = condition([[1.0] * 4] * 10)
    judge = measured(90, 10, 20, 80)
    copies = correct(same, *judge, resamples=QUICK).rows
    others = correct(apart, *judge, resamples=QUICK).rows
    assert copies[0].raw == pytest.approx(copies[2].raw)
    assert others[2].raw != pytest.approx(others[0].raw)


# -- simulations -----------------------------------------------------------------------------------


def simulated(rng, problems, n, se, sp):
    """Scores of a judge of these rates on problems whose difficulty varies, and S@k's truth."""
    easy = rng.beta(0.6, 1.2, problems)
    table = []
    for chance in easy:
        compiles = rng.random(n) < 0.75
        right = rng.random(n) < chance
        passes = np.where(right, rng.random(n) < se, rng.random(n) > sp)
        table.append([float(p) if c else "fails" for c, p in zip(compiles, passes, strict=True)])
    return table


def truth(k):
    """S@k of the population that `simulated` draws from."""
    chance = np.random.default_rng(0).beta(0.6, 1.2, 2_000_000)
    return float(1 - ((1 - 0.75 * chance) ** k).mean())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("se", "sp", "right", "wrong"), [(0.87, 0.93, 55, 43), (0.8, 0.75, 60, 60)]
)
def test_bias_and_coverage_by_simulation(measured, condition, se, sp, right, wrong):
    """150 runs of 80 problems x 8, each with labels of its own: S@1 and S@4.

    Dividing by an estimated J skews the estimates to low values, so it is their middle that is near
    the truth; their mean is a little below.
    """
    rng = np.random.default_rng(11)
    ks, trials = (1, 4), 150
    known = {k: truth(k) for k in ks}
    values, raw, held = ({k: [] for k in ks} for _ in range(3))
    for trial in range(trials):
        tp, tn = int(rng.binomial(right, se)), int(rng.binomial(wrong, sp))
        judge = measured(tp, right - tp, wrong - tn, tn, seed=trial)
        run = condition(simulated(rng, 80, 8, se, sp), k=ks)
        for row in correct(run, *judge, resamples=400, seed=trial).rows:
            values[row.k].append(row.corrected.value)
            raw[row.k].append(row.measured.value)
            held[row.k].append(row.corrected.low <= known[row.k] <= row.corrected.high)
    for k in ks:
        assert abs(np.median(values[k]) - known[k]) < 0.03, k
        assert abs(np.mean(values[k]) - known[k]) < 0.06, k
        assert 0.88 <= np.mean(held[k]) <= 1, (k, np.mean(held[k]))
    assert np.mean(raw[4]) - known[4] > 0.04, "the judge's error is worth correcting"
