"""Comparisons: against numpy and scipy on the raw tables, known answers, missing data, seeds."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import scipy.stats

from leaneval.comparison import changes_table, compare, conditions_table, differences_table
from leaneval.errors import UsageError
from leaneval.results import Entry, common, read_conditions, tabulate, write_index
from leaneval.statistics import Bootstrap, holm
from leaneval.tables import markdown

SIGNS = np.array(list("+~-"))


@pytest.fixture
def random_runs(write):
    """Three runs of 30 problems x 4."""
    rng = np.random.default_rng(2)
    chances = ([0.3, 0.3, 0.4], [0.45, 0.3, 0.25], [0.35, 0.3, 0.35])
    for name, chance in zip("abc", chances, strict=True):
        write(name, *("".join(rng.choice(SIGNS, 4, p=chance)) for _ in range(30)))

    def read(tmp_path):
        return read_conditions([str(tmp_path / f"{name}.jsonl") for name in "abc"])

    return read


def test_numbers_are_those_of_the_raw_tables(random_runs, tmp_path):
    """Each interval from numpy's percentiles of the draws, each p from scipy, Holm by hand."""
    conditions = random_runs(tmp_path)
    shared = common(conditions)
    found = compare(conditions, shared)
    assert found.metrics == ("C@1", "C@4", "S@1", "S@4", "gap")
    tables = {c.name: tabulate(c, shared) for c in conditions}
    bootstrap = Bootstrap(1, 30)
    for one in found.conditions:
        for metric, estimate in one.estimates.items():
            table = tables[one.name][metric].low
            draws = bootstrap.means(table)
            expected = (table.mean(), *np.percentile(draws, [2.5, 97.5]))
            assert np.allclose(estimate, expected, atol=1e-9)
    assert [(p.of.name, p.minus.name) for p in found.pairs] == [("b", "a"), ("c", "a"), ("c", "b")]
    for metric in found.metrics:
        p_values = []
        for pair in found.pairs:
            table = tables[pair.of.name][metric].low - tables[pair.minus.name][metric].low
            difference = pair.differences[metric]
            expected = (table.mean(), *np.percentile(bootstrap.means(table), [2.5, 97.5]))
            assert np.allclose(difference.estimate, expected, atol=1e-9)
            p_values.append(difference.p)
            oracle = scipy.stats.permutation_test(
                (table[0], np.zeros(30)), lambda x, y, axis: np.mean(x - y, axis=axis),
                permutation_type="samples", vectorized=True, n_resamples=20_000,
                rng=np.random.default_rng(0),
            ).pvalue  # fmt: skip
            assert difference.p == pytest.approx(oracle, abs=0.03)
        adjusted = [pair.differences[metric].holm for pair in found.pairs]
        assert np.allclose(adjusted, holm(p_values), atol=1e-12)


def test_known_answer(write):
    """Ten problems; b solves p000..p007 twice where a never does, and loses p009."""
    a = write("a", *["--"] * 9, "++")
    b = write("b", *["++"] * 8, "--", "--")
    conditions = read_conditions([str(a), str(b)])
    found = compare(conditions, common(conditions))
    (pair,) = found.pairs
    s1 = pair.differences["S@1"]
    assert s1.estimate.value == pytest.approx(0.7)
    # |sum| >= 7 of 9 signs: none or all flipped, or any single one
    assert s1.p == s1.holm == 20 / 2**9
    assert s1.gained == tuple(f"p{n:03}" for n in range(8))
    assert s1.lost == ("p009",)
    assert pair.changed_by == "S@1"
    assert [change.problem for change in pair.changes if not change.gained] == ["p009"]
    assert len(pair.changes) == 9
    gap = pair.differences["gap"]
    assert (gap.estimate.value, gap.p, gap.gained) == (0, 1, None)


def test_gained_and_lost_are_by_rollouts_and_by_the_metric_asked(write):
    a = write("a", "+-", "+-", "--", "~-")
    b = write("b", "++", "--", "-~", "~-")
    conditions = read_conditions([str(a), str(b)])
    (pair,) = compare(conditions, common(conditions), metrics=["S@1", "S@2", "C@1"]).pairs
    assert (pair.differences["S@1"].gained, pair.differences["S@1"].lost) == (("p000",), ("p001",))
    assert (pair.differences["S@2"].gained, pair.differences["S@2"].lost) == ((), ("p001",))
    assert pair.differences["C@1"].gained == ("p000", "p002")


def test_without_a_judge_only_compiling_is_compared(write):
    paths = [write(name, "+-", "--", judge="none") for name in "ab"]
    conditions = read_conditions(list(map(str, paths)))
    found = compare(conditions, common(conditions))
    assert found.metrics == ("C@1", "C@2")
    assert found.pairs[0].changed_by == "C@1"
    with pytest.raises(UsageError, match=r"got 'S@1'\. They have C@1"):
        compare(conditions, common(conditions), metrics=["S@1"])


def test_a_baseline_leaves_its_own_pairs_alone(random_runs, tmp_path):
    conditions = random_runs(tmp_path)
    found = compare(conditions, common(conditions), baseline="b")
    assert [(p.of.name, p.minus.name) for p in found.pairs] == [("a", "b"), ("c", "b")]
    everyone = compare(conditions, common(conditions))
    one, all_three = found.pairs[0].differences["S@1"], everyone.pairs[0].differences["S@1"]
    assert one.p == all_three.p
    assert one.estimate.low == pytest.approx(-all_three.estimate.high, abs=1e-12)
    with pytest.raises(UsageError, match=r"baseline must be one of .* got 'z'"):
        compare(conditions, common(conditions), baseline="z")


def test_missing_data_stay_an_interval(write):
    whole = write("whole", *["+-"] * 40)
    holes = write("holes", *["+-"] * 36, "?-", "!-", "+?", "+!")
    conditions = read_conditions([str(whole), str(holes)])
    found = compare(conditions, common(conditions))
    one, other = found.conditions
    assert one.has_point
    assert other.missing == pytest.approx(4 / 80)
    assert not other.has_point
    low, high = (bounds.mean() for bounds in other.bounds["S@1"])
    assert (low, high) == pytest.approx((38 / 80, 42 / 80))
    assert other.estimates["S@1"].low <= low < high <= other.estimates["S@1"].high
    (pair,) = found.pairs
    assert pair.differences["S@1"].p == 1, "the holes may hide no difference at all"
    assert pair.differences["S@1"].gained == ()
    text = markdown(conditions_table(found)) + markdown(differences_table(found))
    assert "| holes | - \\[" in text
    assert "holes - whole | S@1 | - \\[" in text.replace("holes \\- whole", "holes - whole")
    assert "Rollouts missing: holes 5.0%" in text
    told = found.to_json()
    assert told["conditions"][1]["metrics"]["S@1"]["value"] is None
    assert told["differences"][0]["metrics"]["S@1"]["value"] is None
    assert told["conditions"][0]["metrics"]["S@1"]["value"] == 0.5


def test_the_studys_protocol_counts_missing_as_failing(write):
    runs = [write(name, *["+-"] * 9, "+?", protocol="study") for name in "ab"]
    conditions = read_conditions(list(map(str, runs)))
    found = compare(conditions, common(conditions))
    (one, _) = found.conditions
    assert one.has_point
    assert one.estimates["S@1"].value == 0.5
    notes = " ".join(conditions_table(found).notes)
    assert "a 5.0%, b 5.0%; the study's rules count them as failing" in notes
    assert "Intervals run from" not in notes


def test_a_metric_that_is_another_throughout_has_no_rows(write):
    """Scores of 0 and 1: the mean score is S@1, the best of all rollouts S@n."""
    conditions = read_conditions([str(write(n, "+-~", "--?", "+++")) for n in "ab"])
    asked = ["S@1", "S@3", "mean_score", "best@3"]
    found = compare(conditions, common(conditions, k=(1, 3)), metrics=asked)
    table = differences_table(found)
    assert [row[1] for row in table.rows] == ["S@1", "S@3"]
    assert [note.split(" on ")[0] for note in table.notes[-2:]] == [
        "mean_score is S@1", "best@3 is S@3",
    ]  # fmt: skip
    assert set(found.to_json()["differences"][0]["metrics"]) == set(asked)
    alone = compare(conditions, common(conditions), metrics=["mean_score"])
    assert [row[1] for row in differences_table(alone).rows] == ["mean_score"]


def test_a_mean_score_of_its_own_has_rows(write):
    paths = [write(name, "+-", "~+") for name in "ab"]
    text = paths[1].read_text().replace('"value": 0.0', '"value": 0.4')
    paths[1].write_text(text)
    conditions = read_conditions(list(map(str, paths)))
    found = compare(conditions, common(conditions), metrics=["S@1", "mean_score"])
    assert [row[1] for row in differences_table(found).rows] == ["S@1", "mean_score"]


@pytest.fixture
def seeded(write, tmp_path):
    """An index: `few` has seeds 1 and 2, `many` 1, 2 and 3, `none` one run without a seed."""
    rng = np.random.default_rng(9)

    def rows() -> list[str]:
        return ["".join(rng.choice(SIGNS, 4)) for _ in range(25)]

    entries = []
    for name, seeds in (("few", (1, 2)), ("many", (1, 2, 3)), ("none", (None,))):
        for seed in seeds:
            path = write(f"{name}{seed}", *rows())
            entries.append(Entry(name, seed, path.name))
    write_index(tmp_path, entries)
    return read_conditions([str(tmp_path)])


def test_seeds_are_paired_by_number_where_both_have_them(seeded):
    shared = common(seeded)
    found = compare(seeded, shared, metrics=["S@1"])
    by_names = {(p.of.name, p.minus.name): p for p in found.pairs}
    assert {key: pair.seeds for key, pair in by_names.items()} == {
        ("many", "few"): (2, 2), ("none", "few"): (1, 2), ("none", "many"): (1, 3),
    }  # fmt: skip
    few, many, none = (tabulate(c, shared)["S@1"].low for c in seeded)
    paired = many[:2] - few
    draws = Bootstrap(2, 25).means(paired)
    expected = (paired.mean(), *np.percentile(draws, [2.5, 97.5]))
    assert np.allclose(by_names["many", "few"].differences["S@1"].estimate, expected, atol=1e-9)
    apart = Bootstrap(1, 25).means(none) - Bootstrap(3, 25).means(many)
    expected = (none.mean() - many.mean(), *np.percentile(apart, [2.5, 97.5]))
    assert np.allclose(by_names["none", "many"].differences["S@1"].estimate, expected, atol=1e-9)


def test_seeds_widen_the_interval(seeded):
    found = compare(seeded, common(seeded), metrics=["S@1"])
    many = found.conditions[1]
    pooled = Bootstrap(1, 25).estimate(many.bounds["S@1"].low.mean(axis=0)[None])
    estimate = many.estimates["S@1"]
    assert estimate.high - estimate.low > pooled.high - pooled.low


def test_the_order_of_conditions_turns_differences_round(random_runs, tmp_path):
    conditions = random_runs(tmp_path)
    forth = compare(conditions, common(conditions))
    back = compare(conditions[::-1], common(conditions[::-1]))
    there = {(p.of.name, p.minus.name): p for p in back.pairs}
    for pair in forth.pairs:
        twin = there[pair.minus.name, pair.of.name]
        for metric, difference in pair.differences.items():
            other = twin.differences[metric]
            assert difference.p == other.p
            assert difference.holm == other.holm
            assert (difference.gained, difference.lost) == (other.lost, other.gained)
            turned = (-other.estimate.value, -other.estimate.high, -other.estimate.low)
            assert np.allclose(difference.estimate, turned, atol=1e-9)


def test_tables_say_what_must_be_known(random_runs, tmp_path):
    conditions = random_runs(tmp_path)
    found = compare(conditions, common(conditions), resamples=500)
    text = markdown(conditions_table(found))
    assert "made: 30 problems, 4 rollouts each, percent" in text
    assert "500 bootstrap resamples of problems" in text
    assert "judge defeq, passing from 0.7" in text
    differences = differences_table(found)
    assert len(differences.rows) == len(list(combinations("abc", 2))) * 5
    assert "One run a condition" in " ".join(differences.notes)
    assert "adjusted for the 3 differences of a metric" in differences.notes[0]
    for row, column in differences.strong:
        interval, adjusted = differences.rows[row][2], differences.rows[row][4]
        assert interval.count("+") in (0, 3) if column == 2 else adjusted <= "0.050"
    changed = changes_table(found.pairs[0], most=2)
    assert len(changed.rows) == 2
    assert f"{len(found.pairs[0].changes) - 2} more" in changed.notes[0]


def test_an_interval_without_width_is_not_left_to_stand_alone(write):
    conditions = read_conditions([str(write(name, *["--"] * 30)) for name in "ab"])
    (*_, note) = conditions_table(compare(conditions, common(conditions))).notes
    assert "no width (C@1, C@2, S@1, S@2, gap)" in note
    assert "0 of 30 problems, up to 11.4%" in note
